using System.CommandLine;
using System.Text;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;
using AgentFactory.Core;

namespace AgentFactory.Cli.Runs;

/// <summary><c>ask</c>: one question to an agent, the answer as it is written.</summary>
internal static class AskCommand
{
    private static readonly Argument<string> Agent = new("agent") { Description = "The agent's name or id" };

    private static readonly Argument<string?> Question = new("question")
    {
        Description = "What to ask; read from the standard input when absent or -",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Session = new("--session") { Description = "Go on in this session, with everything said before", HelpName = "ID" };
    private static readonly Option<bool> NewSession = new("--new-session") { Description = "Begin a session and print its id, for a second question" };
    private static readonly Option<string?> Model = new("--model") { Description = "Answer with this model instead of the agent's: demo/offline needs no key", HelpName = "PROVIDER/MODEL" };
    private static readonly Option<bool> Steps = new("--steps") { Description = "Show every model and tool call as it happens" };
    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Print the answer and nothing else" };

    public static Command Create() => new Command("ask", "Ask an agent a question")
        .With(Agent, Question, Session, NewSession, Model, Steps, Quiet)
        .Does(AskAsync)
        .Examples(
            "ask calculator-agent \"What is 17.5 % of 240?\"",
            "ask calculator-agent \"What is 2 + 2?\" --model demo/offline --steps",
            "ask support-bot \"And my second order?\" --session ses_01JD3V0E6ZP5Q8M4T7W9X2Y1RK",
            "ask summariser - < report.txt");

    private static async Task<int> AskAsync(CommandContext context)
    {
        var question = context.Value(Question);
        if (question is null or "-") question = await Console.In.ReadToEndAsync(context.CancellationToken);
        var api = await context.ConnectAsync();
        var session = context.Value(Session);
        if (context.Value(NewSession))
            session = (await api.PostAsync("/v1/sessions", new { agent = context.Required(Agent) }, context.CancellationToken)).Text("id");
        var body = new Dictionary<string, object?>
        {
            ["agent"] = context.Required(Agent),
            ["input"] = question,
            ["mode"] = "stream",
            ["session"] = session,
            ["model"] = context.Value(Model),
        };
        foreach (var absent in body.Where(b => b.Value is null).Select(b => b.Key).ToList()) body.Remove(absent);
        using var content = new StringContent(JsonSerializer.Serialize(body, Wire.Options), Encoding.UTF8, "application/json");
        var response = await api.OpenAsync(HttpMethod.Post, "/v1/runs", content, "text/event-stream", null, context.CancellationToken);
        var path = response.Headers.Location?.OriginalString;
        var shown = await ShowAsync(context, api, response);
        var run = await api.GetAsync(path ?? throw new CliException(ExitCodes.Internal, "The server did not say which run it started."), context.CancellationToken);
        return Finish(context, run, shown);
    }

    /// <summary>Prints text as it arrives; returns what stands on the screen.</summary>
    private static async Task<string> ShowAsync(CommandContext context, ApiClient api, HttpResponseMessage response)
    {
        var (shown, live) = (new StringBuilder(), !context.Json && !Console.IsOutputRedirected);
        await foreach (var frame in RunStream.ReadAsync(api, response, context.CancellationToken))
        {
            if (frame.Type == "text.delta" && live)
            {
                var text = frame.Data.Text("text") ?? "";
                shown.Append(text);
                await context.Print.Output.WriteAsync(Printer.Visible(text).AsMemory(), context.CancellationToken);
                await context.Print.Output.FlushAsync(context.CancellationToken);
            }
            else if (frame.Type != "text.delta")
            {
                // What stood before a call or a lost attempt is not the answer: the answer begins on a line of its own.
                var ends = frame.Type == "run.ended";
                if (shown.Length > 0 && !ends && frame.Type != "model.requested")
                {
                    context.Print.Line();
                    shown.Clear();
                }
                if (context.Value(Steps) && !ends && RunPrinter.Step(frame.Data) is { } step) context.Print.Note("  " + step);
            }
        }
        return shown.ToString();
    }

    private static int Finish(CommandContext context, JsonElement run, string shown)
    {
        var output = run.Text("output");
        if (context.Json) context.Print.Json(run);
        else if (output is not null && shown == output) context.Print.Line();
        else if (output is not null) context.Print.Line((shown.Length > 0 ? "\n" : "") + output);
        if (!context.Json && !context.Value(Quiet))
        {
            context.Print.Note(RunPrinter.Summary(run));
            if (context.Value(NewSession)) context.Print.Note($"session {run.Text("session")}");
        }
        if (run.Text("outcome") == "completed") return ExitCodes.Ok;
        context.Print.Error(run.Text("message") ?? $"The run is {run.Text("status")}: see `agent-factory run show {run.Text("id")}`.");
        return ExitCodes.Failed;
    }
}
