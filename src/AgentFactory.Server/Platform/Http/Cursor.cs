using System.Buffers.Text;
using System.Security.Cryptography;
using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Http;

/// <summary>
/// A place in a list: after the thing with this id. Opaque to clients. It holds nothing secret and only ever selects within the caller's
/// own rows, so a checksum is enough to tell ours from a typing error.
/// </summary>
internal static class Cursor
{
    private const byte Form = 1;
    private const int Length = 1 + 16 + 4;

    public static string Write(Guid after)
    {
        Span<byte> bytes = stackalloc byte[Length];
        bytes[0] = Form;
        after.TryWriteBytes(bytes[1..], bigEndian: true, out _);
        Checksum(bytes[..17], bytes[17..]);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>Null for no cursor; anything but a cursor of ours is <c>invalid_cursor</c>.</summary>
    public static Guid? Read(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        Span<byte> bytes = stackalloc byte[Length];
        Span<byte> sum = stackalloc byte[4];
        // Characters are ASCII or not ours: the decoder refuses the others.
        if (text.Length == Base64Url.GetEncodedLength(Length) && Base64Url.TryDecodeFromChars(text, bytes, out var written)
            && written == Length)
        {
            Checksum(bytes[..17], sum);
            if (bytes[0] == Form && sum.SequenceEqual(bytes[17..])) return new Guid(bytes[1..17], bigEndian: true);
        }
        throw Refuse();
    }

    public static AgentFactoryException Refuse() => new(ErrorCodes.InvalidCursor,
        "Send the value of next from the page before, or leave cursor out to start at the first page.", "cursor");

    private static void Checksum(ReadOnlySpan<byte> bytes, Span<byte> sum)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(bytes, hash);
        hash[..4].CopyTo(sum);
    }
}
