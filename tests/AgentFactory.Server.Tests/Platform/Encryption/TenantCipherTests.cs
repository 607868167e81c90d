using System.Security.Cryptography;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Encryption;
using AgentFactory.Server.Platform.Storage;
using AgentFactory.Server.Tests.Platform.Storage;

namespace AgentFactory.Server.Tests.Platform.Encryption;

public sealed class TenantCipherTests : IAsyncLifetime
{
    private const string Context = "secrets/sealed_value/OPENAI_API_KEY";

    private static readonly byte[] Plain = "sk-not-a-real-key"u8.ToArray();

    private readonly EmbeddedDatabase _data = new();
    private readonly MasterKey _master = new(RandomNumberGenerator.GetBytes(MasterKey.Length));
    private TenantId _acme;
    private TenantId _globex;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private TenantCipher Cipher(MasterKey? master = null) => new(new TenantKeys(_data.Database, master ?? _master, TimeProvider.System));

    public async ValueTask InitializeAsync()
    {
        await new MigrationRunner(_data.Database, Migration.Embedded("sqlite"), TimeProvider.System).RunAsync(Cancelled);
        _acme = await AddTenantAsync("acme");
        _globex = await AddTenantAsync("globex");
    }

    public ValueTask DisposeAsync() => _data.DisposeAsync();

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(100_000)]
    public async Task What_was_sealed_opens_again(int length)
    {
        var plain = RandomNumberGenerator.GetBytes(length);
        var sealedBytes = await Cipher().SealAsync(_acme, Context, plain, Cancelled);
        Assert.Equal(plain, await Cipher().OpenAsync(_acme, Context, sealedBytes, Cancelled));
    }

    [Fact]
    public async Task Sealing_twice_gives_different_bytes_and_none_of_the_text()
    {
        var cipher = Cipher();
        var first = await cipher.SealAsync(_acme, Context, Plain, Cancelled);
        Assert.NotEqual(first, await cipher.SealAsync(_acme, Context, Plain, Cancelled));
        Assert.Equal(-1, first.AsSpan().IndexOf(Plain.AsSpan(0, 4)));
    }

    [Fact]
    public async Task Nothing_opens_in_another_place_or_for_another_tenant()
    {
        var cipher = Cipher();
        var sealedBytes = await cipher.SealAsync(_acme, Context, Plain, Cancelled);
        await cipher.SealAsync(_globex, Context, Plain, Cancelled);
        await RefusesAsync(() => cipher.OpenAsync(_globex, Context, sealedBytes, Cancelled));
        await RefusesAsync(() => cipher.OpenAsync(_acme, Context + "2", sealedBytes, Cancelled));
    }

    [Fact]
    public async Task No_altered_byte_goes_unnoticed()
    {
        var cipher = Cipher();
        var sealedBytes = await cipher.SealAsync(_acme, Context, Plain, Cancelled);
        for (var i = 0; i < sealedBytes.Length; i++)
        {
            var altered = sealedBytes.ToArray();
            altered[i] ^= 1;
            await RefusesAsync(() => cipher.OpenAsync(_acme, Context, altered, Cancelled));
        }
        for (var length = 0; length < sealedBytes.Length; length += 5)
            await RefusesAsync(() => cipher.OpenAsync(_acme, Context, sealedBytes.AsMemory(0, length), Cancelled));
    }

    [Fact]
    public async Task Callers_that_race_for_a_tenants_first_key_agree_on_one()
    {
        var sealedBytes = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(
            () => Cipher().SealAsync(_acme, Context, Plain, Cancelled).AsTask(), Cancelled)));
        var cipher = Cipher();
        foreach (var one in sealedBytes) Assert.Equal(Plain, await cipher.OpenAsync(_acme, Context, one, Cancelled));
        var keys = await _data.Database.ReadAsync(
            _acme, unit => unit.FindAsync<int>("SELECT count(*) FROM tenant_keys WHERE tenant_id = @tenant"), Cancelled);
        Assert.Equal(1, keys);
    }

    [Fact]
    public async Task A_tenants_key_copied_to_another_tenant_does_not_open()
    {
        await Cipher().SealAsync(_acme, Context, Plain, Cancelled);
        await _data.Database.WritePlatformAsync(unit => unit.ExecuteAsync(
            """
            INSERT INTO tenant_keys (tenant_id, version, master_key, sealed_key, created_at)
            SELECT @other, version, master_key, sealed_key, created_at FROM tenant_keys
            """, new { other = _globex.Value }), Cancelled);
        var fault = await Assert.ThrowsAsync<AgentFactoryException>(() => Cipher().SealAsync(_globex, Context, Plain, Cancelled).AsTask());
        Assert.Equal(ErrorCodes.Unavailable, fault.Code);
    }

    [Fact]
    public async Task Another_master_key_is_refused_at_start_with_the_way_out()
    {
        await new TenantKeys(_data.Database, _master, TimeProvider.System).VerifyMasterKeyAsync(Cancelled);
        await new TenantKeys(_data.Database, _master, TimeProvider.System).VerifyMasterKeyAsync(Cancelled);
        var other = new MasterKey(RandomNumberGenerator.GetBytes(MasterKey.Length));
        var fault = await Assert.ThrowsAsync<AgentFactoryException>(() =>
            new TenantKeys(_data.Database, other, TimeProvider.System).VerifyMasterKeyAsync(Cancelled));
        Assert.Contains(_master.Fingerprint, fault.Message, StringComparison.Ordinal);
        Assert.Contains("master.key", fault.Message, StringComparison.Ordinal);
    }

    private static async Task RefusesAsync(Func<ValueTask<byte[]>> open)
    {
        var fault = await Assert.ThrowsAsync<AgentFactoryException>(() => open().AsTask());
        Assert.DoesNotContain("sk-not", fault.ToString(), StringComparison.Ordinal);
    }

    private async Task<TenantId> AddTenantAsync(string name)
    {
        var id = Ids.New(TimeProvider.System);
        await _data.Database.WritePlatformAsync(unit => unit.ExecuteAsync(
            "INSERT INTO tenants (tenant_id, name, created_at) VALUES (@id, @name, @At)",
            new { id, name, At = TimeProvider.System.GetUtcNow() }), Cancelled);
        return new TenantId(id);
    }
}
