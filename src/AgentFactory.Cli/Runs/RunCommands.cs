using System.CommandLine;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;

namespace AgentFactory.Cli.Runs;

/// <summary><c>run</c>: look at runs, follow one, stop one.</summary>
internal static class RunCommands
{
    private static readonly Argument<string> Run = new("run") { Description = "The run's id" };
    private static readonly Option<string?> Agent = new("--agent") { Description = "Only runs of this agent", HelpName = "AGENT" };
    private static readonly Option<string?> Session = new("--session") { Description = "Only runs of this session", HelpName = "ID" };

    private static readonly Option<string?> Status = new Option<string?>("--status")
    {
        Description = "Only runs that are queued, running, waiting or ended",
        HelpName = "STATUS",
    }.AcceptOnlyFromAmong("queued", "running", "waiting", "ended");

    private static readonly Option<int> Limit = Numbers.Limit(20);

    private static readonly Option<bool> Follow = new("--follow")
    {
        Description = "Go on until the run ends; with --json, one event a line",
    };

    public static Command Create() => new Command("run", "Look at runs, follow them, stop them").With(
        new Command("list", "List runs, newest first").With(Agent, Session, Status, Limit).Does(ListAsync)
            .Examples("run list", "run list --agent support-bot --status running"),
        new Command("show", "Show one run").With(Run).Does(ShowAsync)
            .Examples("run show run_01JD3V0E6ZP5Q8M4T7W9X2Y1RK", "run show run_01JD3V0E6ZP5Q8M4T7W9X2Y1RK --json"),
        new Command("events", "Show everything a run recorded, step by step").With(Run, Follow).Does(EventsAsync)
            .Examples("run events run_01JD3V0E6ZP5Q8M4T7W9X2Y1RK", "run events run_01JD3V0E6ZP5Q8M4T7W9X2Y1RK --follow"),
        new Command("cancel", "Stop a run").With(Run).Does(CancelAsync)
            .Examples("run cancel run_01JD3V0E6ZP5Q8M4T7W9X2Y1RK"));

    private static async Task ListAsync(CommandContext context)
    {
        var filters = new[] { ("agent", context.Value(Agent)), ("session", context.Value(Session)), ("status", context.Value(Status)) }
            .Where(f => f.Item2 is not null).Select(f => $"{f.Item1}={Uri.EscapeDataString(f.Item2!)}");
        var api = context.Connect();
        var runs = await api.ListAsync("/v1/runs?" + string.Join('&', filters), context.Value(Limit), context.CancellationToken);
        if (context.Json) context.Print.Json(runs);
        else context.Print.Table(["RUN", "AGENT", "STATUS", "OUTCOME", "STARTED"], runs.Select(r => new[]
        {
            r.Needed("id"), r.Text("agent") ?? "", r.Text("status") ?? "", r.Text("outcome") ?? "", r.Time("created_at"),
        }));
    }

    private static async Task ShowAsync(CommandContext context)
    {
        var api = context.Connect();
        var run = await api.GetAsync(PathOf(context), context.CancellationToken);
        if (context.Json) context.Print.Json(run);
        else RunPrinter.Show(context.Print, run);
    }

    private static async Task EventsAsync(CommandContext context)
    {
        var api = context.Connect();
        if (context.Value(Follow))
        {
            await foreach (var frame in RunStream.ReadAsync(api, PathOf(context), null, context.CancellationToken))
                if (frame.Type != "text.delta") ShowNext(context, frame.Data);
            return;
        }
        var events = await EventsAsync(context, api);
        if (context.Json) context.Print.Json(events);
        else foreach (var e in events) context.Print.Line(Line(e));
    }

    private static async Task<List<JsonElement>> EventsAsync(CommandContext context, ApiClient api)
    {
        var events = new List<JsonElement>();
        while (true)
        {
            var after = events.Count == 0 ? 0 : events[^1].Number("seq");
            var page = await api.GetAsync($"{PathOf(context)}/events?limit=100&after={after}", context.CancellationToken);
            events.AddRange(page.NeededList("data").EnumerateArray());
            if (page.Text("next") is null) return events;
        }
    }

    private static async Task CancelAsync(CommandContext context)
    {
        var api = context.Connect();
        var run = await api.PostAsync(PathOf(context) + "/cancel", new { }, context.CancellationToken);
        if (context.Json) context.Print.Json(run);
        else context.Print.Line($"{run.Needed("id")} is {run.Text("outcome") ?? run.Text("status")}.");
    }

    private static void ShowNext(CommandContext context, JsonElement e)
    {
        if (context.Json) context.Print.JsonLine(e);
        else context.Print.Piece(Line(e) + "\n");
    }

    private static string Line(JsonElement e) => $"{e.Number("seq"),4}  {RunPrinter.Step(e) ?? e.Text("type")}";

    private static string PathOf(CommandContext context) => ApiPath.Of("runs", "run", context.Required(Run));
}
