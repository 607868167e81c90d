using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Functions of the notebook that a library calls: in a thread, in a pool, for every item.</summary>
internal static class PassedFunctions
{
    private const int MaxItems = 40;

    /// <summary>What the passed function gives; null when the call passes none in a way that is known.</summary>
    public static Value? Call(string path, CallArguments arguments, Frame frame, Interpreter interpreter)
    {
        var member = path[(path.LastIndexOf('.') + 1)..];
        return member switch
        {
            "to_thread" or "submit" or "run_sync" or "apply_async" => Invoke(0),
            "run_in_executor" => Invoke(1),
            "map" or "imap" or "imap_unordered" => Map(),
            "Thread" or "Process" or "Timer" when arguments.Find("target") is { } target => CallWith(
                target, new CallArguments((arguments.Find("args") as SequenceValue)?.Items ?? [], [], false)),
            _ => null,
        };

        Value? Invoke(int position) => position < arguments.Positional.Count
            ? CallWith(arguments.Positional[position], arguments with { Positional = [.. arguments.Positional.Skip(position + 1)] }) : null;

        Value? Map()
        {
            if (arguments.Positional.Count < 2 || !IsOwn(arguments.Positional[0])) return null;
            var lists = arguments.Positional.Skip(1).Select(l => Iteration.ToList(l, SequenceKind.List)).ToList();
            var count = Math.Min(MaxItems, lists.Max(l => l.Items.Count));
            var isOpen = lists.Exists(l => l.IsOpen);
            var results = new List<Value>();
            for (var i = 0; i < Math.Max(count, isOpen ? 1 : 0); i++)
            {
                var row = lists.Select(l => l.Items.ElementAtOrDefault(i) ?? new UnknownValue("item"));
                results.Add(CallWith(arguments.Positional[0], new CallArguments([.. row], [], false)) ?? new UnknownValue("item"));
            }
            return new SequenceValue(SequenceKind.List, results) { IsOpen = isOpen };
        }

        Value? CallWith(Value callee, CallArguments given) => callee switch
        {
            FunctionValue function => interpreter.Calls.Invoke(function, null, given, frame, frame.IsReached),
            MethodValue method => interpreter.Calls.Invoke(method.Function, method.Self, given, frame, frame.IsReached),
            PartialValue { Callee: FunctionValue function } partial =>
                interpreter.Calls.Invoke(function, null, partial.Given.Then(given), frame, frame.IsReached),
            _ => null,
        };
    }

    /// <summary>Lambdas that are handed to a library and that nothing else goes into: it will call them with values nobody knows now.</summary>
    public static void EnterLambdas(CallArguments arguments, Frame frame, Interpreter interpreter)
    {
        foreach (var value in arguments.Positional.Concat(arguments.Named.Select(n => n.Value)))
        {
            if (value is FunctionValue { Definition: Lambda, WasEntered: false } lambda)
                interpreter.Calls.Invoke(lambda, null, CallArguments.Unknown, frame, frame.IsReached);
        }
    }

    private static bool IsOwn(Value value) => value is FunctionValue or MethodValue or PartialValue { Callee: FunctionValue };
}
