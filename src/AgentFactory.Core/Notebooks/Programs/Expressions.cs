using System.Numerics;
using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>The value of an expression, as far as it can be known.</summary>
internal sealed class Expressions(Interpreter interpreter)
{
    private const int MaxComprehensionItems = 200;

    public Value Evaluate(Expression expression, Frame frame)
    {
        if (!interpreter.TryStep()) return frame.Unknown(expression);
        var value = Find(expression, frame);
        if (expression is BinOp or Call or JoinedStr or TemplateStr) interpreter.PayFor(value);
        return value;
    }

    private Value Find(Expression expression, Frame frame)
    {
        return expression switch
        {
            Constant constant => constant.Value is string text ? TextValue.Of(text) : new ConstantValue(constant.Value),
            JoinedStr joined => Join(joined.Values, frame),
            TemplateStr template => Join(template.Values, frame),
            Name name => frame.Scope.Find(name.Id) ?? StarExports.Find(name.Id, interpreter.StarImports) ?? Builtins.Find(name.Id)
                ?? new UnknownValue(name.Id),
            Python.Attribute attribute => Attributes.Get(
                Evaluate(attribute.Value, frame), attribute.Attr, interpreter, frame.Text(attribute)),
            Subscript item => GetItem(item, frame),
            Call call => interpreter.Calls.Evaluate(call, frame),
            BinOp operation => Operate(operation, frame),
            BoolOp choice => Choose(choice, frame),
            UnaryOp operation => Operations.Unary(operation.Op, Evaluate(operation.Operand, frame)) ?? frame.Unknown(operation),
            IfExp branch => Choose(branch, frame),
            Compare comparison => Compare(comparison, frame),
            NamedExpr named => Bind(named, frame),
            Lambda lambda => Definitions.Define(lambda, frame, interpreter),
            Await awaited => Evaluate(awaited.Value, frame),
            Starred starred => Evaluate(starred.Value, frame),
            Yield yielded => Give(yielded.Value is null ? Value.None : Evaluate(yielded.Value, frame), frame, yielded),
            YieldFrom from => Give(Evaluate(from.Value, frame), frame, from),
            FormattedValue formatted => Format(formatted.Value, formatted.Conversion, formatted.FormatSpec, frame),
            _ => EvaluateDisplay(expression, frame),
        };
    }

    private Value EvaluateDisplay(Expression expression, Frame frame) => expression switch
    {
        List list => Items(SequenceKind.List, list.Elts, frame),
        Python.Tuple tuple => Items(SequenceKind.Tuple, tuple.Elts, frame),
        Set set => Items(SequenceKind.Set, set.Elts, frame),
        Dict dict => Map(dict, frame),
        ListComp list => Comprehend(SequenceKind.List, list.Elt, list.Generators, frame),
        GeneratorExp generator => Comprehend(SequenceKind.List, generator.Elt, generator.Generators, frame),
        SetComp set => Comprehend(SequenceKind.Set, set.Elt, set.Generators, frame),
        DictComp dict => Comprehend(dict, frame),
        _ => frame.Unknown(expression),
    };

    private TextValue Join(IReadOnlyList<Expression> parts, Frame frame)
    {
        var texts = parts.Select(part => part switch
        {
            Constant { Value: string text } => TextValue.Of(text),
            FormattedValue value => Format(value.Value, value.Conversion, value.FormatSpec, frame),
            Interpolation value => Format(value.Value, value.Conversion, value.FormatSpec, frame),
            _ => PythonText.Str(Evaluate(part, frame), frame.Text(part)),
        }).ToList();
        return TextValue.Join(texts, composed: parts.Any(p => p is FormattedValue or Interpolation) && parts.Any(p => p is Constant));
    }

    private TextValue Format(Expression expression, char? conversion, JoinedStr? specification, Frame frame)
    {
        var (value, name) = (Evaluate(expression, frame), frame.Text(expression));
        var spec = specification is null ? "" : Join(specification.Values, frame).Known;
        if (conversion is 'r' or 'a') return PythonText.Repr(value, name);
        return spec is null ? TextValue.Placeholder(name) : TextFormat.Format(value, spec, name);
    }

    private Value GetItem(Subscript item, Frame frame)
    {
        var owner = Evaluate(item.Value, frame);
        if (item.Slice is Slice slice)
            return Programs.Items.Cut(owner, Bound(slice.Lower, frame), Bound(slice.Upper, frame)) is { } cut && slice.Step is null ? cut
                : frame.Unknown(item);
        var key = Evaluate(item.Slice, frame);
        if (owner is ExternalValue { Path: "os.environ" } && key is TextValue { Known: { } variable })
        {
            interpreter.Environment.Add(variable, isSet: false, frame.Cell.At(item));
            return new EnvironmentValue(variable);
        }
        if (Programs.Items.Get(owner, key) is { } known) return known;
        if (Programs.Items.IsType(owner))
            return new GenericValue(owner, key is SequenceValue { Kind: SequenceKind.Tuple } many ? many.Items : [key]);
        return owner switch
        {
            ExternalValue external => new ExternalValue(external.Path + "[]", external.Root),
            ResultValue result => new ExternalValue(result.Call.Path + "[]", result),
            _ => frame.Unknown(item),
        };
    }

    private BigInteger? Bound(Expression? bound, Frame frame) =>
        bound is null ? null : Evaluate(bound, frame) is ConstantValue { Content: BigInteger n } ? n : null;

    private Value Operate(BinOp operation, Frame frame)
    {
        var (left, right) = (Evaluate(operation.Left, frame), Evaluate(operation.Right, frame));
        return Operations.Binary(left, operation.Op, right, frame.Text(operation.Left), frame.Text(operation.Right))
            ?? frame.Unknown(operation);
    }

    private Value Choose(BoolOp choice, Frame frame)
    {
        Value? last = null;
        var isVague = false;
        foreach (var operand in choice.Values)
        {
            last = Evaluate(operand, frame);
            var truth = ValueEquality.Truth(last);
            if (truth == (choice.Op == BoolOperator.Or)) return last;
            // `os.getenv("MODEL") or "gpt-4o"`: the notebook states what holds without the variable.
            isVague |= truth is null && !(choice.Op == BoolOperator.Or && last is EnvironmentValue);
        }
        return isVague || last is null ? frame.Unknown(choice) : last;
    }

    private Value Choose(IfExp branch, Frame frame)
    {
        var truth = ValueEquality.Truth(Evaluate(branch.Test, frame));
        if (truth is { } known) return Evaluate(known ? branch.Body : branch.Orelse, frame);
        return Choice.Of(Evaluate(branch.Body, frame), Evaluate(branch.Orelse, frame));
    }

    private Value Compare(Compare comparison, Frame frame)
    {
        var left = Evaluate(comparison.Left, frame);
        var rights = comparison.Comparators.Select(c => Evaluate(c, frame)).ToList();
        if (rights is not [var right]) return frame.Unknown(comparison);
        return Operations.Compare(left, comparison.Ops[0], right) is { } known ? new ConstantValue(known) : frame.Unknown(comparison);
    }

    private Value Bind(NamedExpr named, Frame frame)
    {
        var value = Evaluate(named.Value, frame);
        frame.Scope.Bind(named.Target.Id, value);
        return value;
    }

    private static UnknownValue Give(Value value, Frame frame, Expression at)
    {
        frame.Yielded.Add(value);
        return frame.Unknown(at);
    }

    private SequenceValue Items(SequenceKind kind, IReadOnlyList<Expression> elements, Frame frame)
    {
        var list = new SequenceValue(kind, []);
        foreach (var element in elements)
        {
            if (element is Starred starred) Programs.Items.Extend(list, Evaluate(starred.Value, frame));
            else list.Items.Add(Evaluate(element, frame));
        }
        return list;
    }

    private MappingValue Map(Dict dict, Frame frame)
    {
        var map = new MappingValue();
        for (var i = 0; i < dict.Values.Count; i++)
        {
            var key = dict.Keys[i] is { } name ? Evaluate(name, frame) : null;
            var value = Evaluate(dict.Values[i], frame);
            if (key is not null) map.Set(key, value);
            else if (value is MappingValue other)
            {
                map.SetAll(other);
            }
            else map.IsOpen = true;
        }
        return map;
    }

    private SequenceValue Comprehend(SequenceKind kind, Expression element, IReadOnlyList<Comprehension> generators, Frame frame)
    {
        var list = new SequenceValue(kind, []);
        list.IsOpen = Go(generators, 0, frame.Inside(new Scope(frame.Scope)), inner => list.Items.Add(Evaluate(element, inner)));
        return list;
    }

    private MappingValue Comprehend(DictComp dict, Frame frame)
    {
        var map = new MappingValue();
        map.IsOpen = Go(dict.Generators, 0, frame.Inside(new Scope(frame.Scope)), inner =>
            map.Set(Evaluate(dict.Key, inner), Evaluate(dict.Value, inner)));
        return map;
    }

    /// <summary>True when there may be more or fewer items than those that were gone through.</summary>
    private bool Go(IReadOnlyList<Comprehension> generators, int depth, Frame frame, Action<Frame> yield)
    {
        if (depth == generators.Count)
        {
            yield(frame);
            return false;
        }
        var generator = generators[depth];
        var source = Evaluate(generator.Iter, frame);
        var isOpen = source is not (SequenceValue { IsOpen: false } or MappingValue { IsOpen: false });
        foreach (var item in Iteration.Items(source, generator.Target, MaxComprehensionItems))
        {
            if (interpreter.IsExhausted) return true;
            Bindings.Bind(generator.Target, item, frame, this, interpreter);
            var tests = generator.Ifs.Select(test => ValueEquality.Truth(Evaluate(test, frame))).ToList();
            isOpen |= tests.Contains(null);
            if (!tests.Contains(false)) isOpen |= Go(generators, depth + 1, frame, yield);
        }
        return isOpen;
    }
}
