using System.Text.Json;
using AgentFactory.Core.Tools.Schemas;

namespace AgentFactory.Core.Tests.Tools.Schemas;

/// <summary>Our validator beside ajv, on the cases of the folder Cases. How they are made and answered: eng/schema-cases.</summary>
public sealed class JsonSchemaCaseTests
{
    public static TheoryData<string> Files => [.. Directory.GetFiles(Folder, "*.json").Select(Path.GetFileName).OfType<string>().Order()];

    private static string Folder => Path.Combine(AppContext.BaseDirectory, "Tools", "Schemas", "Cases");

    [Theory]
    [MemberData(nameof(Files))]
    public void Every_answer_is_the_one_ajv_gives(string file)
    {
        using var cases = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(Folder, file)));
        var disagreements = cases.RootElement.EnumerateArray().SelectMany(Disagreements).ToList();
        Assert.True(disagreements.Count == 0, $"{disagreements.Count}:\n" + string.Join("\n", disagreements.Take(40)));
    }

    [Fact]
    public void There_are_several_hundred_cases()
    {
        var answers = Directory.GetFiles(Folder, "*.json").Sum(file =>
        {
            using var cases = JsonDocument.Parse(File.ReadAllBytes(file));
            return cases.RootElement.EnumerateArray()
                .Sum(entry => entry.TryGetProperty("values", out var values) ? values.EnumerateObject().Count() : 1);
        });
        Assert.True(answers > 1_000, $"{answers} answers");
    }

    private static IEnumerable<string> Disagreements(JsonElement entry)
    {
        var schema = entry.GetProperty("schema");
        var refused = entry.TryGetProperty("refused", out _);
        var compiled = Compile(schema);
        if (refused == (compiled is not null)) return [$"{schema}: ajv {(refused ? "refuses it and we don't" : "takes it and we don't")}"];
        return refused
            ? []
            : entry.GetProperty("values").EnumerateObject().Select(value => Disagreement(entry, compiled!, value)).OfType<string>();
    }

    private static string? Disagreement(JsonElement entry, JsonSchema compiled, JsonProperty value)
    {
        using var document = JsonDocument.Parse(value.Name);
        var violations = compiled.Validate(document.RootElement);
        var differs = entry.TryGetProperty("differs", out var exceptions) && exceptions.TryGetProperty(value.Name, out _);
        var expected = value.Value.GetBoolean() != differs;
        return expected == (violations.Count == 0)
            ? null
            : $"{entry.GetProperty("schema")} with {value.Name}: expected {expected}, said [{string.Join("; ", violations)}]";
    }

    private static JsonSchema? Compile(JsonElement schema)
    {
        try
        {
            return JsonSchema.Compile(schema);
        }
        catch (AgentFactoryException)
        {
            return null;
        }
    }
}
