using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Says in a caller's words what the JSON reader refused: which member, where, and what belongs there.</summary>
internal static partial class JsonFaults
{
    /// <summary>Of what a client wrote, so much is said back: names may be as long as the body.</summary>
    private const int MostQuoted = 200;

    /// <param name="type">What the body was read as; null when that isn't known.</param>
    public static AgentFactoryException Explain(JsonException fault, Type? type, JsonSerializerOptions options)
    {
        var path = fault.Path is null or "$" ? "" : fault.Path.TrimStart('$').TrimStart('.');
        var at = path.Length == 0 ? "The body" : Short(path);
        var message = fault.Message;
        if (Unmapped().Match(message) is { Success: true } unmapped)
            return UnknownMember(unmapped.Groups[1].Value, path, type, options, fault);
        if (message.Contains("does not contain any JSON tokens", StringComparison.Ordinal)) return Missing(type, options, fault);
        if (message.Contains("missing required properties", StringComparison.Ordinal))
        {
            var names = string.Join(
                ", ", Quoted().Matches(message[message.IndexOf("including", StringComparison.Ordinal)..]).Select(m => m.Groups[1].Value));
            return Refuse($"{at} lacks {names}.", path.Length == 0 ? names.Split(',')[0] : path, fault);
        }
        if (message.Contains("maximum configured depth", StringComparison.Ordinal))
            return Refuse($"The JSON is nested deeper than {options.MaxDepth} levels.", null, fault);
        if (message.Contains("null values", StringComparison.Ordinal))
            return Refuse($"{at} must not be null.", path, fault);
        if (message.StartsWith("Duplicate propert", StringComparison.Ordinal))
            return Refuse($"{Twice(message, path)} stands there twice. Send it once.", path, fault);
        // Half a surrogate pair is JSON and still no text.
        if (fault.InnerException is InvalidOperationException { Message: { } inner } && inner.Contains("UTF-16", StringComparison.Ordinal))
            return Refuse($"{at} holds half a surrogate pair (\\ud800 to \\udfff), which is not valid Unicode text.", path, fault);
        if (message.Contains("could not be converted", StringComparison.Ordinal))
            return Refuse($"{at} must be {Describe(TypeAt(type, Segments(path), options), options)}.", path, fault);
        if (fault.InnerException is JsonException)
            return Refuse(
                $"The body is not well-formed JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}"
                + (path.Length == 0 ? "." : $", in {at}."), path, fault);
        // One of our own converters says what it takes.
        return Refuse($"{at}: {message}", path, fault);
    }

    /// <summary>The reader names the member, the path ends with it, or both.</summary>
    private static string Twice(string message, string path) =>
        Quoted().Match(message) is { Success: true } named && !path.EndsWith(named.Groups[1].Value, StringComparison.Ordinal)
            ? Short($"{path}.{named.Groups[1].Value}".TrimStart('.'))
            : Short(path);

    /// <summary>No body, where a route takes one.</summary>
    public static AgentFactoryException Missing(Type? type, JsonSerializerOptions options, Exception inner) =>
        new(ErrorCodes.InvalidJson, $"The body is missing. Send {Shape(type, options)}.", inner: inner);

    /// <summary>What a body of this type is, in a few words: <c>a JSON object with name, scopes</c>.</summary>
    private static string Shape(Type? type, JsonSerializerOptions options) =>
        type is null || options.GetTypeInfo(type) is not { Kind: JsonTypeInfoKind.Object } info ? "JSON"
        : info.Properties.Count == 0 ? "an empty JSON object, {}"
        : $"a JSON object with {string.Join(", ", info.Properties.Select(p => p.Name))}";

    private static AgentFactoryException UnknownMember(
        string member, string path, Type? type, JsonSerializerOptions options, JsonException fault)
    {
        // The reader reports the member itself, or the object that holds it, depending on how far it had come.
        var holder = path;
        foreach (var ending in (string[])[$"['{member}']", "." + member, member])
            if (path.EndsWith(ending, StringComparison.Ordinal))
            {
                holder = path[..^ending.Length];
                break;
            }
        var known = TypeAt(type, Segments(holder), options) is { } at ? options.GetTypeInfo(at).Properties.Select(p => p.Name).ToList()
            : [];
        var takes = known.Count == 0 ? "Leave it out." : $"It takes {string.Join(", ", known)}.";
        return Refuse(
            $"{(holder.Length == 0 ? "The body" : Short(holder))} has no member {Short(member)}. {takes}",
            holder.Length == 0 ? member : $"{holder}.{member}", fault);
    }

    private static AgentFactoryException Refuse(string detail, string? param, JsonException fault) =>
        new(ErrorCodes.InvalidJson, detail, string.IsNullOrEmpty(param) ? null : Short(param), fault);

    private static string Short(string text) => text.Length <= MostQuoted ? text : text[..MostQuoted] + "…";

    private static List<string> Segments(string path) =>
        [.. Segment().Matches(path).Select(m => m.Groups[1].Success ? m.Groups[1].Value : m.Value)];

    private static Type? TypeAt(Type? type, IReadOnlyList<string> segments, JsonSerializerOptions options)
    {
        foreach (var segment in segments)
        {
            if (type is null) return null;
            var info = options.GetTypeInfo(type);
            type = info.Kind == JsonTypeInfoKind.Object ? info.Properties.FirstOrDefault(p => p.Name == segment)?.PropertyType
                : info.ElementType;
        }
        return type is null ? null : Nullable.GetUnderlyingType(type) ?? type;
    }

    private static string Describe(Type? type, JsonSerializerOptions options)
    {
        if (type is null) return "of another type";
        if (type.IsEnum) return "one of " + string.Join(", ", Enum.GetNames(type).Select(JsonNamingPolicy.SnakeCaseLower.ConvertName));
        if (type == typeof(string)) return "a string";
        if (type == typeof(bool)) return "true or false";
        if (type == typeof(DateTimeOffset)) return "a time like 2026-01-31T12:00:00Z";
        return Type.GetTypeCode(type) switch
        {
            TypeCode.Int16 or TypeCode.Int32 or TypeCode.Int64 or TypeCode.UInt32 or TypeCode.Byte => "a whole number within its range",
            TypeCode.Double or TypeCode.Single or TypeCode.Decimal => "a number",
            _ => options.GetTypeInfo(type).Kind switch
            {
                JsonTypeInfoKind.Enumerable => "a list",
                JsonTypeInfoKind.Dictionary or JsonTypeInfoKind.Object => "an object",
                _ => "of another type",
            },
        };
    }

    [GeneratedRegex("'([^']*)'")]
    private static partial Regex Quoted();

    // The name may hold quotes and line breaks of its own.
    [GeneratedRegex("^The JSON property '(.*)' could not be mapped to any \\.NET member contained in type '", RegexOptions.Singleline)]
    private static partial Regex Unmapped();

    // A member's name, ['a name with dots'] or [3].
    [GeneratedRegex(@"\['((?:[^'])*)'\]|\[\d+\]|[^.\[\]]+")]
    private static partial Regex Segment();
}
