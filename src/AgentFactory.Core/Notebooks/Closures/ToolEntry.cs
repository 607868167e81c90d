using System.Text;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Closures;

/// <summary>How a tool's function is called with the model's arguments.</summary>
/// <param name="Function">As <see cref="Tools.PythonProgram"/> names it.</param>
/// <param name="Wrapper">Source of a function that stands between; null when the arguments fit as they come.</param>
internal sealed record ToolEntry(string Function, string? Wrapper)
{
    /// <summary>A wrapper that calls the function as <paramref name="callee"/> with arguments made of the model's, <c>given</c>.</summary>
    public static ToolEntry Calling(FunctionValue function, string callee, IEnumerable<string> arguments, string? name = null)
    {
        var (define, wait) = function.Def is { IsAsync: true } ? ("async def", "await ") : ("def", "");
        name ??= $"call_{function.Name}";
        return new ToolEntry(name, $"{define} {name}(**given):\n    return {wait}{callee}({string.Join(", ", arguments)})\n");
    }

    /// <summary>
    /// The function itself where JSON fits; else a wrapper that makes objects of the notebook's classes, passes nothing for what the
    /// framework passed, and calls a method on its object.
    /// </summary>
    /// <param name="visible">Parameters that the model gives.</param>
    /// <param name="owner">Source of the object a method is called on; null for functions and static methods.</param>
    public static ToolEntry Of(FunctionValue function, IReadOnlyList<Arg> visible, string? owner, AnnotationReader annotations)
    {
        var isStatic = function.Class is not null && function.IsStatic;
        var callee = isStatic ? $"{function.Class!.Name}.{function.Name}" : owner is null ? function.Name : $"{owner}.{function.Name}";
        var shown = visible.Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var all = function.Parameters.PosOnlyArgs
            .Concat(function.Parameters.Args).Skip(function.Class is not null && !function.IsStatic ? 1 : 0).ToList();
        var conversions = visible.ToDictionary(p => p.Name, p => Conversion(p, function, annotations));
        var fits = owner is null && function.Parameters.PosOnlyArgs.Count == 0 && all.TrueForAll(p => shown.Contains(p.Name))
            && conversions.Values.All(c => c is null);
        if (fits) return new ToolEntry(callee, null);

        var optional = visible.Where(p => function.Defaults.ContainsKey(p.Name)).Select(p => p.Name).ToHashSet(StringComparer.Ordinal);
        var name = $"call_{function.Name}";
        var text = new StringBuilder();
        var isAsync = function.Def?.IsAsync == true;
        text.Append(isAsync ? "async def " : "def ").Append(name).Append("(**given):\n");
        foreach (var (parameter, conversion) in conversions.Where(c => c.Value is not null))
        {
            text.Append($"    if given.get(\"{parameter}\") is not None:\n");
            text.Append($"        given[\"{parameter}\"] = {conversion}(given[\"{parameter}\"])\n");
        }
        var positional = all.TakeWhile((p, i) => i < function.Parameters.PosOnlyArgs.Count || all.Skip(i)
            .Any(a => !shown.Contains(a.Name))).ToList();
        var passed = positional.Select(p => !shown.Contains(p.Name) ? "None"
            : optional.Contains(p.Name) ? $"given.pop(\"{p.Name}\", None)" : $"given.pop(\"{p.Name}\")");
        text.Append("    return ").Append(isAsync ? "await " : "").Append(callee).Append('(')
            .Append(string.Join(", ", passed.Append("**given"))).Append(")\n");
        return new ToolEntry(name, text.ToString());
    }

    /// <summary>What makes the object a parameter expects from JSON, as source; null when JSON is what it expects.</summary>
    private static string? Conversion(Arg parameter, FunctionValue function, AnnotationReader annotations)
    {
        if (parameter.Annotation is null) return null;
        return Conversion(annotations.Evaluate(parameter.Annotation, function.Cell, function.Scope), annotations);
    }

    private static string? Conversion(Value type, AnnotationReader annotations)
    {
        switch (type)
        {
            case ClassValue own when ClassShapes.ShapeOf(own) == ClassShape.Enumeration:
                return own.Name;
            case ClassValue own when ClassShapes.IsPydantic(own):
                return $"{own.Name}.model_validate";
            case ClassValue own when ClassShapes.ShapeOf(own) == ClassShape.Model:
                return $"(lambda value: {own.Name}(**value))";
            case TextValue { Known: { } forward } when annotations.Forward(forward) is ClassValue own:
                return Conversion(own, annotations);
            case GenericValue { Origin: ExternalValue origin } generic:
                var last = origin.Path[(origin.Path.LastIndexOf('.') + 1)..];
                var inner = generic.Arguments.Where(a => a is not ConstantValue).Select(a => Conversion(a, annotations))
                    .FirstOrDefault(c => c is not null);
                if (inner is null) return null;
                return last switch
                {
                    "list" or "List" or "Sequence" => $"(lambda values: [{inner}(value) for value in values])",
                    "Optional" or "Annotated" => inner,
                    "Union" when generic.Arguments.Count(a => a is not ConstantValue { Content: null }) == 1 => inner,
                    _ => null,
                };
            default:
                return null;
        }
    }
}
