using System.Security.Cryptography;
using AgentFactory.Core;
using AgentFactory.Engines.Embedded;

namespace AgentFactory.Server.Platform.Encryption;

/// <summary>The key that seals every tenant's own key. It never seals anything else and never leaves the process.</summary>
internal sealed class MasterKey
{
    public const string Variable = "AGENT_FACTORY_MASTER_KEY";

    public const int Length = 32;

    private readonly byte[] _key;

    public MasterKey(byte[] key)
    {
        if (key.Length != Length) throw new ArgumentException($"A master key has {Length} bytes.", nameof(key));
        _key = key;
        // Of 256 random bits a hash gives nothing away; it says which key is meant.
        Fingerprint = Convert.ToHexStringLower(SHA256.HashData([.. "agent-factory master key\n"u8, .. key]).AsSpan(0, 8));
    }

    /// <summary>Names the key without giving it away: 16 hexadecimal digits.</summary>
    public string Fingerprint { get; }

    /// <summary>The key of the environment where one is set, else the data folder's, which is made on first use.</summary>
    public static MasterKey Load(DataFolder folder, string? fromEnvironment)
    {
        if (string.IsNullOrWhiteSpace(fromEnvironment)) return new MasterKey(folder.ReadMasterKey());
        var key = new byte[Length];
        return Convert.TryFromBase64String(fromEnvironment.Trim(), key, out var length) && length == Length
            ? new MasterKey(key)
            : throw new AgentFactoryException(ErrorCodes.Unavailable,
                $"{Variable} is not {Length} bytes in base64. Make one with: openssl rand -base64 {Length}");
    }

    public byte[] Seal(int version, ReadOnlySpan<byte> associated, ReadOnlySpan<byte> plain) =>
        SealedBytes.Seal(_key, version, associated, plain);

    public byte[]? Open(ReadOnlySpan<byte> associated, ReadOnlySpan<byte> sealedBytes) =>
        SealedBytes.VersionOf(sealedBytes) is null ? null : SealedBytes.Open(_key, associated, sealedBytes);
}
