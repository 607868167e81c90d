using System.Numerics;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Functions of Python and of common libraries whose result can be told from their arguments.</summary>
internal static class KnownFunctions
{
    /// <summary>Null when the call is none of these, or its result is not known.</summary>
    public static Value? Call(string path, CallArguments arguments, Call call, Frame frame, Interpreter interpreter)
    {
        var first = arguments.Positional.Count > 0 ? arguments.Positional[0] : null;
        var source = call.Args.Count > 0 ? frame.Text(call.Args[0]) : frame.Text(call);
        return path switch
        {
            "textwrap.dedent" when first is TextValue text => text.Map(Dedent.Of),
            "inspect.cleandoc" when first is TextValue text => text.Map(Dedent.Clean),
            "json.dumps" when first is not null => PythonText.Json(first, source),
            "json.loads" when first is TextValue { Known: { } text } => JsonValues.Parse(text),
            "inspect.getdoc" when first is FunctionValue function => Attributes.Get(function, "__doc__", interpreter, source),
            "os.getenv" or "os.environ.get" or "os.environ.setdefault" => Environment(arguments, call, frame, interpreter),
            "google.colab.userdata.get" or "userdata.get" => Secret(first, call, frame, interpreter),
            "getpass.getpass" or "builtins.input" or "getpass" => frame.Unknown(call),
            "asyncio.run" or "nest_asyncio.run" or "asyncio.create_task" or "asyncio.ensure_future" or "copy.copy" or "copy.deepcopy"
                or "IPython.display.display" or "asyncio.wait_for" or "functools.lru_cache" or "functools.cache" => first,
            "asyncio.gather" => new SequenceValue(SequenceKind.List, arguments.Positional) { IsOpen = arguments.IsOpen },
            "functools.partial" when first is not null => new PartialValue(
                first, arguments with { Positional = [.. arguments.Positional.Skip(1)] }, frame.Text(call)),
            "agents.extensions.handoff_prompt.prompt_with_handoff_instructions" when first is TextValue text =>
                TextValue.Join([TextValue.Of(KnownConstants.HandoffPrompt + "\n\n"), text]),
            "typing.cast" => arguments.Positional.ElementAtOrDefault(1),
            "typing.NewType" => arguments.Positional.ElementAtOrDefault(1),
            "dotenv.load_dotenv" or "nest_asyncio.apply" or "builtins.print" => Value.None,
            _ when path.StartsWith("builtins.", StringComparison.Ordinal) =>
                Builtin(path[9..], first, source, arguments, call, frame, interpreter),
            _ when path.EndsWith(".run_until_complete", StringComparison.Ordinal) => first,
            _ => null,
        };
    }

    private static Value? Builtin(
        string name, Value? first, string source, CallArguments arguments, Call call, Frame frame, Interpreter interpreter) => name switch
        {
            "str" => first is null ? TextValue.Empty : PythonText.Str(first, source),
            "repr" => first is null ? null : PythonText.Repr(first, source),
            "list" => first is null ? new SequenceValue(SequenceKind.List, []) : Iteration.ToList(first, SequenceKind.List),
            "tuple" => first is null ? new SequenceValue(SequenceKind.Tuple, []) : Iteration.ToList(first, SequenceKind.Tuple),
            "set" or "frozenset" => first is null ? new SequenceValue(SequenceKind.Set, []) : Iteration.ToList(first, SequenceKind.Set),
            "sorted" => first is SequenceValue list ? Sort(list) : null,
            "reversed" when first is SequenceValue list =>
                new SequenceValue(list.Kind, list.Items.AsEnumerable().Reverse()) { IsOpen = list.IsOpen },
            "dict" => Dict(first, arguments),
            "enumerate" => Enumerate(first),
            "zip" => Zip(arguments.Positional),
            "range" => Range(arguments.Positional),
            "len" => Length(first) is { } n ? new ConstantValue((BigInteger)n) : null,
            "int" when first is ConstantValue { Content: BigInteger } => first,
            "float" when first is not null && Operations.Number(first) is { } n => new ConstantValue(n),
            "bool" when first is not null && ValueEquality.Truth(first) is { } b => new ConstantValue(b),
            "getattr" when first is not null && arguments.Positional.ElementAtOrDefault(1) is TextValue { Known: { } attribute } =>
                Attributes.Get(first, attribute, interpreter, frame.Text(call)),
            "super" when frame.Function?.Class is { } type && frame.Self is { } self => new SuperValue(type, self),
            "__import__" when first is TextValue { Known: { } module } => new ExternalValue(module),
            "filter" => new SequenceValue(SequenceKind.List, []) { IsOpen = true },
            "isinstance" or "issubclass" or "hasattr" or "callable" or "any" or "all" or "type" or "id" or "hash" => frame.Unknown(call),
            _ => null,
        };

    private static Value Environment(CallArguments arguments, Call call, Frame frame, Interpreter interpreter)
    {
        if (arguments[0, "key"] is not TextValue { Known: { } name }) return frame.Unknown(call);
        interpreter.Environment.Add(name, isSet: false, frame.Cell.At(call));
        var byDefault = arguments[1, "default"];
        return byDefault is null or ConstantValue { Content: null } || EnvironmentReads.IsSecret(name) ? new EnvironmentValue(name)
            : byDefault;
    }

    private static Value Secret(Value? name, Call call, Frame frame, Interpreter interpreter)
    {
        if (name is not TextValue { Known: { } known }) return frame.Unknown(call);
        interpreter.Environment.Add(known, isSet: false, frame.Cell.At(call));
        return new EnvironmentValue(known);
    }

    private static SequenceValue Sort(SequenceValue list)
    {
        var texts = list.Items.Select(i => (i as TextValue)?.Known).ToList();
        return texts.Contains(null)
            ? new SequenceValue(SequenceKind.List, list.Items) { IsOpen = list.IsOpen }
            : new SequenceValue(SequenceKind.List, list.Items
                .OrderBy(i => ((TextValue)i).Known, StringComparer.Ordinal))
            { IsOpen = list.IsOpen };
    }

    private static MappingValue Dict(Value? first, CallArguments arguments)
    {
        var map = new MappingValue { IsOpen = arguments.IsOpen || first is not (null or MappingValue or SequenceValue) };
        if (first is MappingValue other) map.SetAll(other);
        if (first is SequenceValue pairs)
        {
            foreach (var pair in pairs.Items)
            {
                if (pair is SequenceValue { Items: [var key, var value] }) map.Set(key, value);
                else map.IsOpen = true;
            }
        }
        foreach (var (key, value) in arguments.Named) map.Set(TextValue.Of(key), value);
        return map;
    }

    private static SequenceValue Enumerate(Value? first)
    {
        var list = first is null ? new SequenceValue(SequenceKind.List, []) { IsOpen = true } : Iteration.ToList(first, SequenceKind.List);
        return new SequenceValue(SequenceKind.List, list.Items.Select((item, i) =>
            new SequenceValue(SequenceKind.Tuple, [new ConstantValue((BigInteger)i), item])))
        { IsOpen = list.IsOpen };
    }

    private static SequenceValue Zip(IReadOnlyList<Value> lists)
    {
        if (lists.Count == 0 || lists.Any(l => l is not SequenceValue)) return new SequenceValue(SequenceKind.List, []) { IsOpen = true };
        var all = lists.Cast<SequenceValue>().ToList();
        var rows = Enumerable.Range(0, all.Min(l => l.Items.Count))
            .Select(i => new SequenceValue(SequenceKind.Tuple, all.Select(l => l.Items[i])));
        return new SequenceValue(SequenceKind.List, rows) { IsOpen = all.Exists(l => l.IsOpen) };
    }

    private static SequenceValue? Range(IReadOnlyList<Value> bounds)
    {
        var numbers = bounds.Select(b => b is ConstantValue { Content: BigInteger n } && BigInteger.Abs(n) < 10_000 ? (int?)n : null)
            .ToList();
        if (numbers.Contains(null) || numbers.Count is 0 or > 2) return null;
        var (from, to) = numbers.Count == 1 ? (0, numbers[0]!.Value) : (numbers[0]!.Value, numbers[1]!.Value);
        return new SequenceValue(SequenceKind.List, Enumerable.Range(from, Math.Clamp(to - from, 0, 1000))
            .Select(i => new ConstantValue((BigInteger)i)));
    }

    private static int? Length(Value? value) => value switch
    {
        SequenceValue { IsOpen: false } list => list.Items.Count,
        MappingValue { IsOpen: false } map => map.Entries.Count,
        TextValue { Known: { } text } => text.Length,
        _ => null,
    };
}
