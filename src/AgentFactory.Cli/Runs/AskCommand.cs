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
    private static readonly TimeSpan CancelTimeout = TimeSpan.FromSeconds(5);

    private static readonly Argument<string> Agent = new("agent") { Description = "The agent's name or id" };

    private static readonly Argument<string?> Question = new("question")
    {
        Description = "What to ask; read from the standard input when absent or -",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static readonly Option<string?> Session = new("--session")
    {
        Description = "Go on in this session, with everything said before",
        HelpName = "ID",
    };

    private static readonly Option<bool> NewSession = new("--new-session")
    {
        Description = "Begin a session and print its id, for a second question",
    };

    private static readonly Option<string?> Model = new("--model")
    {
        Description = "Answer with this model instead of the agent's: demo/offline needs no key",
        HelpName = "PROVIDER/MODEL",
    };

    private static readonly Option<bool> Steps = new("--steps") { Description = "Show every model and tool call as it happens" };
    private static readonly Option<bool> Quiet = new("--quiet", "-q") { Description = "Print the answer and nothing else" };

    public static Command Create() => new Command("ask", "Ask an agent a question; Ctrl-C cancels the run")
        .With(Agent, Question, Session, NewSession, Model, Steps, Quiet)
        .Does(AskAsync)
        .Examples(
            "ask calculator-agent \"What is 17.5 % of 240?\"",
            "ask calculator-agent \"What is 2 + 2?\" --model demo/offline --steps",
            "ask support-bot \"And my second order?\" --session ses_01JD3V0E6ZP5Q8M4T7W9X2Y1RK",
            "ask summariser - < report.txt");

    private static async Task<int> AskAsync(CommandContext context)
    {
        if (context.Value(NewSession) && context.Value(Session) is not null)
            throw new CliException(ExitCodes.Invalid, "--session goes on in a session, --new-session begins one: leave one of them out.");
        var question = await QuestionAsync(context);
        var api = context.Connect();
        using var content = await RequestAsync(context, api, question);
        var response = await api.OpenAsync(HttpMethod.Post, "/v1/runs", content, RunStream.MediaType, null, context.CancellationToken);
        if (response.Headers.Location is not { } location)
        {
            response.Dispose();
            throw new CliException(ExitCodes.Unavailable, "The server did not say which run it started. Is it an Agent Factory server?");
        }
        try
        {
            var shown = await ShowAsync(context, api, location.OriginalString, response);
            return Finish(context, await api.GetAsync(location.OriginalString, context.CancellationToken), shown);
        }
        catch (OperationCanceledException) when (context.CancellationToken.IsCancellationRequested)
        {
            await CancelAsync(context, api, location.OriginalString);
            throw;
        }
    }

    private static async Task<string> QuestionAsync(CommandContext context)
    {
        var question = context.Value(Question);
        if (question is not (null or "-")) return question;
        if (context.Terminal.Keyboard is not null) context.Print.Note("Type the question; Ctrl-D on a line of its own ends it.");
        question = await InputFile.ReadInputAsync(context);
        return question.Length > 0
            ? question
            : throw new CliException(ExitCodes.Invalid, "There is no question: type it behind the agent's name, or pipe it in.");
    }

    private static async Task<StringContent> RequestAsync(CommandContext context, ApiClient api, string question)
    {
        var session = context.Value(Session);
        if (context.Value(NewSession))
        {
            var made = await api.PostAsync("/v1/sessions", new { agent = context.Required(Agent) }, context.CancellationToken);
            session = made.Needed("id");
        }
        var body = new Dictionary<string, string> { ["agent"] = context.Required(Agent), ["input"] = question, ["mode"] = "stream" };
        if (session is not null) body["session"] = session;
        if (context.Value(Model) is { } model) body["model"] = model;
        return new StringContent(JsonSerializer.Serialize(body, Wire.Options), Encoding.UTF8, "application/json");
    }

    /// <summary>Prints text as it arrives.</summary>
    private static async Task<LiveText> ShowAsync(CommandContext context, ApiClient api, string path, HttpResponseMessage response)
    {
        // Only a person sees text that a lost attempt may take back; a file or a program gets the answer whole.
        var (text, live) = (new LiveText(context.Print), !context.Json && context.Terminal.Width is not null);
        await foreach (var frame in RunStream.ReadAsync(api, path, response, context.CancellationToken))
        {
            if (frame.Type == "text.delta")
            {
                if (live) text.Add(frame.Data.Text("text") ?? "");
                continue;
            }
            if (IsNoAnswer(frame)) text.Forget();
            if (!context.Value(Steps) || frame.Type == "run.ended" || RunPrinter.Step(frame.Data) is not { } step) continue;
            text.EndLine();
            context.Print.Note("  " + step);
        }
        return text;
    }

    /// <summary>What stood before a call or a lost attempt is not the answer: the answer begins on a line of its own.</summary>
    private static bool IsNoAnswer(RunFrame frame) => frame.Type is "model.attempt_abandoned" or "model.failed"
        || (frame.Type == "model.responded" && (frame.Data.Member("data") ?? default).Items("calls").Any());

    private static int Finish(CommandContext context, JsonElement run, LiveText shown)
    {
        if (context.Json) context.Print.Json(run);
        else shown.Finish(run.Text("output"));
        if (!context.Json && !context.Value(Quiet))
        {
            context.Print.Note(RunPrinter.Summary(run));
            if (context.Value(NewSession)) context.Print.Note($"session {run.Text("session")}");
        }
        if (run.Text("outcome") == "completed") return ExitCodes.Ok;
        context.Print.Error(run.Text("message") ?? $"The run is {run.Text("outcome") ?? run.Text("status")}: "
            + $"see agent-factory run show {run.Needed("id")}.");
        return ExitCodes.Failed;
    }

    /// <summary>Whoever stopped waiting for the answer does not want to pay for it either.</summary>
    private static async Task CancelAsync(CommandContext context, ApiClient api, string path)
    {
        using var timeout = new CancellationTokenSource(CancelTimeout);
        var id = path.Split('/')[^1];
        try
        {
            var run = await api.PostAsync(path + "/cancel", new { }, timeout.Token);
            context.Print.Note($"\n{id} is {run.Text("outcome") ?? run.Text("status")}.");
        }
        catch (Exception e) when (e is CliException or OperationCanceledException)
        {
            context.Print.Note($"\n{id} could not be cancelled and may go on: agent-factory run cancel {id}");
        }
    }
}
