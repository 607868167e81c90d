using System.Text.Json;

namespace AgentFactory.Core.Tests.Notebooks.Schemas;

public sealed class TypeSchemasTests
{
    [Theory]
    [InlineData("str", """{"type":"string"}""")]
    [InlineData("int", """{"type":"integer"}""")]
    [InlineData("float", """{"type":"number"}""")]
    [InlineData("bool", """{"type":"boolean"}""")]
    [InlineData("list", """{"type":"array"}""")]
    [InlineData("dict", """{"type":"object"}""")]
    [InlineData("Any", "{}")]
    [InlineData("pd.DataFrame", "{}")]
    [InlineData("list[int]", """{"type":"array","items":{"type":"integer"}}""")]
    [InlineData("List[Dict[str, float]]", """{"type":"array","items":{"type":"object","additionalProperties":{"type":"number"}}}""")]
    [InlineData("Dict[str, Any]", """{"type":"object","additionalProperties":true}""")]
    [InlineData("tuple[int, ...]", """{"type":"array","items":{"type":"integer"}}""")]
    [InlineData("Optional[str]", """{"anyOf":[{"type":"string"},{"type":"null"}]}""")]
    [InlineData("int | None", """{"anyOf":[{"type":"integer"},{"type":"null"}]}""")]
    [InlineData("Union[int, str, int]", """{"anyOf":[{"type":"integer"},{"type":"string"}]}""")]
    [InlineData("Literal['a', 'b']", """{"type":"string","enum":["a","b"]}""")]
    [InlineData("Literal[1, 2]", """{"type":"integer","enum":[1,2]}""")]
    [InlineData("Mood", """{"type":"string","enum":["good","bad"]}""")]
    [InlineData("Alias", """{"type":"array","items":{"type":"string"}}""")]
    [InlineData("'Optional[int]'", """{"anyOf":[{"type":"integer"},{"type":"null"}]}""")]
    [InlineData("Annotated[str, 'What it is.']", """{"type":"string","description":"What it is."}""")]
    [InlineData("Annotated[int, Field(ge=1, le=9, description='N.')]", """{"type":"integer","description":"N.","minimum":1,"maximum":9}""")]
    [InlineData("datetime", """{"type":"string","format":"date-time"}""")]
    [InlineData("Movie", """{"$ref":"#/$defs/Movie"}""")]
    public void Annotations_have_the_schemas_pydantic_gives_them(string annotation, string schema)
    {
        var parameters = Parameters($"def f(x: {annotation}): pass");
        Assert.Equal(schema, parameters.GetProperty("properties").GetProperty("x").GetRawText());
    }

    [Fact]
    public void Classes_are_defined_once_and_may_refer_to_themselves()
    {
        var definitions = Parameters("def f(x: Tree, y: Movie, z: Options): pass").GetProperty("$defs");
        Assert.Equal(
            """{"type":"object","properties":{"value":{"type":"integer"},"children":{"type":"array","items":{"$ref":"#/$defs/Tree"},"default":[]}},"required":["value"]}""",
            definitions.GetProperty("Tree").GetRawText());
        Assert.Equal(
            """{"type":"object","properties":{"title":{"type":"string"},"year":{"type":"integer"}},"required":["title"]}""",
            definitions.GetProperty("Movie").GetRawText());
        Assert.Equal(
            """{"type":"object","description":"What to do.","properties":{"fast":{"type":"boolean","default":true},"name":{"type":"string","description":"N."}},"required":["name"]}""",
            definitions.GetProperty("Options").GetRawText());
    }

    [Fact]
    public void Defaults_star_parameters_and_missing_annotations_are_told()
    {
        var schema = Parameters("def f(a, b=2, *rest, c: str = None, d: int = Field(default=3, description='D.'), **more): pass");
        Assert.Equal(["a"], schema.GetProperty("required").EnumerateArray().Select(n => n.GetString()));
        Assert.Equal(["a", "b", "c", "d"], schema.GetProperty("properties").EnumerateObject().Select(p => p.Name));
        Assert.Equal("""{"default":2}""", schema.GetProperty("properties").GetProperty("b").GetRawText());
        Assert.Equal("""{"type":"integer","description":"D.","default":3}""", schema.GetProperty("properties").GetProperty("d").GetRawText());
    }

    private static JsonElement Parameters(string function) => NotebookText.Convert("""
        from agents import Agent, function_tool
        from typing import *
        from typing import Optional, Union, Literal, List, Dict, Any, Annotated, TypedDict, NotRequired
        from pydantic import BaseModel, Field
        from dataclasses import dataclass, field
        from enum import Enum
        from datetime import datetime
        import pandas as pd
        class Mood(str, Enum):
            GOOD = "good"
            BAD = "bad"
        Alias = list[str]
        class Movie(TypedDict):
            title: str
            year: NotRequired[int]
        class Tree(BaseModel):
            value: int
            children: list["Tree"] = []
        @dataclass
        class Base:
            fast: bool = True
        @dataclass
        class Options(Base):
            '''What to do.'''
            name: Annotated[str, Field(description="N.")] = field()
        """, $"@function_tool\n{function}\nagent = Agent(name='A', tools=[f])").Tool("f").Definition.Parameters;
}
