using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>What <c>value.name</c> is.</summary>
internal static class Attributes
{
    public static Value Get(Value owner, string name, Interpreter interpreter, string source) => owner switch
    {
        ExternalValue external => KnownConstants.Find($"{external.Path}.{name}")
            ?? new ExternalValue($"{external.Path}.{name}", external.Root),
        ResultValue result => OfResult(result, name),
        ObjectValue made => OfObject(made, name, interpreter) ?? OfBases(made.Class, name, source),
        SuperValue super => OfSuper(super, name, source),
        ClassValue type => OfClass(type, name, source),
        ModuleValue module => module.Scope.Find(name) ?? new UnknownValue(source),
        GenericValue generic => Get(generic.Origin, name, interpreter, source),
        MethodValue method => Get(method.Function, name, interpreter, source),
        FunctionValue function when name is "__name__" => TextValue.Of(function.Name),
        FunctionValue { Def: { } definition } when name is "__doc__" => Docstring.Of(definition.Body).Whole is { Length: > 0 } text
            ? TextValue.Of(text) : Value.None,
        // The value of a member of an enumeration.
        TextValue or ConstantValue when name == "value" => owner,
        UnknownValue unknown => new ExternalValue($"?{unknown.Expression}.{name}"),
        _ => new UnknownValue(source),
    };

    /// <summary>
    /// The list that an object keeps under a name and that was not given when it was made: <c>agent.tools.append(...)</c>. Null when
    /// <paramref name="value"/> is no such attribute.
    /// </summary>
    public static SequenceValue? NewListOf(Value value)
    {
        if (value is not ExternalValue { Root: { Call: var call } root } attribute || !char.IsUpper(call.Member.FirstOrDefault())) return null;
        if (attribute.Path.Length <= call.Path.Length + 1 || !attribute.Path.StartsWith(call.Path + ".", StringComparison.Ordinal)) return null;
        var name = attribute.Path[(call.Path.Length + 1)..];
        if (name.AsSpan().IndexOfAny(".[(") >= 0) return null;
        var list = new SequenceValue(SequenceKind.List, []);
        root.Attributes[name] = list;
        return list;
    }

    private static Value OfResult(ResultValue result, string name)
    {
        if (result.Attributes.TryGetValue(name, out var value)) return value;
        // Frameworks keep what an object was made with under the same name: agent.name, agent.instructions.
        if (char.IsUpper(result.Call.Member.FirstOrDefault()) && result.Call.Argument(name) is { } given) return given;
        return new ExternalValue($"{result.Call.Path}.{name}", result);
    }

    private static Value? OfObject(ObjectValue made, string name, Interpreter interpreter)
    {
        if (made.Attributes.TryGetValue(name, out var value)) return value;
        return made.Class.FindMember(name) switch
        {
            null => null,
            FunctionValue { IsStatic: true } function => function,
            FunctionValue { IsClassMethod: true } function => new MethodValue(function, made.Class),
            FunctionValue { IsProperty: true } function =>
                interpreter.Calls.Invoke(function, made, new CallArguments([], [], false), null, true),
            FunctionValue function => new MethodValue(function, made),
            { } member => member,
        };
    }

    private static Value OfClass(ClassValue type, string name, string source) => type.FindMember(name) switch
    {
        FunctionValue { IsClassMethod: true } function => new MethodValue(function, type),
        { } member => member,
        null when name == "__name__" => TextValue.Of(type.Name),
        null => OfBases(type, name, source),
    };

    private static Value OfSuper(SuperValue super, string name, string source)
    {
        foreach (var parent in super.Class.Bases)
        {
            if (parent is ClassValue own && own.FindMember(name) is { } member)
                return member is FunctionValue { IsStatic: false } function ? new MethodValue(function, super.Self) : member;
        }
        return OfBases(super.Class, name, source);
    }

    private static Value OfBases(ClassValue type, string name, string source) =>
        type.ExternalBases().FirstOrDefault() is { } path ? new ExternalValue($"{path}.{name}") : new UnknownValue(source);
}
