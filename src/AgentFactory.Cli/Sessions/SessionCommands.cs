using System.CommandLine;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;

namespace AgentFactory.Cli.Sessions;

/// <summary><c>session</c>: conversations of several runs.</summary>
internal static class SessionCommands
{
    private static readonly Argument<string> Session = new("session") { Description = "The session's id" };
    private static readonly Argument<string> Agent = new("agent") { Description = "The agent's name or id" };
    private static readonly Option<int> Limit = Numbers.Limit(20);

    public static Command Create() => new Command("session", "Conversations of several runs").With(
        new Command("create", "Begin a session with an agent").With(Agent).Does(CreateAsync).Examples("session create support-bot"),
        new Command("list", "List sessions, newest first").With(Limit).Does(ListAsync).Examples("session list"),
        new Command("show", "Show a session and what was said in it").With(Session).Does(ShowAsync)
            .Examples("session show ses_01JD3V0E6ZP5Q8M4T7W9X2Y1RK"),
        new Command("delete", "Delete a session").With(Session).Does(DeleteAsync)
            .Examples("session delete ses_01JD3V0E6ZP5Q8M4T7W9X2Y1RK"));

    private static async Task CreateAsync(CommandContext context)
    {
        var api = context.Connect();
        var session = await api.PostAsync("/v1/sessions", new { agent = context.Required(Agent) }, context.CancellationToken);
        if (context.Json) context.Print.Json(session);
        else context.Print.Line(session.Needed("id"));
    }

    private static async Task ListAsync(CommandContext context)
    {
        var api = context.Connect();
        var sessions = await api.ListAsync("/v1/sessions", context.Value(Limit), context.CancellationToken);
        if (context.Json) context.Print.Json(sessions);
        else context.Print.Table(["SESSION", "AGENT", "CREATED"],
            sessions.Select(s => new[] { s.Needed("id"), s.Text("agent") ?? "", s.Time("created_at") }));
    }

    private static async Task ShowAsync(CommandContext context)
    {
        var api = context.Connect();
        var path = PathOf(context);
        var session = await api.GetAsync(path, context.CancellationToken);
        var messages = await api.GetAsync(path + "/messages", context.CancellationToken);
        if (context.Json)
        {
            context.Print.Json(new { session, messages = messages.NeededList("data") });
            return;
        }
        context.Print.Fields(("session", session.Text("id")), ("agent", session.Text("agent")), ("created", session.Time("created_at")));
        foreach (var message in messages.Items("data"))
        {
            var calls = string.Join(", ",
                message.Items("tool_calls").Select(c => $"{c.Text("tool") ?? c.Text("name")}({c.Text("arguments")})"));
            context.Print.Line($"\n{message.Text("role")}: {message.Text("text")}{(calls.Length > 0 ? $" [{calls}]" : "")}");
        }
    }

    private static async Task DeleteAsync(CommandContext context)
    {
        var api = context.Connect();
        await api.DeleteAsync(PathOf(context), context.CancellationToken);
        context.Print.Deleted(context.Json, context.Required(Session));
    }

    private static string PathOf(CommandContext context) => ApiPath.Of("sessions", "session", context.Required(Session));
}
