using System.Text;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Runs;
using AgentFactory.Server.Agents;
using CsCheck;

namespace AgentFactory.Server.Tests.Agents;

public sealed class YamlReaderTests
{
    private static readonly Gen<string> Piece = Gen.OneOf(
        "a", "Be kind.", " ", "  ", "\n", "\n\n", "\t", "\r\n", "\r", ": ", " #", "- ", "'", "\"", "\\", "|", ">", "%", "@", "`", "&a",
        "*a", "!x", "<<",
        "null", "~", "true", "No", "on", "1", "-1.50", "1e5", "0x1F", "007", ".5", ".inf", "2026-01-02", "---", "...", "{", "}", "[", "]",
        ",", "?",
        "ä", "日本", "🦊", "\u0085", "\u2028", "\ufeff", "\u007f", "\u00a0", "{{x}}", "key: value", "    code");

    private static readonly Gen<string> Text = Piece.Array[0, 8].Select(string.Concat);

    private static readonly Gen<string> Json = Gen.Recursive<string>((depth, self) => depth > 3
        ? Text.Select(t => JsonSerializer.Serialize(t))
        : Gen.Frequency(
            (4, Text.Select(t => JsonSerializer.Serialize(t))),
            (2, Gen.OneOf("null", "true", "false", "0", "-0", "1.50", "1E5", "1e-7", "123456789012345678901234567890", "[]", "{}")),
            (2, self.Array[0, 3].Select(items => $"[{string.Join(',', items)}]")),
            (2, Gen.Dictionary(Text, self)[0, 3].Select(
                pairs => $"{{{string.Join(',', pairs.Select(p => $"{JsonSerializer.Serialize(p.Key)}:{p.Value}"))}}}"))));

    private static readonly Gen<AgentDefinition> Definitions =
        from name in Text
        from title in Gen.Null(Text)
        from instructions in Text
        from temperature in Gen.Nullable(Gen.OneOf<double>(0, 0.7, 1, 2, 1e-9))
        from tools in Text.Array[0, 3]
        from schema in Gen.Null(Json)
        from tokens in Gen.Nullable(Gen.Long[1, 1_000_000_000])
        from metadata in Gen.Dictionary(Text, Text)[0, 3]
        select new AgentDefinition
        {
            Name = name,
            Title = title,
            Instructions = instructions,
            Model = "openai/gpt-4.1",
            Tools = tools,
            Metadata = metadata,
            Settings = temperature is null ? null : new ModelSettings { Temperature = temperature },
            OutputSchema = schema is null or "null" ? null : JsonDocument.Parse(schema).RootElement,
            Limits = tokens is null ? null : new RunLimits { MaxTokens = tokens },
        };

    [Fact]
    public void Every_definition_comes_back_from_yaml_as_it_was() => Definitions.Sample(definition =>
    {
        var json = AgentDocument.ToJson(definition);
        var back = YamlReader.ToJson(Encoding.UTF8.GetBytes(AgentDocument.ToYaml(definition)));
        Assert.Equal(json, AgentDocument.ToJson(JsonSerializer.Deserialize<AgentDefinition>(back, Wire.Options)!));
    }, iter: 4_000);

    [Fact]
    public void Every_json_document_comes_back_from_yaml_as_it_was() => Json.Sample(json =>
    {
        var element = JsonDocument.Parse(json).RootElement;
        var back = YamlReader.ToJson(Encoding.UTF8.GetBytes(YamlWriter.Write(element)));
        Assert.Equal(JsonSerializer.Serialize(element, Wire.Options), Encoding.UTF8.GetString(back));
    }, iter: 4_000);

    [Fact]
    public void A_key_longer_than_yaml_takes_in_one_line_comes_back()
    {
        var json = $$"""{"{{new string('k', 1_500)}}":{"a":1},"b":[{"{{new string('x', 1_200)}}":"two\nlines\n"}]}""";
        Assert.Equal(json, Encoding.UTF8.GetString(
            YamlReader.ToJson(Encoding.UTF8.GetBytes(YamlWriter.Write(JsonDocument.Parse(json).RootElement)))));
    }

    [Fact]
    public void Yaml_is_written_for_people()
    {
        var definition = new AgentDefinition
        {
            Name = "support",
            Model = "openai/gpt-4.1",
            Instructions = "You help.\n\nBe brief: two lines.\n",
            Tools = ["lookup_order"],
            Metadata = new Dictionary<string, string> { ["version"] = "1.0", ["active"] = "yes" },
        };
        Assert.Equal(
            """
            name: support
            instructions: |
              You help.

              Be brief: two lines.
            model: openai/gpt-4.1
            tools:
              - lookup_order
            handoffs: []
            metadata:
              version: "1.0"
              active: "yes"

            """, AgentDocument.ToYaml(definition));
    }

    [Theory]
    [InlineData("a: 1\nb: 0x1F\nc: 0o17\nd: +1\ne: 007\nf: .5\ng: -1.50", """{"a":1,"b":31,"c":15,"d":1,"e":7,"f":0.5,"g":-1.50}""")]
    [InlineData("a: yes\nb: True\nc: ~\nd:\ne: ''\nf: 'null'", """{"a":"yes","b":true,"c":null,"d":null,"e":"","f":"null"}""")]
    [InlineData("a: >\n  one\n  two\nb: [1, x, {c: d}]", """{"a":"one two\n","b":[1,"x",{"c":"d"}]}""")]
    [InlineData("# a comment\n---\n{\"json\": [\"is\", \"yaml\"]}\n", """{"json":["is","yaml"]}""")]
    [InlineData("plain", "\"plain\"")]
    public void Yaml_is_read_by_the_core_schema(string yaml, string json) =>
        Assert.Equal(json, Encoding.UTF8.GetString(YamlReader.ToJson(Encoding.UTF8.GetBytes(yaml))));

    [Theory]
    [InlineData("a: &x 1\nb: *x", "line 1", "Anchors")]
    [InlineData("b: *x", "line 1", "Aliases")]
    [InlineData("a: &x [1]\nb: [*x,*x,*x,*x,*x,*x,*x,*x,*x]", "line 1", "Anchors")]
    [InlineData("a: 1\na: 2", "line 2", "twice")]
    [InlineData("<<: {a: 1}", "line 1", "Merge")]
    [InlineData("a: !!python/object 1", "line 1", "Tags")]
    [InlineData("a: .inf", "line 1", "exactly")]
    [InlineData("a: 0xFFFFFFFFFFFFFFFFFF", "line 1", "exactly")]
    [InlineData("? [a, b]\n: 1", "line 1", "key")]
    [InlineData("a: 1\n---\nb: 2", "line 2", "second document")]
    [InlineData("", "", "empty")]
    [InlineData("a: [1", "line", "")]
    [InlineData("a: \"\\ud800\"", "line 1", "")]
    [InlineData("a: b: c", "line 1", "")]
    public void What_json_cannot_hold_is_refused_with_its_line(string yaml, string where, string what)
    {
        var refusal = Assert.Throws<AgentFactoryException>(() => YamlReader.ToJson(Encoding.UTF8.GetBytes(yaml)));
        Assert.Equal(ErrorCodes.InvalidJson, refusal.Code);
        Assert.Contains(where, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(what, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Deep_nesting_and_bytes_that_are_no_text_are_refused()
    {
        foreach (var yaml in new[] { new string(
            '[', 100_000), string.Concat(Enumerable.Repeat("- ", 5_000)) + "x", string.Concat(Enumerable.Repeat("{a: ", 5_000)) })
            Assert.Contains("nested", Assert.Throws<AgentFactoryException>(
                () => YamlReader.ToJson(Encoding.UTF8.GetBytes(yaml))).Message, StringComparison.Ordinal);
        Assert.Contains("UTF-8", Assert.Throws<AgentFactoryException>(
            () => YamlReader.ToJson([0x61, 0x3a, 0x20, 0xff])).Message, StringComparison.Ordinal);
    }
}
