using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Platform.Http;
using AgentFactory.Server.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Server.Platform.Idempotency;

/// <summary>
/// Carries a POST that names an Idempotency-Key out once: the first answer is kept and given again to every equal request.
/// A key belongs to the caller that sent it. Without the header a request passes untouched.
/// </summary>
internal sealed class IdempotentPosts(
    RequestDelegate next, IdempotencyStore store, Database database, TimeProvider time, ILogger<IdempotentPosts> log)
{
    public const string Header = "Idempotency-Key";
    public const string ReplayedHeader = "Idempotent-Replayed";

    private static readonly TimeSpan KeepAnswer = TimeSpan.FromDays(30);
    private static readonly TimeSpan KeepSecret = TimeSpan.FromHours(24);
    private static readonly IdempotentRoute Plain = new();

    /// <summary>This process, so that what an earlier one left unfinished is known as such.</summary>
    private readonly string _owner = Ids.New(time).ToString("N");

    /// <summary>Attempts of this process that are over, though the database did not take their end: none of them is under way.</summary>
    private readonly ConcurrentDictionary<Guid, bool> _unrecorded = new();

    public Task InvokeAsync(HttpContext context) =>
        HttpMethods.IsPost(context.Request.Method) && context.Request.Headers.TryGetValue(Header, out var key)
            && Caller.Of(context) is { } caller
            ? HandleAsync(context, caller, key.ToString())
            : next(context);

    private async Task HandleAsync(HttpContext context, Caller caller, string key)
    {
        if (key.Length is 0 or > 255 || key.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new AgentFactoryException(
                ErrorCodes.InvalidRequest, "Idempotency-Key must be 1 to 255 printable ASCII characters without spaces.", Header);
        var rule = context.GetEndpoint()?.Metadata.GetMetadata<IdempotentRoute>() ?? Plain;
        var keyHash = Hash($"{caller.KeyId?.ToString("N") ?? "operator"}\n{key}");
        var requestHash = await HashAsync(context.Request, context.RequestAborted);
        var record = await store.ClaimAsync(
            caller.Tenant, keyHash, requestHash, _owner, rule.ReturnsSecret ? KeepSecret : KeepAnswer, context.RequestAborted);
        var attempt = new Attempt(context, caller.Tenant, key, keyHash, rule, record);
        if (record.IsNew) await CarryOutAsync(attempt, isRepeat: false);
        else await RepeatAsync(attempt, requestHash);
    }

    private async Task RepeatAsync(Attempt attempt, string requestHash)
    {
        var record = attempt.Record;
        if (record.RequestHash != requestHash)
            throw new AgentFactoryException(ErrorCodes.IdempotencyMismatch,
                "This Idempotency-Key was sent before with another route or body. Use a new key for a new request.", Header);
        if (record.RunId is { } run)
        {
            attempt.Context.Response.Headers[ReplayedHeader] = "true";
            await attempt.Context.RequestServices.GetRequiredService<IStreamReplay>().ReplayAsync(attempt.Context, attempt.Tenant, run);
            return;
        }
        if (record.Status is not null)
        {
            await ReplayAsync(attempt);
            return;
        }
        if (IsUnderWay(record)) throw InProgress();
        if (record.Owner is not null && !attempt.Rule.Repeatable)
            throw new AgentFactoryException(ErrorCodes.OutcomeUnknown,
                "This request was cut off while the server carried it out, and nothing tells whether it took effect. "
                + "Look at what is there, then send it with a new key if it is still wanted.",
                Header);
        if (!await TakeOverAsync(attempt)) throw InProgress();
        await CarryOutAsync(attempt, isRepeat: true);
    }

    private async Task<bool> TakeOverAsync(Attempt attempt)
    {
        var record = attempt.Record;
        var isOurs = record.Owner == _owner;
        if (isOurs && !_unrecorded.TryRemove(record.RequestId, out _)) return false;
        try
        {
            return await store.TakeOverAsync(attempt.Tenant, attempt.KeyHash, record, _owner, attempt.Context.RequestAborted);
        }
        catch when (isOurs)
        {
            _unrecorded[record.RequestId] = true;
            throw;
        }
    }

    /// <summary>An embedded database has one process: whatever another one left behind is over.</summary>
    private bool IsUnderWay(IdempotentRecord record) => record.Owner is { } owner && !_unrecorded.ContainsKey(record.RequestId)
        && (owner == _owner || (database.Engine.Dialect != "sqlite" && record.HeldUntil > time.GetUtcNow()));

    private async Task CarryOutAsync(Attempt attempt, bool isRepeat)
    {
        var context = attempt.Context;
        // A client that goes away comes back with the same key. What it began is finished, so that there is an answer then.
        context.RequestAborted = CancellationToken.None;
        using var recorder = new AnswerRecorder(context);
        context.Features.Set(new IdempotentRequest(time, attempt.Record.RequestId, isRepeat, async run =>
        {
            if (!attempt.Rule.StreamsRuns) throw new InvalidOperationException("The route is not marked with StreamsRuns.");
            await store.KeepAsync(attempt.Tenant, attempt.KeyHash, attempt.Record.RequestId, new KeptAnswer(null, null, null, false, run),
                CancellationToken.None);
            recorder.LetThrough();
        }));
        try
        {
            await AnswerAsync(context);
            if (recorder.IsLetThrough) return;
            await recorder.CompleteAsync();
        }
        catch (Exception failure)
        {
            // A body that could not even be read had no effect: the key stays free for the corrected one.
            await EndAsync(attempt, failure is BadHttpRequestException ? store.ForgetAsync : store.ReleaseAsync);
            throw;
        }
        await EndAsync(attempt, context.Response.StatusCode is >= 500 or StatusCodes.Status429TooManyRequests
            ? store.ReleaseAsync
            : (tenant, keyHash, request, cancelled) => store.KeepAsync(tenant, keyHash, request, Kept(attempt, recorder), cancelled));
        await recorder.SendAsync();
    }

    private async Task EndAsync(Attempt attempt, Func<TenantId, string, Guid, CancellationToken, Task> end)
    {
        try
        {
            await end(attempt.Tenant, attempt.KeyHash, attempt.Record.RequestId, CancellationToken.None);
        }
        catch
        {
            _unrecorded[attempt.Record.RequestId] = true;
            throw;
        }
    }

    /// <summary>
    /// A refusal is an answer to be kept like any other. One that asks to come back, or for another If-Match, isn't: it would answer what
    /// comes back. What failed on our side isn't either. Those go on to the handler of problems.
    /// </summary>
    private async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (AgentFactoryException refusal) when (IsKept(refusal) && !context.Response.HasStarted)
        {
            await Problems.WriteAsync(context, refusal);
        }
    }

    private static bool IsKept(AgentFactoryException refusal) => refusal.RetryAfter is null
        && refusal.Code.Status is < 500 and not (StatusCodes.Status412PreconditionFailed or StatusCodes.Status428PreconditionRequired
            or StatusCodes.Status429TooManyRequests);

    private KeptAnswer Kept(Attempt attempt, AnswerRecorder recorder)
    {
        if (recorder.Body.Length > AnswerRecorder.MostBytes)
        {
            log.LogInformation("An answer of {Bytes} bytes is too large to be kept for repetitions", recorder.Body.Length);
            return new KeptAnswer(attempt.Context.Response.StatusCode, null, null, false, null);
        }
        var body = attempt.Rule.ReturnsSecret
            ? SealedAnswer.Seal(attempt.Key, attempt.Record.RequestId, recorder.Body.Span)
            : recorder.Body.ToArray();
        return new KeptAnswer(
            attempt.Context.Response.StatusCode, recorder.HeadersAsJson(), Convert.ToBase64String(body), attempt.Rule.ReturnsSecret, null);
    }

    private static async Task ReplayAsync(Attempt attempt)
    {
        var (record, response) = (attempt.Record, attempt.Context.Response);
        if (record.Body is null)
            throw new AgentFactoryException(
                ErrorCodes.Gone, "The request was carried out; its answer was too large to be kept. Read what it made instead.", Header);
        var body = Convert.FromBase64String(record.Body);
        if (record.IsSealed) body = SealedAnswer.Open(attempt.Key, record.RequestId, body);
        response.StatusCode = record.Status!.Value;
        foreach (var (name, value) in JsonSerializer.Deserialize<Dictionary<string, string>>(record.Headers!)!)
            response.Headers[name] = value;
        response.Headers[ReplayedHeader] = "true";
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, attempt.Context.RequestAborted);
    }

    private static AgentFactoryException InProgress() =>
        new(ErrorCodes.IdempotencyInProgress, "The first request with this key is still under way. Send it again in a moment.",
            Header)
        { RetryAfter = 1 };

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    private static async ValueTask<string> HashAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n{request.ContentType}\n"));
        var body = await BodyText.PeekAsync(request.BodyReader, cancellationToken);
        foreach (var segment in body) hash.AppendData(segment.Span);
        request.BodyReader.AdvanceTo(body.Start, body.Start);
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record Attempt(
        HttpContext Context, TenantId Tenant, string Key, string KeyHash, IdempotentRoute Rule, IdempotentRecord Record);
}
