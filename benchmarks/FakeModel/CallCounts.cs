using System.Collections.Concurrent;
using System.Text.Json;

namespace FakeModel;

/// <summary>Counts calls per endpoint, so a load test can check how many upstream calls a run really made.</summary>
internal sealed class CallCounts
{
    private readonly ConcurrentDictionary<string, long> _calls = new();
    private long _inFlight;
    private long _peak;

    public void Begin(string name)
    {
        _calls.AddOrUpdate(name, 1, static (_, n) => n + 1);
        var now = Interlocked.Increment(ref _inFlight);
        for (var peak = Volatile.Read(ref _peak); now > peak; peak = Volatile.Read(ref _peak))
            if (Interlocked.CompareExchange(ref _peak, now, peak) == peak) break;
    }

    public void End() => Interlocked.Decrement(ref _inFlight);

    public void Reset() { _calls.Clear(); Volatile.Write(ref _peak, 0); }

    public string ToJson()
    {
        using var buffer = new MemoryStream();
        using (var w = new Utf8JsonWriter(buffer))
        {
            w.WriteStartObject();
            w.WriteNumber("in_flight", Volatile.Read(ref _inFlight));
            w.WriteNumber("peak_in_flight", Volatile.Read(ref _peak));
            foreach (var (name, n) in _calls.OrderBy(p => p.Key, StringComparer.Ordinal)) w.WriteNumber(name, n);
            w.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
