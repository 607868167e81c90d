using System.Buffers.Binary;
using System.Security.Cryptography;

namespace AgentFactory.Server.Platform.Encryption;

/// <summary>
/// AES-256-GCM as it is stored: format (1 byte), version of the key (4, big endian), nonce (12), tag (16), then the text. The format and
/// the version are authenticated with the caller's associated data.
/// </summary>
internal static class SealedBytes
{
    private const byte Format = 1;
    private const int HeaderLength = 5;
    private const int NonceLength = 12;
    private const int TagLength = 16;
    private const int Overhead = HeaderLength + NonceLength + TagLength;

    public static byte[] Seal(ReadOnlySpan<byte> key, int version, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain)
    {
        var sealedBytes = new byte[Overhead + plain.Length];
        sealedBytes[0] = Format;
        BinaryPrimitives.WriteInt32BigEndian(sealedBytes.AsSpan(1), version);
        var nonce = sealedBytes.AsSpan(HeaderLength, NonceLength);
        var tag = sealedBytes.AsSpan(HeaderLength + NonceLength, TagLength);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagLength);
        aes.Encrypt(nonce, plain, sealedBytes.AsSpan(Overhead), tag, [.. sealedBytes[..HeaderLength], .. associated]);
        return sealedBytes;
    }

    /// <summary>The version of the key to open with; null when these are not sealed bytes.</summary>
    public static int? VersionOf(ReadOnlySpan<byte> sealedBytes) =>
        sealedBytes.Length >= Overhead && sealedBytes[0] == Format ? BinaryPrimitives.ReadInt32BigEndian(sealedBytes[1..]) : null;

    /// <summary>Null when the key is another, or anything was altered or moved.</summary>
    public static byte[]? Open(ReadOnlySpan<byte> key, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedBytes)
    {
        var plain = new byte[sealedBytes.Length - Overhead];
        var nonce = sealedBytes.Slice(HeaderLength, NonceLength);
        var tag = sealedBytes.Slice(HeaderLength + NonceLength, TagLength);
        using var aes = new AesGcm(key, TagLength);
        try
        {
            aes.Decrypt(nonce, sealedBytes[Overhead..], tag, plain, [.. sealedBytes[..HeaderLength], .. associated]);
            return plain;
        }
        catch (AuthenticationTagMismatchException)
        {
            return null;
        }
    }
}
