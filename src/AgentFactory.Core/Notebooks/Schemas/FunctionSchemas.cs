using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Programs;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Schemas;

/// <summary>The schema of a function's arguments, as a model sees them.</summary>
internal static class FunctionSchemas
{
    /// <param name="hidden">Types of parameters that the framework passes by itself, by the last part of their path.</param>
    /// <param name="given">Arguments that are given already, which a model doesn't see; null for none.</param>
    public static JsonObject Of(
        FunctionValue function, AnnotationReader annotations, IReadOnlySet<string> hidden, CallArguments? given = null)
    {
        var builder = new TypeSchemas(annotations);
        var documented = function.Def is { } def ? Docstring.Of(def.Body).Parameters : Docstring.Empty.Parameters;
        var (properties, required) = (new JsonObject(), new JsonArray());
        foreach (var parameter in Visible(function, annotations, hidden, given))
        {
            var schema = parameter.Annotation is null ? []
                : builder.Of(annotations.Evaluate(parameter.Annotation, function.Cell, function.Scope));
            if (documented.TryGetValue(parameter.Name, out var text) && !schema.ContainsKey("description")) schema["description"] = text;
            var facts = FieldFacts.Of(function.Defaults.GetValueOrDefault(parameter.Name));
            facts.ApplyTo(schema);
            properties[parameter.Name] = schema;
            if (facts.IsRequired) required.Add(parameter.Name);
        }
        var result = new JsonObject { ["type"] = "object", ["properties"] = properties };
        if (required.Count > 0) result["required"] = required;
        result["additionalProperties"] = false;
        if (builder.Definitions.Count > 0) result["$defs"] = builder.Definitions;
        return result;
    }

    /// <summary>The parameters a model gives, in order.</summary>
    public static IEnumerable<Arg> Visible(
        FunctionValue function, AnnotationReader annotations, IReadOnlySet<string> hidden, CallArguments? given = null)
    {
        var all = function.Parameters.PosOnlyArgs.Concat(function.Parameters.Args).ToList();
        if (function.Class is not null && !function.IsStatic && all.Count > 0) all.RemoveAt(0);
        return all.Skip(given?.Positional.Count ?? 0).Concat(function.Parameters.KwOnlyArgs)
            .Where(p => given?.Find(p.Name) is null && !IsHidden(p, function, annotations, hidden));
    }

    private static bool IsHidden(Arg parameter, FunctionValue function, AnnotationReader annotations, IReadOnlySet<string> hidden)
    {
        if (parameter.Annotation is null) return false;
        var type = annotations.Evaluate(parameter.Annotation, function.Cell, function.Scope);
        if (type is GenericValue generic) type = generic.Origin;
        return type is ExternalValue external && hidden.Contains(external.Path[(external.Path.LastIndexOf('.') + 1)..]);
    }
}
