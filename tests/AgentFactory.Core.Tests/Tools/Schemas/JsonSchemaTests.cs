using System.Text.Json;
using AgentFactory.Core.Tools.Schemas;

namespace AgentFactory.Core.Tests.Tools.Schemas;

public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"object","required":["city"]}""", "{}", "/city: is required")]
    [InlineData("""{"properties":{"n":{"type":"integer"}}}""", """{"n":1.5}""", "/n: must be an integer, but is a number")]
    [InlineData("""{"properties":{"a":{}},"additionalProperties":false}""", """{"a/b":1}""",
        "/a~1b: is not a known property; known are: a")]
    [InlineData("""{"enum":["c","f"]}""", "\"k\"", "must be one of \"c\", \"f\"")]
    [InlineData("""{"const":1}""", "2", "must be 1")]
    [InlineData("""{"items":{"maximum":2}}""", "[1,2,3]", "/2: must be at most 2")]
    [InlineData("""{"type":["string","null"]}""", "3", "must be a string or null, but is a number")]
    [InlineData("""{"maxLength":1}""", "\"\\ud83d\\ude00x\"", "must have at most 1 characters, but has 2")]
    [InlineData("""{"propertyNames":{"maxLength":2}}""", """{"long":1}""",
        "/long: has a name that is not allowed: it must have at most 2 characters, but has 4")]
    [InlineData("""{"dependentRequired":{"card":["cvc"]}}""", """{"card":1}""", "/cvc: is required because `card` is given")]
    public void A_violation_says_where_and_what(string schema, string value, string expected) =>
        Assert.Equal([expected], Validate(schema, value));

    [Fact]
    public void Of_alternatives_the_one_whose_type_fits_is_explained()
    {
        const string schema = """{"anyOf":[{"type":"null"},{"type":"object","properties":{"n":{"type":"integer"}}}]}""";
        Assert.Equal(["/n: must be an integer, but is a string"], Validate(schema, """{"n":"1"}"""));
        Assert.Equal(
            ["must satisfy one of 2 alternatives: (1) must be null, but is a string; (2) must be an object, but is a string"],
            Validate(schema, "\"x\""));
    }

    [Fact]
    public void At_most_twenty_violations_are_reported()
    {
        var value = "[" + string.Join(",", Enumerable.Repeat("1", 100)) + "]";
        Assert.Equal(20, Validate("""{"items":{"type":"string"}}""", value).Count);
    }

    [Theory]
    [InlineData("""{"$ref":"#"}""", "")]
    [InlineData("""{"$defs":{"a":{"$ref":"#/$defs/b"},"b":{"allOf":[{"$ref":"#/$defs/a"}]}}}""", "/$defs/a")]
    [InlineData("""{"properties":{"x":{"anyOf":[{"not":{"$ref":"#/properties/x"}}]}}}""", "/properties/x")]
    [InlineData("""{"if":{"$ref":"#"},"then":true}""", "")]
    [InlineData("""{"dependentSchemas":{"a":{"$ref":"#"}}}""", "")]
    public void A_schema_that_never_goes_into_the_value_is_refused(string schema, string pointer)
    {
        var e = Assert.Throws<AgentFactoryException>(() => Compile(schema));
        Assert.Equal(ErrorCodes.Invalid, e.Code);
        Assert.StartsWith(pointer, e.Param, StringComparison.Ordinal);
        Assert.Contains("refers to itself", e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_schema_that_goes_into_the_value_may_refer_to_itself()
    {
        const string tree =
            """{"type":"object","properties":{"children":{"type":"array","items":{"$ref":"#"}},"name":{"type":"string"}}}""";
        Assert.Empty(Validate(tree, """{"children":[{"children":[{"name":"x"}]}]}"""));
        Assert.Equal(
            ["/children/0/children/0/name: must be a string, but is a number"],
            Validate(tree, """{"children":[{"children":[{"name":1}]}]}"""));
    }

    [Theory]
    [InlineData("""{"properties":{"a":{"type":"strng"}}}""", "/properties/a/type")]
    [InlineData("""{"$ref":"https://example.com/other.json"}""", "/$ref")]
    [InlineData("""{"$ref":"#/$defs/missing"}""", "/$ref")]
    [InlineData("""{"$ref":"#nowhere"}""", "/$ref")]
    [InlineData("""{"unevaluatedProperties":false}""", "/unevaluatedProperties")]
    [InlineData("""{"items":[{}]}""", "/items")]
    [InlineData("""{"dependencies":{}}""", "/dependencies")]
    [InlineData("""{"exclusiveMinimum":true}""", "/exclusiveMinimum")]
    [InlineData("""{"multipleOf":0}""", "/multipleOf")]
    [InlineData("""{"minLength":-1}""", "/minLength")]
    [InlineData("""{"required":["a","a"]}""", "/required")]
    [InlineData("""{"enum":[]}""", "/enum")]
    [InlineData("""{"patternProperties":{"[":{}}}""", "/patternProperties/[")]
    [InlineData("""{"pattern":"(?i)a"}""", "/pattern")]
    [InlineData("""{"$defs":{"x":{"$id":"https://example.com/x"}}}""", "/$defs/x/$id")]
    [InlineData("""{"$schema":"https://example.com/dialect"}""", "/$schema")]
    [InlineData("""{"properties":{"a":3}}""", "/properties/a")]
    [InlineData("""{"then":1,"if":true}""", "/then")]
    [InlineData("3", "")]
    public void What_can_not_be_checked_is_refused_with_the_place(string schema, string pointer)
    {
        var e = Assert.Throws<AgentFactoryException>(() => Compile(schema));
        Assert.Equal((ErrorCodes.Invalid, pointer), (e.Code, e.Param));
        Assert.Contains(pointer.Length == 0 ? "its root" : pointer, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Too_large_and_too_deep_schemas_are_refused()
    {
        Assert.Throws<AgentFactoryException>(() => Compile($$"""{"description":"{{new string('x', JsonSchema.MaxBytes)}}"}"""));
        var deep = string.Concat(Enumerable.Repeat("""{"not":""", 65)) + "true" + new string('}', 65);
        var e = Assert.Throws<AgentFactoryException>(() => Compile(deep));
        Assert.Contains("nests more than 64 deep", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"const":1}""", "1.0", true)]
    [InlineData("""{"const":1}""", "10e-1", true)]
    [InlineData("""{"const":0}""", "-0.0", true)]
    [InlineData("""{"const":9007199254740993}""", "9007199254740992", false)]
    [InlineData("""{"maximum":9007199254740992}""", "9007199254740993", false)]
    [InlineData("""{"type":"integer"}""", "1e400", true)]
    [InlineData("""{"type":"integer"}""", "123456789012345678901234567890.5", false)]
    [InlineData("""{"multipleOf":0.01}""", "19.99", true)]
    [InlineData("""{"multipleOf":0.01}""", "19.999", false)]
    [InlineData("""{"multipleOf":7}""", "1e1000000", false)]
    [InlineData("""{"multipleOf":5}""", "1e1000000", true)]
    [InlineData("""{"minimum":-1e-400}""", "-1e-401", true)]
    [InlineData("""{"exclusiveMaximum":1e999999999999999999999}""", "1e5", true)]
    [InlineData("""{"uniqueItems":true}""", """[{"a":1,"b":2},{"b":2.0,"a":1}]""", false)]
    [InlineData("""{"minLength":3.0}""", "\"abc\"", true)]
    public void Numbers_are_exact(string schema, string value, bool valid) => Assert.Equal(valid, Validate(schema, value).Count == 0);

    [Fact]
    public void A_check_that_multiplies_without_end_stops_and_refuses()
    {
        var defs = Enumerable.Range(0, 40).Select(i => $$"""
            "d{{i}}":{"allOf":[{"$ref":"#/$defs/d{{i + 1}}"},{"$ref":"#/$defs/d{{i + 1}}"}]}
            """);
        var schema = $$"""{"$ref":"#/$defs/d0","$defs":{ {{string.Join(",", defs)}},"d40":{"not":{"type":"null"} } } }""";
        var violation = Assert.Single(Validate(schema, "1"));
        Assert.Contains("too large or nests too deeply", violation, StringComparison.Ordinal);
    }

    [Fact]
    public void A_long_chain_of_references_does_not_exhaust_the_stack()
    {
        var defs = Enumerable.Range(0, 1_500).Select(i => $$"""
            "d{{i}}":{"$ref":"#/$defs/d{{i + 1}}"}
            """);
        var schema = $$"""{"$ref":"#/$defs/d0","$defs":{ {{string.Join(",", defs.Select(d => d.Trim()))}},"d1500":{"type":"null"} } }""";
        Assert.Single(Validate(schema, "null"));
    }

    [Theory]
    [InlineData("^(a+)+$")]
    [InlineData("^(?=(a+)+$).*b")]
    public void A_pattern_made_to_take_for_ever_does_not(string pattern)
    {
        var value = JsonSerializer.Serialize(new string('a', 5_000) + "!");
        Assert.Single(Validate($$"""{"pattern":"{{pattern}}"}""", value));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_refused_not_thrown()
    {
        Assert.Equal(["holds text with half a surrogate pair, which is not Unicode"], Validate("true", """{"a":["\ud800"]}"""));
        Assert.Throws<AgentFactoryException>(() => Compile("""{"title":"\udc00"}"""));
    }

    [Fact]
    public void A_compiled_schema_outlives_its_document()
    {
        JsonSchema schema;
        using (var document = JsonDocument.Parse("""{"enum":["a"]}""")) schema = JsonSchema.Compile(document.RootElement);
        Assert.Single(schema.Validate(JsonSerializer.SerializeToElement("b")));
    }

    private static JsonSchema Compile(string schema) =>
        JsonSchema.Compile(JsonDocument.Parse(schema, new JsonDocumentOptions { MaxDepth = 200 }).RootElement);

    private static List<string> Validate(string schema, string value) =>
        [.. Compile(schema).Validate(JsonDocument.Parse(value).RootElement).Select(v => v.ToString())];
}
