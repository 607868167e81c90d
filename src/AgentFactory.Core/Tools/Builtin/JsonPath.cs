using System.Globalization;
using System.Text;
using System.Text.Json;
using AgentFactory.Core.Tools.Schemas;

namespace AgentFactory.Core.Tools.Builtin;

/// <summary>
/// The path language of <c>json_extract</c>. A path that begins with a slash is a JSON Pointer (RFC 6901). Any other is
/// <c>[$] step*</c> with the steps <c>.name</c> (the first dot may be left out), <c>["any name"]</c>, <c>[0]</c>, <c>[-1]</c>,
/// <c>[*]</c> and <c>.*</c>.
/// </summary>
internal sealed class JsonPath
{
    private const int MaxSteps = 100;
    private const int MaxMatches = 10_000;
    private const int MaxListed = 20;

    private readonly List<Step> _steps;
    private readonly bool _isPointer;

    private JsonPath(List<Step> steps, bool isPointer)
    {
        if (steps.Count > MaxSteps) throw BuiltinArguments.Mistake($"The path has more than {MaxSteps} steps.", "path");
        (_steps, _isPointer) = (steps, isPointer);
    }

    public static JsonPath Parse(string text) => text.StartsWith('/')
        ? new JsonPath([.. text[1..].Split('/').Select(token => new Step(SchemaPointer.Unescape(token), null, false))], isPointer: true)
        : new JsonPath(Dotted(text), isPointer: false);

    /// <summary>The value as JSON; with a star in the path, the list of all that match.</summary>
    public string Extract(JsonElement document)
    {
        var matches = new List<(string Path, JsonElement Value)> { ("", document) };
        var many = false;
        foreach (var step in _steps)
        {
            // Behind a star, values that don't have the step are left out: items differ.
            matches = [.. matches.SelectMany(match => Take(match, step, strict: !many))];
            many |= step.All;
            if (matches.Count > MaxMatches)
                throw BuiltinArguments.Mistake($"The path matches more than {MaxMatches} values; make it narrower.", "path");
        }
        return many ? "[" + string.Join(", ", matches.Select(match => match.Value.GetRawText())) + "]" : matches[0].Value.GetRawText();
    }

    private IEnumerable<(string, JsonElement)> Take((string Path, JsonElement Value) from, Step step, bool strict)
    {
        switch (from.Value.ValueKind)
        {
            case JsonValueKind.Object when step.All:
                return from.Value.EnumerateObject().Select(member => ($"{from.Path}/{SchemaPointer.Escape(member.Name)}", member.Value));
            case JsonValueKind.Array when step.All:
                return from.Value.EnumerateArray().Select((item, i) => (At(from.Path, i), item));
            case JsonValueKind.Object when step.Name is { } name && from.Value.TryGetProperty(name, out var member):
                return [($"{from.Path}/{SchemaPointer.Escape(name)}", member)];
            case JsonValueKind.Array when IndexIn(from.Value, step) is { } index:
                return [(At(from.Path, index), from.Value[index])];
            default:
                return strict ? throw Absent(from, step) : [];
        }
    }

    private static string At(string path, int index) => string.Create(CultureInfo.InvariantCulture, $"{path}/{index}");

    private int? IndexIn(JsonElement array, Step step)
    {
        var index = step.Index;
        if (_isPointer && int.TryParse(step.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) index = number;
        if (index < 0) index += array.GetArrayLength();
        return index >= 0 && index < array.GetArrayLength() ? index : null;
    }

    private static AgentFactoryException Absent((string Path, JsonElement Value) at, Step step)
    {
        var place = at.Path.Length == 0 ? "the top" : at.Path;
        var wanted = step.All ? "*" : step.Name is { } name ? $"'{name}'" : $"item {step.Index}";
        var there = at.Value.ValueKind switch
        {
            JsonValueKind.Object => "there are: " + string.Join(", ", at.Value.EnumerateObject().Select(m => m.Name).Take(MaxListed)),
            JsonValueKind.Array => $"it is a list of {at.Value.GetArrayLength()}",
            _ => "it is a single value",
        };
        return BuiltinArguments.Mistake($"There is no {wanted} at {place}; {there}.", "path");
    }

    private static List<Step> Dotted(string text)
    {
        var steps = new List<Step>();
        var at = text.StartsWith('$') ? 1 : 0;
        while (at < text.Length)
        {
            if (text[at] == '[')
            {
                steps.Add(Bracket(text, ref at));
                continue;
            }
            if (text[at] == '.') at++;
            else if (at > 0) throw Fault(text, at, "a dot or a bracket");
            var end = text.AsSpan(at).IndexOfAny('.', '[');
            var name = end < 0 ? text[at..] : text[at..(at + end)];
            if (name.Length == 0) throw Fault(text, at, "a name");
            steps.Add(name == "*" ? new Step(null, null, true) : new Step(name, null, false));
            at += name.Length;
        }
        return steps;
    }

    private static Step Bracket(string text, ref int at)
    {
        var begin = ++at;
        if (begin < text.Length && text[begin] is '"' or '\'')
        {
            var name = Quoted(text, ref at);
            return Close(text, ref at, new Step(name, null, false));
        }
        var end = text.IndexOf(']', begin);
        var inside = end < 0 ? "" : text[begin..end];
        at = Math.Max(begin, end);
        if (inside == "*") return Close(text, ref at, new Step(null, null, true));
        if (int.TryParse(inside, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
            return Close(text, ref at, new Step(null, index, false));
        throw Fault(text, begin, "a number, * or a name in quotes");
    }

    private static Step Close(string text, ref int at, Step step)
    {
        if (at >= text.Length || text[at] != ']') throw Fault(text, at, "a closing bracket");
        at++;
        return step;
    }

    private static string Quoted(string text, ref int at)
    {
        var quote = text[at++];
        var name = new StringBuilder();
        for (; at < text.Length && text[at] != quote; at++)
        {
            if (text[at] == '\\' && at + 1 < text.Length) at++;
            name.Append(text[at]);
        }
        if (at >= text.Length) throw Fault(text, at, "a closing quote");
        at++;
        return name.ToString();
    }

    private static AgentFactoryException Fault(string text, int at, string wanted) =>
        BuiltinArguments.Mistake($"The path is not readable: {wanted} is missing at position {at + 1} of '{text}'.", "path");

    private readonly record struct Step(string? Name, int? Index, bool All);
}
