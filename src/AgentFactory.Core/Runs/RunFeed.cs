using System.Text;

namespace AgentFactory.Core.Runs;

/// <summary>
/// What a running run shows to those who watch: the recorded events, and the text of the model call that is under way.
/// Watchers pull from their own position, so a slow one holds nothing back and nothing is queued for it.
/// </summary>
public sealed class RunFeed
{
    private readonly Lock _gate = new();
    private readonly List<RunEvent> _events = [];
    private readonly StringBuilder _text = new();
    private TaskCompletionSource? _changed;
    private bool _closed;

    /// <summary>Adds events that are on disk. The text shown so far belongs to the event before them and is void now.</summary>
    internal void Publish(IReadOnlyList<RunEvent> events) => Change(() =>
    {
        _events.AddRange(events);
        _text.Clear();
    });

    /// <summary>Adds text of the model call under way.</summary>
    internal void Publish(string text) => Change(() => _text.Append(text));

    /// <summary>No more comes from this process: the run ended, waits, or belongs to another now.</summary>
    internal void Close() => Change(() => _closed = true);

    /// <summary>
    /// What comes after <paramref name="position"/>: events, then at most one frame with all text since it, and the position after them.
    /// </summary>
    public FeedSlice Read(FeedPosition position)
    {
        lock (_gate)
        {
            var first = _events.Count == 0 ? 1 : _events[0].Seq;
            var skip = (int)Math.Clamp(position.Seq + 1 - first, 0, _events.Count);
            var events = _events.GetRange(skip, _events.Count - skip);
            var seq = events.Count > 0 ? events[^1].Seq : position.Seq;
            var offset = seq == position.Seq ? position.Offset : 0;
            var live = _events.Count == 0 || seq == _events[^1].Seq;
            var text = live && offset < Shown ? _text.ToString(offset, Shown - offset) : "";
            return new FeedSlice(events, text, new FeedPosition(seq, offset + text.Length), _closed);
        }
    }

    /// <summary>Completes when something changed after <see cref="Read"/> found nothing new at <paramref name="position"/>.</summary>
    public Task WaitAsync(FeedPosition position, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            var seq = _events.Count == 0 ? 0 : _events[^1].Seq;
            if (_closed || seq > position.Seq || (seq == position.Seq && Shown > position.Offset)) return Task.CompletedTask;
            _changed ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _changed.Task.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A character outside the basic plane is two of .NET's, which may come apart: half of one is no text.</summary>
    private int Shown => _text.Length > 0 && char.IsHighSurrogate(_text[^1]) ? _text.Length - 1 : _text.Length;

    private void Change(Action change)
    {
        TaskCompletionSource? changed;
        lock (_gate)
        {
            change();
            (changed, _changed) = (_changed, null);
        }
        changed?.SetResult();
    }
}

/// <summary>
/// A place in a run's stream: after event <paramref name="Seq"/> and <paramref name="Offset"/> characters of the text that follows it.
/// </summary>
public readonly record struct FeedPosition(long Seq, int Offset)
{
    /// <summary>Reads <c>seq</c> or <c>seq.offset</c>, as sent in an SSE id.</summary>
    public static bool TryParse(string? text, out FeedPosition position)
    {
        position = default;
        if (text is null) return false;
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        var offset = 0;
        var good = long.TryParse(dot < 0 ? text : text.AsSpan(0, dot), System.Globalization.NumberStyles.None, null, out var seq)
            && (dot < 0 || int.TryParse(text.AsSpan(dot + 1), System.Globalization.NumberStyles.None, null, out offset));
        if (good) position = new FeedPosition(seq, offset);
        return good;
    }

    public override string ToString() => Offset == 0 ? $"{Seq}" : $"{Seq}.{Offset}";
}

/// <param name="Text">Text of the model call under way, after the last of <paramref name="Events"/>; empty when there is none.</param>
/// <param name="Closed">This process has nothing more to show.</param>
public sealed record FeedSlice(IReadOnlyList<RunEvent> Events, string Text, FeedPosition Next, bool Closed);
