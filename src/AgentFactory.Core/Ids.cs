using System.Buffers.Binary;

namespace AgentFactory.Core;

/// <summary>
/// The one place where ids are made and written: a version-7 UUID inside, a prefix and Crockford base32 outside
/// (<c>run_01JD…</c>, 26 characters after the underscore, upper case written, either case read).
/// </summary>
public static class Ids
{
    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <summary>A new id whose order follows the clock of <paramref name="time"/>.</summary>
    public static Guid New(TimeProvider time) => Guid.CreateVersion7(time.GetUtcNow());

    public static string Encode(string prefix, Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        var value = new UInt128(BinaryPrimitives.ReadUInt64BigEndian(bytes), BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]));
        return string.Create(prefix.Length + 27, (prefix, value), static (span, state) =>
        {
            state.prefix.CopyTo(span);
            span[state.prefix.Length] = '_';
            var rest = state.value;
            for (var i = span.Length - 1; i > state.prefix.Length; i--, rest >>= 5)
                span[i] = Alphabet[(int)(uint)(rest & 31)];
        });
    }

    /// <summary>False for anything but <paramref name="prefix"/>, an underscore and 26 base32 characters.</summary>
    public static bool TryDecode(string prefix, string? text, out Guid id)
    {
        id = default;
        if (text is null || text.Length != prefix.Length + 27 || text[prefix.Length] != '_'
            || !text.StartsWith(prefix, StringComparison.Ordinal))
            return false;
        UInt128 value = 0;
        for (var i = prefix.Length + 1; i < text.Length; i++)
        {
            var digit = Alphabet.IndexOf(char.ToUpperInvariant(text[i]), StringComparison.Ordinal);
            if (digit < 0 || (i == prefix.Length + 1 && digit > 7)) return false;
            value = (value << 5) | (uint)digit;
        }
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64BigEndian(bytes, (ulong)(value >> 64));
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], (ulong)value);
        id = new Guid(bytes, bigEndian: true);
        return true;
    }
}
