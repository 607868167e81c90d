using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Schemas;

/// <summary>
/// JSON Schemas of Python types, in the form Pydantic gives them: classes of the notebook once in <c>$defs</c>, <c>Optional</c> as
/// <c>anyOf</c> with
/// null. A type that says nothing about its JSON is the empty schema. One builder for one schema.
/// </summary>
internal sealed class TypeSchemas(AnnotationReader annotations)
{
    private const int MaxDepth = 24;
    private readonly Dictionary<ClassValue, string> names = [];

    /// <summary>Schemas of the classes that were met.</summary>
    public JsonObject Definitions { get; } = [];

    public JsonObject Of(Value type, int depth = 0) => type switch
    {
        _ when depth > MaxDepth => [],
        ConstantValue { Content: null } => Type("null"),
        TextValue { Known: { } forward } => annotations.Forward(forward) is { } known ? Of(known, depth + 1) : [],
        GenericValue generic => OfGeneric(generic, depth),
        ClassValue own => OfClass(own, depth),
        ExternalValue external => OfName(external.Path),
        _ => [],
    };

    /// <summary>The schema of a class itself, not a reference to it; null when it is no data class.</summary>
    public JsonObject? OfObject(ClassValue type, int depth = 0)
    {
        if (ClassShapes.ShapeOf(type) is not (ClassShape.Model or ClassShape.TypedDict)) return null;
        names.TryAdd(type, type.Name);
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var field in ClassShapes.Fields(type))
        {
            var schema = Of(annotations.Evaluate(field.Annotation!, type.Cell, type.Scope), depth + 1);
            var info = FieldFacts.Of(field.Default);
            info.ApplyTo(schema);
            properties[info.Alias ?? field.Name] = schema;
            if (info.IsRequired && !IsNotRequired(type, field)) required.Add(info.Alias ?? field.Name);
        }
        var result = Type("object");
        var description = Docstring.Of(type.Definition.Body).Whole;
        if (description.Length > 0) result["description"] = description;
        result["properties"] = properties;
        if (required.Count > 0) result["required"] = required;
        return result;
    }

    /// <summary>The same with its <c>$defs</c>: a whole schema.</summary>
    public static JsonObject? Document(ClassValue type, AnnotationReader annotations)
    {
        var builder = new TypeSchemas(annotations);
        var schema = builder.OfObject(type);
        if (schema is null) return null;
        builder.Definitions.Remove(type.Name);
        if (builder.Definitions.Count > 0) schema["$defs"] = builder.Definitions;
        return schema;
    }

    private static JsonObject Type(string name) => new() { ["type"] = name };

    private bool IsNotRequired(ClassValue type, ClassField field) =>
        annotations.Evaluate(field.Annotation!, type.Cell, type.Scope) is GenericValue { Origin: ExternalValue origin }
            && Last(origin.Path) == "NotRequired"
        || type.Definition.Keywords.Any(k => k is { Arg: "total", Value: Python.Constant { Value: false } });

    private JsonObject OfGeneric(GenericValue generic, int depth)
    {
        var arguments = generic.Arguments;
        if (generic.Origin is not ExternalValue origin) return Of(generic.Origin, depth + 1);
        switch (Last(origin.Path))
        {
            case "list" or "List" or "Sequence" or "Iterable" or "Collection" or "MutableSequence" or "Deque"
                or "set" or "Set" or "frozenset" or "FrozenSet":
                return new JsonObject { ["type"] = "array", ["items"] = Of(arguments[0], depth + 1) };
            case "tuple" or "Tuple":
                var items = arguments.Where(a => a is not ConstantValue).Select(a => Of(a, depth + 1)).ToList();
                return new JsonObject { ["type"] = "array", ["items"] = items.Count == 1 ? items[0] : new JsonObject() };
            case "dict" or "Dict" or "Mapping" or "MutableMapping" or "DefaultDict" or "OrderedDict":
                var values = arguments.Count > 1 ? Of(arguments[1], depth + 1) : [];
                return new JsonObject { ["type"] = "object", ["additionalProperties"] = Open(values) };
            case "Optional":
                return AnyOf([.. arguments, Value.None], depth);
            case "Union" or "UnionType":
                return AnyOf(arguments, depth);
            case "Literal":
                return Enumeration(arguments);
            case "Annotated":
                return OfAnnotated(arguments, depth);
            case "Required" or "NotRequired" or "ReadOnly" or "Final" or "ClassVar":
                return Of(arguments[0], depth + 1);
            default:
                return OfName(origin.Path);
        }
    }

    private static JsonNode Open(JsonObject schema) => schema.Count == 0 ? JsonValue.Create(true) : schema;

    private JsonObject AnyOf(IReadOnlyList<Value> options, int depth)
    {
        var schemas = new JsonArray();
        foreach (var option in options)
        {
            var schema = Of(option, depth + 1);
            if (schema.Count == 0) return [];
            if (!schemas.Any(s => JsonNode.DeepEquals(s, schema))) schemas.Add(schema);
        }
        return schemas.Count == 1 ? (JsonObject)schemas[0]!.DeepClone() : new JsonObject { ["anyOf"] = schemas };
    }

    private static JsonObject Enumeration(IEnumerable<Value> members)
    {
        var values = new JsonArray();
        foreach (var member in members)
        {
            if (JsonValues.TryConvert(member, out var node)) values.Add(node);
        }
        if (values.Count == 0) return [];
        var kinds = values.Select(v => v?.GetValueKind()).Distinct().ToList();
        var schema = kinds is [System.Text.Json.JsonValueKind.String] ? Type("string")
            : kinds is [System.Text.Json.JsonValueKind.Number] && values.All(v => v!.AsValue().TryGetValue<long>(out _)) ? Type("integer")
            : [];
        schema["enum"] = values;
        return schema;
    }

    private JsonObject OfAnnotated(IReadOnlyList<Value> arguments, int depth)
    {
        var schema = Of(arguments[0], depth + 1);
        foreach (var note in arguments.Skip(1))
        {
            if (note is TextValue { Known: { } text }) schema["description"] = text;
            else FieldFacts.Of(note).ApplyTo(schema);
        }
        return schema;
    }

    private JsonObject OfClass(ClassValue type, int depth)
    {
        switch (ClassShapes.ShapeOf(type))
        {
            case ClassShape.Enumeration:
                return Enumeration(type.Members.Where(m => !m.Key.StartsWith('_')).Select(m => m.Value));
            case ClassShape.Model or ClassShape.TypedDict:
                if (!names.TryGetValue(type, out var name))
                {
                    name = names.ContainsValue(type.Name) ? $"{type.Name}{names.Count}" : type.Name;
                    names[type] = name;
                    Definitions[name] = OfObject(type, depth + 1);
                }
                else if (!Definitions.ContainsKey(name))
                {
                    // The root class refers to itself: it is needed in $defs too. The empty entry ends the recursion.
                    Definitions[name] = new JsonObject();
                    Definitions[name] = OfObject(type, depth + 1);
                }
                return new JsonObject { ["$ref"] = $"#/$defs/{name}" };
            default:
                return [];
        }
    }

    private static JsonObject OfName(string path) => Last(path) switch
    {
        "str" or "Text" or "LiteralString" or "Path" or "EmailStr" or "HttpUrl" or "AnyUrl" or "AnyHttpUrl" or "constr" or "SecretStr"
            => Type("string"),
        "int" or "conint" or "PositiveInt" or "NonNegativeInt" => Type("integer"),
        "float" or "Decimal" or "confloat" or "PositiveFloat" or "NonNegativeFloat" => Type("number"),
        "bool" => Type("boolean"),
        "list" or "List" or "tuple" or "Tuple" or "set" or "Set" or "frozenset" or "Sequence" or "Iterable" => Type("array"),
        "dict" or "Dict" or "Mapping" => Type("object"),
        "NoneType" => Type("null"),
        "datetime" => new JsonObject { ["type"] = "string", ["format"] = "date-time" },
        "date" => new JsonObject { ["type"] = "string", ["format"] = "date" },
        "time" => new JsonObject { ["type"] = "string", ["format"] = "time" },
        "UUID" or "UUID4" => new JsonObject { ["type"] = "string", ["format"] = "uuid" },
        _ => [],
    };

    private static string Last(string path) => path[(path.LastIndexOf('.') + 1)..];
}
