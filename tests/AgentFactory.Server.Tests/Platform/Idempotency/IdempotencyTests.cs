using System.Net;
using AgentFactory.Server.Platform.Storage;
using AgentFactory.Server.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace AgentFactory.Server.Tests.Platform.Idempotency;

public sealed class IdempotencyTests : IAsyncLifetime
{
    private static readonly object KeyBody = new { name = "ci", scopes = new[] { "runs:read" } };
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-01T00:00:00Z", null));
    private TestApp _app = null!;

    private HttpClient Owner => _app.Tenant("acme").Owner;

    public async ValueTask InitializeAsync() => _app = await TestApp.StartAsync(new TestAppOptions { Time = _time });

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    [Fact]
    public async Task Repetition_gets_the_first_answer_byte_for_byte_and_has_no_second_effect()
    {
        var first = await PostAsync("one", KeyBody);
        var second = await PostAsync("one", KeyBody);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        Assert.Equal(await BytesAsync(first), await BytesAsync(second));
        Assert.Equal(first.Headers.Location, second.Headers.Location);
        Assert.Equal(first.Content.Headers.ContentType, second.Content.Headers.ContentType);
        Assert.False(first.Headers.Contains("Idempotent-Replayed"));
        Assert.Equal("true", second.Headers.GetValues("Idempotent-Replayed").Single());
        Assert.Equal(2, await CountKeysAsync());
    }

    [Fact]
    public async Task First_answer_is_replayed_after_a_restart()
    {
        var first = await PostAsync("one", KeyBody);
        await _app.RestartAsync();
        Assert.Equal(await BytesAsync(first), await BytesAsync(await PostAsync("one", KeyBody)));
    }

    [Fact]
    public async Task Same_key_with_another_body_or_route_is_refused()
    {
        await PostAsync("one", KeyBody);
        await (await PostAsync("one", new { name = "other", scopes = new[] { "runs:read" } }))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
        await (await Owner.SendAsync(HttpMethod.Post, "/v1/keys?x=1", KeyBody, ("Idempotency-Key", "one")))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "idempotency_mismatch");
    }

    [Fact]
    public async Task Refusal_is_replayed_and_a_body_that_could_not_be_read_leaves_the_key_free()
    {
        var wrong = new { name = "", scopes = new[] { "runs:read" } };
        await (await PostAsync("one", wrong)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        var again = await PostAsync("one", wrong);
        Assert.Equal(HttpStatusCode.UnprocessableEntity, again.StatusCode);
        Assert.Equal("true", again.Headers.GetValues("Idempotent-Replayed").Single());

        await (await Owner.SendTextAsync(HttpMethod.Post, "/v1/keys", "{", headers: ("Idempotency-Key", "two")))
            .ProblemAsync(HttpStatusCode.BadRequest, "invalid_json");
        await (await PostAsync("two", KeyBody)).JsonAsync(HttpStatusCode.Created);
    }

    [Fact]
    public async Task Key_belongs_to_its_caller()
    {
        var first = await (await PostAsync("one", KeyBody)).JsonAsync(HttpStatusCode.Created);
        var other = await _app.Tenant("other").Owner.SendAsync(HttpMethod.Post, "/v1/keys", KeyBody, ("Idempotency-Key", "one"));
        Assert.NotEqual(first.GetProperty("id").GetString(), (await other.JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetString());
        var colleague = _app.WithKey(await _app.Tenant("acme").KeyAsync("keys:write", "runs:read"));
        var theirs = await colleague.SendAsync(HttpMethod.Post, "/v1/keys", KeyBody, ("Idempotency-Key", "one"));
        Assert.NotEqual(first.GetProperty("id").GetString(),
            (await theirs.JsonAsync(HttpStatusCode.Created)).GetProperty("id").GetString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("has space")]
    [InlineData("256")]
    public async Task Key_that_is_none_is_refused(string key) => await (await PostAsync(key == "256" ? new string('k', 256) : key, KeyBody))
        .ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");

    [Fact]
    public async Task Many_equal_requests_at_once_have_one_effect()
    {
        await CountKeysAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostAsync("one", KeyBody)));
        Assert.Equal(2, await CountKeysAsync());
        var made = answers.Where(a => a.StatusCode == HttpStatusCode.Created).ToList();
        Assert.NotEmpty(made);
        var bytes = await BytesAsync(made[0]);
        foreach (var answer in made) Assert.Equal(bytes, await BytesAsync(answer));
        foreach (var answer in answers.Except(made))
        {
            await answer.ProblemAsync(HttpStatusCode.Conflict, "idempotency_in_progress");
            Assert.NotNull(answer.Headers.RetryAfter);
        }
    }

    [Fact]
    public async Task Secret_in_a_kept_answer_can_not_be_read_from_the_database_and_lasts_a_day()
    {
        var made = await (await PostAsync("one", KeyBody)).JsonAsync(HttpStatusCode.Created);
        var stored = (await FindStoredAsync())!;
        Assert.True(stored.IsSealed);
        Assert.DoesNotContain(
            made.GetProperty("key").GetString()!, System.Text.Encoding.UTF8.GetString(Convert.FromBase64String(stored.Body!)));
        _time.Advance(TimeSpan.FromHours(23));
        Assert.Equal(made.GetProperty("key").GetString(),
            (await (await PostAsync("one", KeyBody)).JsonAsync(HttpStatusCode.Created)).GetProperty("key").GetString());
        _time.Advance(TimeSpan.FromHours(2));
        Assert.NotEqual(made.GetProperty("key").GetString(),
            (await (await PostAsync("one", KeyBody)).JsonAsync(HttpStatusCode.Created)).GetProperty("key").GetString());
    }

    [Fact]
    public async Task Request_that_a_crash_cut_off_is_carried_out_again_under_the_same_id()
    {
        var first = await (await PostAsync("one", KeyBody)).JsonAsync(HttpStatusCode.Created);
        await PretendTheProcessDiedAsync();
        var again = await (await PostAsync("one", KeyBody)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(first.GetProperty("id").GetString(), again.GetProperty("id").GetString());
        Assert.Equal(2, await CountKeysAsync());
        // The text that never arrived is void: only the one that did works.
        await (await _app.WithKey(again.GetProperty("key").GetString()!).FetchAsync("/v1/keys"))
            .ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    [Fact]
    public async Task Request_whose_end_the_database_did_not_take_is_not_under_way_for_ever()
    {
        await CountKeysAsync();
        var database = _app.Services.GetRequiredService<Database>();
        await database.WritePlatformAsync(unit => unit.ExecuteScriptAsync(
            "CREATE TRIGGER no_answers BEFORE UPDATE OF status ON idempotent_requests BEGIN SELECT RAISE(ABORT, 'no'); END"),
            TestContext.Current.CancellationToken);
        await (await PostAsync("one", KeyBody)).ProblemAsync(HttpStatusCode.InternalServerError, "internal");
        await (await PostAsync("one", KeyBody)).ProblemAsync(HttpStatusCode.InternalServerError, "internal");
        await database.WritePlatformAsync(unit => unit.ExecuteScriptAsync("DROP TRIGGER no_answers"), TestContext.Current.CancellationToken);
        await (await PostAsync("one", KeyBody)).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(2, await CountKeysAsync());
    }

    [Fact]
    public async Task Refusal_for_a_wrong_If_Match_is_not_the_answer_to_the_right_one()
    {
        await (await Owner.PostJsonAsync("/v1/agents", new { name = "a", model = "demo/offline" })).JsonAsync(HttpStatusCode.Created);
        Task<HttpResponseMessage> PublishAsync(params (string, string)[] ifMatch) =>
            Owner.SendAsync(HttpMethod.Post, "/v1/agents/a/publish", new { version = 1 }, [("Idempotency-Key", "one"), .. ifMatch]);
        await (await PublishAsync()).ProblemAsync(HttpStatusCode.PreconditionRequired, "precondition_required");
        await (await PublishAsync(("If-Match", "\"9\""))).ProblemAsync(HttpStatusCode.PreconditionFailed, "precondition_failed");
        await (await PublishAsync(("If-Match", "\"1\""))).JsonAsync();
    }

    [Fact]
    public async Task Expired_answers_are_swept()
    {
        await PostAsync("one", KeyBody);
        _time.Advance(TimeSpan.FromDays(2));
        await _app.Services.GetRequiredService<Server.Platform.Idempotency.IdempotencyStore>()
            .SweepAsync(TestContext.Current.CancellationToken);
        Assert.Null(await FindStoredAsync());
    }

    private Task<HttpResponseMessage> PostAsync(string key, object body) =>
        Owner.SendAsync(HttpMethod.Post, "/v1/keys", body, ("Idempotency-Key", key));

    private static Task<byte[]> BytesAsync(HttpResponseMessage response) =>
        response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken);

    private async Task<int> CountKeysAsync() =>
        (await (await Owner.FetchAsync("/v1/keys?limit=100")).JsonAsync()).GetProperty("data").GetArrayLength();

    private async Task<Core.TenantId> TenantAsync()
    {
        Assert.True(Core.Ids.TryDecode(Core.TenantId.Prefix, await _app.Tenant("acme").IdAsync(), out var id));
        return new Core.TenantId(id);
    }

    private async Task<StoredRow?> FindStoredAsync() =>
        await _app.Services.GetRequiredService<Database>().ReadAsync(await TenantAsync(), unit => unit.FindAsync<StoredRow>(
            "SELECT body AS Body, is_sealed AS IsSealed FROM idempotent_requests WHERE tenant_id = @tenant"),
            TestContext.Current.CancellationToken);

    private async Task PretendTheProcessDiedAsync() => await _app.Services.GetRequiredService<Database>().WriteAsync(
        await TenantAsync(), unit => unit.ExecuteAsync(
            """
            UPDATE idempotent_requests SET status = NULL, body = NULL, headers = NULL, owner = 'a process that is gone'
            WHERE tenant_id = @tenant
            """),
        TestContext.Current.CancellationToken);

    private sealed class StoredRow
    {
        public string? Body { get; init; }
        public bool IsSealed { get; init; }
    }
}
