using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Says in a caller's words what the JSON reader refused: which member, where, and what belongs there.</summary>
internal static partial class JsonFaults
{
    /// <param name="type">What the body was read as; null when that isn't known.</param>
    public static AgentFactoryException Explain(JsonException fault, Type? type, JsonSerializerOptions options)
    {
        var path = fault.Path is null or "$" ? "" : fault.Path.TrimStart('$').TrimStart('.');
        var at = path.Length == 0 ? "the body" : path;
        var message = fault.Message;
        if (message.Contains("could not be mapped to any .NET member", StringComparison.Ordinal))
            return UnknownMember(message, path, type, options, fault);
        if (message.Contains("missing required properties", StringComparison.Ordinal))
        {
            var names = string.Join(
                ", ", Quoted().Matches(message[message.IndexOf("including", StringComparison.Ordinal)..]).Select(m => m.Groups[1].Value));
            return Refuse($"{(path.Length == 0 ? "The body" : path)} lacks {names}.", path.Length == 0 ? names.Split(',')[0] : path, fault);
        }
        if (message.Contains("maximum configured depth", StringComparison.Ordinal))
            return Refuse($"The JSON is nested deeper than {options.MaxDepth} levels.", null, fault);
        if (message.Contains("allow null", StringComparison.Ordinal))
            return Refuse($"{at} must not be null.", path, fault);
        if (message.Contains("could not be converted", StringComparison.Ordinal))
            return Refuse($"{at} must be {Describe(TypeAt(type, Segments(path), options), options)}.", path, fault);
        return Refuse(
            $"The body is not well-formed JSON at line {fault.LineNumber + 1}, byte {fault.BytePositionInLine + 1}"
            + (path.Length == 0 ? "." : $", in {path}."),
            path.Length == 0 ? null : path, fault);
    }

    /// <summary>What a body of this type is, in a few words: <c>a JSON object with name, scopes</c>.</summary>
    public static string Shape(Type? type, JsonSerializerOptions options) =>
        type is not null && options.GetTypeInfo(type) is { Kind: JsonTypeInfoKind.Object } info
            ? $"a JSON object with {string.Join(", ", info.Properties.Select(p => p.Name))}"
            : "JSON";

    private static AgentFactoryException UnknownMember(
        string message, string path, Type? type, JsonSerializerOptions options, JsonException fault)
    {
        var member = Quoted().Match(message).Groups[1].Value;
        var segments = Segments(path);
        // The reader reports the member itself, or the object that holds it, depending on how far it had come.
        var holder = segments.Count > 0 && segments[^1] == member ? segments[..^1] : segments;
        var param = string.Join('.', holder.Append(member)).Replace(".[", "[", StringComparison.Ordinal);
        var known = TypeAt(type, holder, options) is { } at ? options.GetTypeInfo(at).Properties.Select(p => p.Name).ToList() : [];
        var takes = known.Count == 0 ? "Leave it out." : $"It takes {string.Join(", ", known)}.";
        var place = holder.Count == 0 ? "The body" : string.Join('.', holder).Replace(".[", "[", StringComparison.Ordinal);
        return Refuse($"{place} has no member {member}. {takes}", param, fault);
    }

    private static AgentFactoryException Refuse(string detail, string? param, JsonException fault) =>
        new(ErrorCodes.InvalidJson, detail, param is "" ? null : param, fault);

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

    // A member's name, ['a name with dots'] or [3].
    [GeneratedRegex(@"\['((?:[^'])*)'\]|\[\d+\]|[^.\[\]]+")]
    private static partial Regex Segment();
}
