using FakeModel;

// A deterministic stand-in for the providers of language models: the same request gets the same answer, byte for byte.
//   fake-model --urls http://127.0.0.1:9100 [--latency-ms 0] [--chunks 16] [--chunk-ms 0] [--embed-dim 256]
// It calls the first tool it is offered once, then answers. A path prefix picks the latency, so one process serves every profile:
//   http://127.0.0.1:9100/v1/...        the configured latency (POST /latency/200 changes it)
//   http://127.0.0.1:9100/l200/v1/...   200 ms before the first byte of each answer
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel =>
{
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = 64 << 20;
});
var app = builder.Build();

var options = FakeModelOptions.From(app.Configuration);
var counts = new CallCounts();

app.MapGet("/health", () => Results.Text("ok"));
app.MapGet("/stats", () => Results.Text(counts.ToJson(), "application/json"));
app.MapPost("/stats/reset", () =>
{
    counts.Reset();
    return Results.Text("ok");
});
app.MapPost("/latency/{ms:int:range(0,60000)}", (int ms) =>
{
    options = options with { LatencyMs = ms };
    return Results.Text("ok");
});

foreach (var prefix in new[] { "", "/l{latency:int}" })
{
    app.MapGet(prefix + "/v1/models", ModelList.Handle);
    Map(prefix + "/v1/chat/completions", "chat", OpenAIChat.HandleAsync);
    Map(prefix + "/v1/responses", "responses", OpenAIResponses.HandleAsync);
    Map(prefix + "/v1/messages", "messages", AnthropicMessages.HandleAsync);
    Map(prefix + "/v1/embeddings", "embeddings", Embeddings.HandleAsync);
}
await app.RunAsync();

void Map(string path, string name, Func<ModelCall, Task> handle) =>
    app.MapPost(path, (RequestDelegate)(async http =>
    {
        counts.Begin(name);
        try
        {
            using var call = await ModelCall.ReadAsync(http, options);
            if (call is null)
            {
                http.Response.StatusCode = StatusCodes.Status400BadRequest;
                return;
            }
            if (call.LatencyMs > 0) await Task.Delay(call.LatencyMs, http.RequestAborted);
            await handle(call);
        }
        finally
        {
            counts.End();
        }
    }));
