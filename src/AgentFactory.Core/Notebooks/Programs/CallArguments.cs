using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>The arguments of a call.</summary>
/// <param name="IsOpen">There may be more than these: <c>*args</c> or <c>**kwargs</c> of something unknown.</param>
internal sealed record CallArguments(IReadOnlyList<Value> Positional, IReadOnlyList<KeyValuePair<string, Value>> Named, bool IsOpen)
{
    public static readonly CallArguments Unknown = new([], [], IsOpen: true);

    private const int MaxCopiedItems = 500;
    private const int MaxCopyDepth = 6;

    public Value? this[int position, string name] => Find(name) ?? (position < Positional.Count ? Positional[position] : null);

    public static CallArguments Of(Call call, Frame frame, Expressions expressions)
    {
        var (positional, named, isOpen) = (new List<Value>(), new List<KeyValuePair<string, Value>>(), false);
        foreach (var argument in call.Args)
        {
            var value = expressions.Evaluate(argument, frame);
            if (argument is not Starred) positional.Add(value);
            else if (value is SequenceValue list)
            {
                positional.AddRange(list.Items);
                isOpen |= list.IsOpen;
            }
            else isOpen = true;
        }
        foreach (var keyword in call.Keywords)
        {
            var value = expressions.Evaluate(keyword.Value, frame);
            if (keyword.Arg is { } name) named.Add(new(name, value));
            else if (value is MappingValue map)
            {
                isOpen |= map.IsOpen;
                foreach (var (key, item) in map.Entries)
                {
                    if (key is TextValue { Known: { } text }) named.Add(new(text, item));
                }
            }
            else isOpen = true;
        }
        return new CallArguments(positional, named, isOpen);
    }

    public Value? Find(string name)
    {
        foreach (var (key, value) in Named)
        {
            if (key == name) return value;
        }
        return null;
    }

    /// <summary>These arguments and more, which win where both give a name.</summary>
    public CallArguments Then(CallArguments more) => new(
        [.. Positional, .. more.Positional],
        [.. Named.Where(n => more.Find(n.Key) is null), .. more.Named],
        IsOpen || more.IsOpen);

    /// <summary>The same arguments with lists and dicts as they are now.</summary>
    public CallArguments Copy()
    {
        var left = MaxCopiedItems;
        return this with
        {
            Positional = [.. Positional.Select(v => Copy(v, 0, ref left))],
            Named = [.. Named.Select(n => KeyValuePair.Create(n.Key, Copy(n.Value, 0, ref left)))],
        };
    }

    private static Value Copy(Value value, int depth, ref int left)
    {
        if (depth == MaxCopyDepth || left <= 0) return value;
        switch (value)
        {
            case SequenceValue list:
                left -= list.Items.Count;
                var items = new List<Value>(list.Items.Count);
                foreach (var item in list.Items) items.Add(Copy(item, depth + 1, ref left));
                return new SequenceValue(list.Kind, items) { IsOpen = list.IsOpen };
            case MappingValue map:
                left -= map.Entries.Count;
                var copy = new MappingValue { IsOpen = map.IsOpen };
                foreach (var (key, item) in map.Entries) copy.Set(key, Copy(item, depth + 1, ref left));
                return copy;
            default:
                return value;
        }
    }
}
