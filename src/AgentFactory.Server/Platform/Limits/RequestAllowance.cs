using System.Collections.Concurrent;

namespace AgentFactory.Server.Platform.Limits;

/// <summary>
/// A token bucket for each caller, kept as one number: the time at which the bucket will be full again (the generic cell rate algorithm).
/// The framework's partitioned limiter wakes ten times a second whether or not anyone calls, follows no TimeProvider, and tells what
/// remains only by a second look-up; every answer carries that here.
/// </summary>
internal sealed class RequestAllowance(RateLimitOptions options, TimeProvider time)
{
    private const int MostCallers = 100_000;

    private readonly ConcurrentDictionary<string, Bucket> _buckets = new(StringComparer.Ordinal);
    private readonly long _minute = 60 * time.TimestampFrequency;

    public Allowance Take(string caller)
    {
        var now = time.GetTimestamp();
        var bucket = _buckets.GetValueOrDefault(caller) ?? Add(caller, now);
        var cost = _minute / options.PerMinute;
        while (true)
        {
            var full = Volatile.Read(ref bucket.FullAt);
            var after = Math.Max(full, now) + cost;
            if (after - now > _minute)
                return new Allowance(options.PerMinute, 0, Seconds(full - now), Math.Max(1, Seconds(after - now - _minute)));
            if (Interlocked.CompareExchange(ref bucket.FullAt, after, full) == full)
                return new Allowance(options.PerMinute, (int)((_minute - (after - now)) / cost), Seconds(after - now), null);
        }
    }

    private Bucket Add(string caller, long now)
    {
        // A full bucket is the same as none: those who have been quiet are forgotten first, everyone if that is not enough.
        if (_buckets.Count >= MostCallers)
        {
            foreach (var (key, bucket) in _buckets)
                if (Volatile.Read(ref bucket.FullAt) <= now) _buckets.TryRemove(key, out _);
            if (_buckets.Count >= MostCallers) _buckets.Clear();
        }
        return _buckets.GetOrAdd(caller, static _ => new Bucket());
    }

    private int Seconds(long ticks) => (int)((ticks + time.TimestampFrequency - 1) / time.TimestampFrequency);

    private sealed class Bucket
    {
        public long FullAt;
    }
}

/// <param name="Reset">Seconds until all of <paramref name="Limit"/> is there again.</param>
/// <param name="RetryAfter">Seconds until the next request would pass; null when this one did.</param>
internal readonly record struct Allowance(int Limit, int Remaining, int Reset, int? RetryAfter);
