using System.Security.Cryptography;
using System.Text;
using AgentFactory.Core;

namespace AgentFactory.Server.Keys;

/// <summary>
/// The text of a key: <c>af_key_</c>, 26 characters of its id, an underscore, 43 random characters (256 bits), and 6 of checksum. The
/// checksum lets typing errors and scanners' guesses be refused without a look-up, and lets secret scanners know a leaked key.
/// </summary>
internal static class KeyText
{
    public const string Start = "af_key";

    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private const int IdLength = 6 + 27;
    private const int SecretLength = 43;
    private const int ChecksumLength = 6;
    private const int Length = IdLength + 1 + SecretLength + ChecksumLength;

    public static string New(Guid id)
    {
        var body = $"{Ids.Encode(Start, id)}_{RandomNumberGenerator.GetString(Alphabet, SecretLength)}";
        return body + Checksum(body);
    }

    /// <summary>False for anything that can't be a key of ours.</summary>
    public static bool TryRead(string text, out Guid id)
    {
        id = default;
        return text.Length == Length
            && text[IdLength] == '_'
            && Ids.TryDecode(Start, text[..IdLength], out id)
            && text.AsSpan(Length - ChecksumLength).SequenceEqual(Checksum(text[..^ChecksumLength]));
    }

    public static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    private static string Checksum(string body) => string.Create(ChecksumLength, Hash(body), static (span, hash) =>
    {
        var rest = System.Buffers.Binary.BinaryPrimitives.ReadUInt32BigEndian(hash);
        for (var i = span.Length - 1; i >= 0; i--, rest /= 62) span[i] = Alphabet[(int)(rest % 62)];
    });
}
