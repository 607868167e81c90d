using System.Text;
using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Encryption;

/// <summary>
/// Seals what a tenant entrusts to us (provider keys, tool credentials) with a key of that tenant. The context says where the value stands,
/// <c>table/column/row</c>: sealed bytes that are copied to another place or another tenant don't open there.
/// </summary>
internal sealed class TenantCipher(TenantKeys keys)
{
    /// <summary>May write the tenant's first key: call it before a unit of work, not in one.</summary>
    public async ValueTask<byte[]> SealAsync(
        TenantId tenant, string context, ReadOnlyMemory<byte> plain, CancellationToken cancellationToken)
    {
        var (version, key) = await keys.CurrentAsync(tenant, cancellationToken);
        return SealedBytes.Seal(key, version, Associated(tenant, context), plain.Span);
    }

    /// <summary>Throws when the bytes were altered, or sealed for another tenant or place. May read: not inside a unit of work.</summary>
    public async ValueTask<byte[]> OpenAsync(
        TenantId tenant, string context, ReadOnlyMemory<byte> sealedBytes, CancellationToken cancellationToken)
    {
        var version = SealedBytes.VersionOf(sealedBytes.Span);
        var key = version is null ? null : await keys.FindAsync(tenant, version.Value, cancellationToken);
        return (key is null ? null : SealedBytes.Open(key, Associated(tenant, context), sealedBytes.Span))
            ?? throw new AgentFactoryException(ErrorCodes.Internal,
                $"The sealed value at {context} does not open: it was altered, or it belongs to another place. Store the value again.");
    }

    private static byte[] Associated(TenantId tenant, string context) =>
        [.. tenant.Value.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(context)];
}
