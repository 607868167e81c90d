using AgentFactory.Core;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Platform.Idempotency;

/// <summary>The requests that were sent with an Idempotency-Key, and their first answers.</summary>
internal sealed class IdempotencyStore(Database database, TimeProvider time)
{
    /// <summary>How long an attempt may take before another process, on an engine that several share, believes its owner dead.</summary>
    public static readonly TimeSpan Hold = TimeSpan.FromMinutes(30);

    private const string Columns =
        """
        request_id AS RequestId, request_hash AS RequestHash, owner AS Owner, held_until AS HeldUntil, status AS Status, headers AS Headers,
        body AS Body, is_sealed AS IsSealed, run_id AS RunId, created_at AS CreatedAt, expires_at AS ExpiresAt
        """;

    /// <summary>
    /// The record of this key, made for <paramref name="owner"/> when there is none or it has expired.
    /// <see cref="IdempotentRecord.IsNew"/> tells which.
    /// </summary>
    public Task<IdempotentRecord> ClaimAsync(
        TenantId tenant, string keyHash, string requestHash, string owner, TimeSpan keep, CancellationToken cancellationToken) =>
        database.WriteAsync(tenant, async unit =>
        {
            var now = time.GetUtcNow();
            await unit.ExecuteAsync(
                "DELETE FROM idempotent_requests WHERE tenant_id = @tenant AND key_hash = @keyHash AND expires_at <= @now",
                new { keyHash, now });
            var fresh = new IdempotentRecord
            {
                RequestId = Ids.New(time),
                RequestHash = requestHash,
                Owner = owner,
                HeldUntil = now + Hold,
                CreatedAt = now,
                ExpiresAt = now + keep,
            };
            var made = await unit.ExecuteAsync(
                """
                INSERT INTO idempotent_requests
                    (tenant_id, key_hash, request_id, request_hash, owner, held_until, is_sealed, created_at, expires_at)
                VALUES (@tenant, @keyHash, @RequestId, @RequestHash, @Owner, @HeldUntil, FALSE, @CreatedAt, @ExpiresAt)
                ON CONFLICT (tenant_id, key_hash) DO NOTHING
                """,
                new { keyHash, fresh.RequestId, fresh.RequestHash, fresh.Owner, fresh.HeldUntil, fresh.CreatedAt, fresh.ExpiresAt });
            if (made == 1)
            {
                fresh.IsNew = true;
                return fresh;
            }
            return (await unit.FindAsync<IdempotentRecord>(
                $"SELECT {Columns} FROM idempotent_requests WHERE tenant_id = @tenant AND key_hash = @keyHash", new { keyHash }))!;
        }, cancellationToken);

    /// <summary>Takes over a record whose attempt is over without an answer. False when somebody else was quicker.</summary>
    public async Task<bool> TakeOverAsync(
        TenantId tenant, string keyHash, IdempotentRecord record, string owner, CancellationToken cancellationToken) =>
        await database.WriteAsync(tenant, unit => unit.ExecuteAsync(
            """
            UPDATE idempotent_requests SET owner = @owner, held_until = @until
            WHERE tenant_id = @tenant AND key_hash = @keyHash AND request_id = @RequestId AND status IS NULL AND run_id IS NULL
              AND (owner = @Before OR (owner IS NULL AND @Before IS NULL))
            """,
            new { keyHash, record.RequestId, Before = record.Owner, owner, until = time.GetUtcNow() + Hold }), cancellationToken) == 1;

    public Task KeepAsync(TenantId tenant, string keyHash, Guid requestId, KeptAnswer answer, CancellationToken cancellationToken) =>
        database.WriteAsync(tenant, unit => unit.ExecuteAsync(
            """
            UPDATE idempotent_requests
            SET owner = NULL, held_until = NULL, status = @Status, headers = @Headers, body = @Body, is_sealed = @IsSealed, run_id = @RunId
            WHERE tenant_id = @tenant AND key_hash = @keyHash AND request_id = @requestId
            """,
            new { keyHash, requestId, answer.Status, answer.Headers, answer.Body, answer.IsSealed, answer.RunId }), cancellationToken);

    /// <summary>The attempt is over and left nothing to keep: the next equal request is carried out, with the same id.</summary>
    public Task ReleaseAsync(TenantId tenant, string keyHash, Guid requestId, CancellationToken cancellationToken) =>
        database.WriteAsync(tenant, unit => unit.ExecuteAsync(
            """
            UPDATE idempotent_requests SET owner = NULL, held_until = NULL
            WHERE tenant_id = @tenant AND key_hash = @keyHash AND request_id = @requestId AND status IS NULL
            """,
            new { keyHash, requestId }), cancellationToken);

    public Task ForgetAsync(TenantId tenant, string keyHash, Guid requestId, CancellationToken cancellationToken) =>
        database.WriteAsync(tenant, unit => unit.ExecuteAsync(
            """
            DELETE FROM idempotent_requests
            WHERE tenant_id = @tenant AND key_hash = @keyHash AND request_id = @requestId AND status IS NULL
            """,
            new { keyHash, requestId }), cancellationToken);

    /// <returns>How many were dropped.</returns>
    public async Task<int> SweepAsync(CancellationToken cancellationToken)
    {
        var tenants = await database.ReadPlatformAsync(unit => unit.QueryAsync<Guid>("SELECT tenant_id FROM tenants"), cancellationToken);
        var dropped = 0;
        foreach (var tenant in tenants)
            dropped += await database.WriteAsync(new TenantId(tenant), unit => unit.ExecuteAsync(
                "DELETE FROM idempotent_requests WHERE tenant_id = @tenant AND expires_at <= @now", new { now = time.GetUtcNow() }),
                cancellationToken);
        return dropped;
    }
}

internal sealed class IdempotentRecord
{
    public Guid RequestId { get; init; }
    public string RequestHash { get; init; } = "";
    public string? Owner { get; init; }
    public DateTimeOffset? HeldUntil { get; init; }
    public int? Status { get; init; }
    public string? Headers { get; init; }
    public string? Body { get; init; }
    public bool IsSealed { get; init; }
    public Guid? RunId { get; init; }
    public DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset ExpiresAt { get; init; }
    public bool IsNew { get; set; }
}

/// <param name="Body">Base64 of the bytes as they were sent, sealed when <paramref name="IsSealed"/>; null when they were too many to
/// keep.</param>
/// <param name="RunId">The run whose stream was the answer.</param>
internal sealed record KeptAnswer(int? Status, string? Headers, string? Body, bool IsSealed, Guid? RunId);
