using System.Numerics;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Assignments in all their forms.</summary>
internal static class Bindings
{
    private const int MaxNames = 8;

    public static void Run(Statement statement, Frame frame, Expressions expressions, Interpreter interpreter)
    {
        switch (statement)
        {
            case Assign assign:
                var value = expressions.Evaluate(assign.Value, frame);
                foreach (var target in assign.Targets) Bind(target, value, frame, expressions, interpreter);
                break;
            case AnnAssign { Value: { } given } annotated:
                Bind(annotated.Target, expressions.Evaluate(given, frame), frame, expressions, interpreter);
                break;
            case AugAssign augmented:
                Augment(augmented, frame, expressions, interpreter);
                break;
            case TypeAlias alias:
                frame.Scope.Bind(alias.Name.Id, expressions.Evaluate(alias.Value, frame));
                break;
            case Delete delete:
                foreach (var name in delete.Targets.OfType<Name>()) frame.Scope.Unbind(name.Id);
                break;
        }
    }

    public static void Bind(Expression target, Value value, Frame frame, Expressions expressions, Interpreter interpreter)
    {
        switch (target)
        {
            case Name name:
                frame.Scope.Bind(name.Id, value);
                Note(value, name.Id, atModule: frame.Scope.Parent is null);
                break;
            case Python.Tuple tuple:
                Unpack(tuple.Elts, value, frame, expressions, interpreter);
                break;
            case List list:
                Unpack(list.Elts, value, frame, expressions, interpreter);
                break;
            case Starred starred:
                Bind(starred.Value, value, frame, expressions, interpreter);
                break;
            case Python.Attribute attribute:
                SetAttribute(expressions.Evaluate(attribute.Value, frame), attribute.Attr, value);
                break;
            case Subscript item:
                SetItem(item, value, frame, expressions, interpreter);
                break;
        }
    }

    private static void Note(Value value, string name, bool atModule)
    {
        if (value is ResultValue { Call.Names: { Count: < MaxNames } names } && !names.Contains(name)) names.Add(name);
        if (value is ObjectValue made && atModule && made.Names.Count < MaxNames && !made.Names.Contains(name)) made.Names.Add(name);
    }

    private static void Unpack(IReadOnlyList<Expression> targets, Value value, Frame frame, Expressions expressions,
        Interpreter interpreter)
    {
        var items = value is SequenceValue { IsOpen: false } list && list.Items.Count == targets.Count && !targets.Any(t => t is Starred)
            ? list.Items
            : [.. targets.Select(t => t is Name name ? new UnknownValue(name.Id) : (Value)frame.Unknown(t))];
        for (var i = 0; i < targets.Count; i++) Bind(targets[i], items[i], frame, expressions, interpreter);
    }

    private static void SetAttribute(Value owner, string name, Value value)
    {
        var attributes = owner switch
        {
            ObjectValue made => made.Attributes,
            ResultValue result => result.Attributes,
            ClassValue type => type.Members,
            _ => null,
        };
        if (attributes is null) return;
        attributes[name] = value;
        Note(value, name, atModule: false);
    }

    private static void SetItem(Subscript item, Value value, Frame frame, Expressions expressions, Interpreter interpreter)
    {
        var (owner, key) = (expressions.Evaluate(item.Value, frame), expressions.Evaluate(item.Slice, frame));
        switch (owner)
        {
            case MappingValue map when key is TextValue { IsKnown: true } or ConstantValue:
                map.Set(key, value);
                break;
            case MappingValue map:
                map.IsOpen = true;
                break;
            case SequenceValue list when key is ConstantValue { Content: BigInteger n } && Items.Index(n, list.Items.Count) is { } index:
                list.Items[index] = value;
                break;
            case ExternalValue { Path: "os.environ" } when key is TextValue { Known: { } name }:
                interpreter.Environment.Add(name, isSet: true, frame.Cell.At(item));
                break;
        }
    }

    private static void Augment(AugAssign augmented, Frame frame, Expressions expressions, Interpreter interpreter)
    {
        var (before, more) = (expressions.Evaluate(augmented.Target, frame), expressions.Evaluate(augmented.Value, frame));
        if (augmented.Op == BinaryOperator.Add && more is SequenceValue) before = Attributes.NewListOf(before) ?? before;
        if (augmented.Op == BinaryOperator.Add && before is SequenceValue { Kind: SequenceKind.List } list)
        {
            Items.Extend(list, more);
            return;
        }
        var value = Operations.Binary(before, augmented.Op, more, frame.Text(augmented.Target), frame.Text(augmented.Value))
            ?? frame.Unknown(augmented.Target);
        interpreter.PayFor(value);
        Bind(augmented.Target, value, frame, expressions, interpreter);
    }
}
