using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>
/// Calls: of the notebook's own functions and classes by going into them, of known library functions by their result, of all else by a
/// record.
/// </summary>
internal sealed class Calls(Interpreter interpreter)
{
    private const int MaxTrace = 20_000;
    private const int MaxObjects = 8;

    public Value Evaluate(Call call, Frame frame)
    {
        Value callee;
        if (call.Func is Python.Attribute method)
        {
            var owner = interpreter.Expressions.Evaluate(method.Value, frame);
            if (method.Attr is "append" or "extend" or "insert") owner = Attributes.NewListOf(owner) ?? owner;
            if (owner is TextValue or SequenceValue or MappingValue)
            {
                var given = CallArguments.Of(call, frame, interpreter.Expressions);
                return CallBuiltinMethod(owner, method.Attr, given, frame) ?? frame.Unknown(call);
            }
            callee = Attributes.Get(owner, method.Attr, interpreter, frame.Text(method));
        }
        else callee = interpreter.Expressions.Evaluate(call.Func, frame);
        return Call(callee, CallArguments.Of(call, frame, interpreter.Expressions), call, frame);
    }

    private Value Call(Value callee, CallArguments arguments, Call call, Frame frame) => callee switch
    {
        FunctionValue function => Invoke(function, null, arguments, frame, frame.IsReached) ?? frame.Unknown(call),
        MethodValue method => Invoke(method.Function, method.Self, arguments, frame, frame.IsReached) ?? frame.Unknown(call),
        ClassValue type => Instantiate(type, arguments, frame, frame.IsReached),
        GenericValue generic => Call(generic.Origin, arguments, call, frame),
        PartialValue partial => Call(partial.Callee, partial.Given.Then(arguments), call, frame),
        ObjectValue made when made.Class.FindMember("__call__") is FunctionValue function =>
            Invoke(function, made, arguments, frame, frame.IsReached) ?? frame.Unknown(call),
        ExternalValue external => KnownFunctions.Call(external.Path, arguments, call, frame, interpreter)
            ?? KnownMethods.Call(external, arguments, interpreter)
            ?? PassedFunctions.Call(external.Path, arguments, frame, interpreter)
            ?? Record(external.Path, external.Root, arguments, call, frame),
        ResultValue result => Record(result.Call.Path + "()", result, arguments, call, frame),
        UnknownValue unknown => Record("?" + unknown.Expression, null, arguments, call, frame),
        _ => frame.Unknown(call),
    };

    /// <summary>What a function of the notebook returns; null when that cannot be told.</summary>
    public Value? Invoke(FunctionValue function, Value? self, CallArguments arguments, Frame? caller, bool isReached)
    {
        function.WasEntered = true;
        if (!interpreter.TryEnter(function)) return null;
        try
        {
            var scope = new Scope(function.Scope);
            var frame = new Frame(function.Cell, scope, function, self, caller?.IsReached ?? isReached);
            BindParameters(function, self, arguments, scope);
            if (function.Definition is Lambda lambda) return interpreter.Expressions.Evaluate(lambda.Body, frame);
            interpreter.Statements.Run(function.Def!.Body, frame);
            return frame.Yielded.Count > 0
                ? new SequenceValue(SequenceKind.List, frame.Yielded) { IsOpen = true }
                : Returned(frame.Returned);
        }
        finally
        {
            interpreter.Leave();
        }
    }

    /// <summary>Goes into a function that nothing calls, once for each object it may belong to.</summary>
    public void Enter(FunctionValue function)
    {
        if (function.Class is not { } type || function.IsStatic)
        {
            Invoke(function, null, CallArguments.Unknown, null, isReached: false);
            return;
        }
        var owners = function.IsClassMethod ? [type] : interpreter.Objects.Where(o => Derives(o.Class, type))
            .Take(MaxObjects).Cast<Value>().ToList();
        if (owners.Count == 0) owners.Add(new ObjectValue(type));
        foreach (var owner in owners) Invoke(function, owner, CallArguments.Unknown, null, isReached: false);
    }

    public ObjectValue Instantiate(ClassValue type, CallArguments arguments, Frame? caller, bool isReached)
    {
        type.WasInstantiated = true;
        var made = new ObjectValue(type);
        interpreter.Objects.Add(made);
        foreach (var (name, value) in arguments.Named) made.Attributes[name] = value;
        for (var i = 0; i < Math.Min(arguments.Positional.Count, type.Fields.Count); i++) made.Attributes[
            type.Fields[i].Name] = arguments.Positional[i];
        if (type.FindMember("__init__") is FunctionValue initialise)
        {
            made.Attributes.Clear();
            Invoke(initialise, made, arguments, caller, isReached);
        }
        return made;
    }

    private static void BindParameters(FunctionValue function, Value? self, CallArguments arguments, Scope scope)
    {
        var parameters = function.Parameters;
        var positional = new Queue<Value>(arguments.Positional);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var places = parameters.PosOnlyArgs.Concat(parameters.Args).ToList();
        if (self is not null && !function.IsStatic && places.Count > 0)
        {
            scope.Bind(places[0].Name, self);
            places.RemoveAt(0);
        }
        foreach (var place in places.Concat(parameters.KwOnlyArgs))
        {
            names.Add(place.Name);
            var byPlace = parameters.KwOnlyArgs.Contains(place) || positional.Count == 0 ? null : positional.Dequeue();
            scope.Bind(place.Name, byPlace ?? arguments.Find(place.Name) ?? function.Defaults.GetValueOrDefault(place.Name)
                ?? new UnknownValue(place.Name));
        }
        if (parameters.VarArg is { } rest)
            scope.Bind(rest.Name, new SequenceValue(SequenceKind.Tuple, positional) { IsOpen = arguments.IsOpen });
        if (parameters.KwArg is not { } more) return;
        var map = new MappingValue { IsOpen = arguments.IsOpen };
        foreach (var (name, value) in arguments.Named.Where(n => !names.Contains(n.Key))) map.Set(TextValue.Of(name), value);
        scope.Bind(more.Name, map);
    }

    /// <summary>Of several returns the last that tells something: the early ones are those of guards.</summary>
    private static Value Returned(List<Value> returned)
    {
        for (var i = returned.Count - 1; i >= 0; i--)
        {
            if (returned[i] is not (UnknownValue or ExternalValue or ConstantValue { Content: null })) return returned[i];
        }
        return returned.Count > 0 ? returned[^1] : Value.None;
    }

    private static bool Derives(ClassValue type, ClassValue ancestor) =>
        type == ancestor || type.Bases.OfType<ClassValue>().Any(b => b != type && Derives(b, ancestor));

    private static Value? CallBuiltinMethod(Value owner, string name, CallArguments arguments, Frame frame) => owner switch
    {
        TextValue text => TextMethods.Call(text, name, arguments),
        SequenceValue list => CollectionMethods.Call(list, name, arguments, frame),
        MappingValue map => CollectionMethods.Call(map, name, arguments),
        _ => null,
    };

    private ResultValue Record(string path, ResultValue? root, CallArguments arguments, Call call, Frame frame)
    {
        PassedFunctions.EnterLambdas(arguments, frame, interpreter);
        var then = arguments.Copy();
        var record = new ExternalCall
        {
            Path = path,
            Root = root,
            Positional = arguments.Positional,
            Named = arguments.Named,
            PositionalThen = then.Positional,
            NamedThen = then.Named,
            Cell = frame.Cell,
            Node = call,
            Through = [.. interpreter.Stack],
            IsReached = frame.IsReached,
        };
        if (interpreter.Trace.Count < MaxTrace) interpreter.Trace.Add(record);
        return new ResultValue(record);
    }
}
