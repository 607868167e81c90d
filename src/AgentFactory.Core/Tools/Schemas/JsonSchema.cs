using System.Runtime.InteropServices;
using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>
/// A JSON Schema (draft 2020-12), compiled once and checked many times. Immutable and thread-safe.
/// </summary>
/// <remarks>
/// <para>Checked: every assertion of 2020-12 but the ones below, with references inside the document (<c>#</c>, <c>#/pointer</c>,
/// <c>#anchor</c>). Numbers are exact: <c>1.0</c> is the integer 1, and no digit is lost. <c>format</c> and every keyword the
/// specification doesn't know are notes to the reader, as the specification has it.</para>
/// <para>Refused by <see cref="Compile"/>, because a schema that is only half checked is worse than none: references out of the document,
/// <c>unevaluatedProperties</c>, <c>unevaluatedItems</c>, <c>$dynamicRef</c>, <c>$recursiveRef</c>, <c>$id</c> below the root, and the
/// forms older drafts had (<c>items</c> as a list, <c>dependencies</c>, <c>exclusiveMinimum: true</c>).</para>
/// </remarks>
public sealed class JsonSchema
{
    /// <summary>The most a schema may measure, in bytes of JSON.</summary>
    public const int MaxBytes = 64 << 10;

    /// <summary>How deep a schema may nest.</summary>
    public const int MaxDepth = 64;

    private readonly SchemaNode _root;

    private JsonSchema(SchemaNode root) => _root = root;

    /// <summary>Reads a schema. It keeps no reference to the document of <paramref name="schema"/>.</summary>
    /// <exception cref="AgentFactoryException"><c>invalid</c>, with the JSON Pointer of the keyword at fault as <c>Param</c>.</exception>
    public static JsonSchema Compile(JsonElement schema)
    {
        if (schema.ValueKind == JsonValueKind.Undefined)
            throw SchemaCompiler.Fault("", "there is no schema; `true` is the one that allows everything");
        if (JsonMarshal.GetRawUtf8Value(schema).Length > MaxBytes)
            throw SchemaCompiler.Fault("", $"it is larger than {MaxBytes >> 10} KiB; describe less, or move repeated parts to $defs");
        if (!JsonText.IsValid(schema))
            throw SchemaCompiler.Fault("", "the schema holds text with half a surrogate pair, which is not Unicode");
        return new JsonSchema(new SchemaCompiler(schema.Clone()).Compile());
    }

    /// <summary>
    /// What breaks the schema, at most <see cref="SchemaCheck.MaxViolations"/> places; empty when the value satisfies it. A check that
    /// would take more steps or more depth than is reasonable ends as a violation that says so.
    /// </summary>
    public IReadOnlyList<SchemaViolation> Validate(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Undefined) return [new SchemaViolation("", "there is no value")];
        if (!JsonText.IsValid(value)) return [new SchemaViolation("", "holds text with half a surrogate pair, which is not Unicode")];
        var check = new SchemaCheck();
        _root.Check(value, check);
        return check.Finish();
    }
}
