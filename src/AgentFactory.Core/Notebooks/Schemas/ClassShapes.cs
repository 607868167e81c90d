using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Schemas;

internal enum ClassShape
{
    /// <summary>Its JSON is not known.</summary>
    Opaque,

    /// <summary>A Pydantic model, dataclass, named tuple or attrs class: made from keyword arguments.</summary>
    Model,

    /// <summary>A dict with named members.</summary>
    TypedDict,
    Enumeration,
}

/// <summary>What kind of data a class of the notebook is.</summary>
internal static class ClassShapes
{
    public static ClassShape ShapeOf(ClassValue type)
    {
        foreach (var path in type.ExternalBases())
        {
            switch (path[(path.LastIndexOf('.') + 1)..])
            {
                case "BaseModel" or "NamedTuple" or "SQLModel" or "BaseSettings":
                    return ClassShape.Model;
                case "TypedDict":
                    return ClassShape.TypedDict;
                case "Enum" or "StrEnum" or "IntEnum" or "Flag":
                    return ClassShape.Enumeration;
            }
        }
        return IsDataclass(type) ? ClassShape.Model : ClassShape.Opaque;
    }

    /// <summary>Made from keyword arguments by Pydantic, which also converts the members.</summary>
    public static bool IsPydantic(ClassValue type) => type.ExternalBases().Any(p => p.EndsWith(".BaseModel", StringComparison.Ordinal));

    /// <summary>Fields of the class and of the notebook's classes it is made from, those first.</summary>
    public static IEnumerable<ClassField> Fields(ClassValue type, int depth = 0)
    {
        var inherited = depth > 8 ? [] : type.Bases.OfType<ClassValue>().Where(b => b != type).SelectMany(b => Fields(b, depth + 1));
        var own = type.Fields.Where(f => f.Annotation is not null && f.Name != "model_config" && !f.Name.StartsWith('_'));
        return inherited.Concat(own).GroupBy(f => f.Name).Select(g => g.Last());
    }

    private static bool IsDataclass(ClassValue type) => type.Decorations.Any(d => d.Path.EndsWith("dataclass", StringComparison.Ordinal)
        || d.Path.StartsWith("attr", StringComparison.Ordinal));
}
