using System.Runtime.InteropServices;
using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>
/// JSON can spell half a surrogate pair (<c>"\ud800"</c>), which no .NET string conversion of the parser takes: it throws when the text is
/// read. Asking once, up front, keeps that exception out of everything that reads the value later.
/// </summary>
internal static class JsonText
{
    public static bool IsValid(JsonElement value) =>
        // Unescaped text was checked as UTF-8 when it was parsed; only an escape can hide half a pair.
        JsonMarshal.GetRawUtf8Value(value).IndexOf("\\u"u8) < 0 || Reads(value);

    private static bool Reads(JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                return Reads(() => value.GetString());
            case JsonValueKind.Array:
                return value.EnumerateArray().All(Reads);
            case JsonValueKind.Object:
                return value.EnumerateObject().All(member => Reads(() => member.Name) && Reads(member.Value));
            default:
                return true;
        }
    }

    private static bool Reads(Func<string?> read)
    {
        try
        {
            _ = read();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    /// <summary>The number of Unicode code points, which is what JSON Schema calls the length of a string.</summary>
    public static int CodePoints(string text)
    {
        var count = text.Length;
        foreach (var unit in text)
        {
            if (char.IsLowSurrogate(unit)) count--;
        }
        return count;
    }
}
