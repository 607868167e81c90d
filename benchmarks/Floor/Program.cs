using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

// The floor: the least a .NET server can do for the job, with no storage, tenancy, validation, events or log.
//   POST /agents              keeps an agent in a dictionary
//   POST /agents/{id}/runs    model -> tool -> model, and the text back
// UPSTREAM is the fake model's base URL, ending in /v1.
var builder = WebApplication.CreateSlimBuilder(args);
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
var app = builder.Build();
var url = (builder.Configuration["UPSTREAM"] ?? "http://127.0.0.1:9100/v1") + "/chat/completions";
using var http = new HttpClient(new SocketsHttpHandler { PooledConnectionIdleTimeout = TimeSpan.FromMinutes(5) });
var agents = new ConcurrentDictionary<string, JsonObject>();
var next = 0;

app.MapGet("/health", () => Results.Text("ok"));

app.MapPost("/agents", async (HttpContext context) =>
{
    var agent = (JsonObject)(await JsonNode.ParseAsync(context.Request.Body))!;
    var id = Interlocked.Increment(ref next).ToString(CultureInfo.InvariantCulture);
    agents[id] = agent;
    return Results.Text($$"""{"id":"{{id}}"}""", "application/json");
});

app.MapPost("/agents/{id}/runs", async (string id, HttpContext context) =>
{
    if (!agents.TryGetValue(id, out var agent)) return Results.NotFound();
    var input = (string?)(await JsonNode.ParseAsync(context.Request.Body))!["input"] ?? "";
    var messages = new JsonArray(
        new JsonObject { ["role"] = "system", ["content"] = (string?)agent["instructions"] ?? "" },
        new JsonObject { ["role"] = "user", ["content"] = input });
    var body = new JsonObject { ["model"] = "fake", ["messages"] = messages, ["tools"] = agent["tools"]?.DeepClone() };
    for (var turn = 0; turn < 8; turn++)
    {
        using var content = new StringContent(body.ToJsonString(), Encoding.UTF8, "application/json");
        using var response = await http.PostAsync(url, content, context.RequestAborted);
        var answer = await JsonNode.ParseAsync(await response.Content.ReadAsStreamAsync(context.RequestAborted));
        var message = answer!["choices"]![0]!["message"]!;
        if (message["tool_calls"] is not JsonArray { Count: > 0 } calls)
            return Results.Text(new JsonObject { ["output"] = (string?)message["content"] }.ToJsonString(), "application/json");
        messages.Add(message.DeepClone());
        foreach (var call in calls)
            messages.Add(new JsonObject { ["role"] = "tool", ["tool_call_id"] = (string?)call!["id"], ["content"] = "21 C, clear" });
    }
    return Results.StatusCode(StatusCodes.Status508LoopDetected);
});
await app.RunAsync();
