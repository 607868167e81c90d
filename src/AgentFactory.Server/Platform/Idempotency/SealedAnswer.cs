using System.Security.Cryptography;
using System.Text;

namespace AgentFactory.Server.Platform.Idempotency;

/// <summary>
/// An answer that holds a secret, encrypted with a key that is derived from the Idempotency-Key, which is not kept: who reads the database
/// can't read it. AES-256-GCM; nonce, tag and ciphertext in this order.
/// </summary>
internal static class SealedAnswer
{
    private static readonly int NonceSize = AesGcm.NonceByteSizes.MaxSize;
    private static readonly int TagSize = AesGcm.TagByteSizes.MaxSize;

    public static byte[] Seal(string idempotencyKey, Guid requestId, ReadOnlySpan<byte> answer)
    {
        var result = new byte[NonceSize + TagSize + answer.Length];
        RandomNumberGenerator.Fill(result.AsSpan(0, NonceSize));
        using var aes = Cipher(idempotencyKey, requestId);
        aes.Encrypt(result.AsSpan(0, NonceSize), answer, result.AsSpan(NonceSize + TagSize), result.AsSpan(NonceSize, TagSize));
        return result;
    }

    public static byte[] Open(string idempotencyKey, Guid requestId, ReadOnlySpan<byte> seal)
    {
        var answer = new byte[seal.Length - NonceSize - TagSize];
        using var aes = Cipher(idempotencyKey, requestId);
        aes.Decrypt(seal[..NonceSize], seal[(NonceSize + TagSize)..], seal.Slice(NonceSize, TagSize), answer);
        return answer;
    }

    private static AesGcm Cipher(string idempotencyKey, Guid requestId) => new(
        HKDF.DeriveKey(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(idempotencyKey), 32, requestId.ToByteArray(bigEndian: true),
        "idempotent answer"u8.ToArray()),
        TagSize);
}
