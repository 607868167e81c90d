using System.CommandLine;
using System.Text;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;

namespace AgentFactory.Cli.Tools;

/// <summary><c>tool</c>: what agents may call.</summary>
internal static class ToolCommands
{
    private static readonly Argument<string> Tool = new("tool") { Description = "The tool's name or id" };
    private static readonly Argument<string> FilePath = new("file") { Description = "A definition in JSON; - reads the standard input" };

    private static readonly Option<string> Arguments = new("--args")
    {
        Description = "The arguments as a JSON object",
        HelpName = "JSON",
        DefaultValueFactory = _ => "{}",
    };

    private static readonly Option<int> Limit = Numbers.Limit(100);

    public static Command Create() => new Command("tool", "Tools that agents may call").With(
        new Command("list", "List tools, those of the product included").With(Limit).Does(ListAsync).Examples("tool list"),
        new Command("show", "Show a tool: schema, effect, program").With(Tool).Does(ShowAsync).Examples("tool show calculator"),
        new Command("call", "Call a tool and print what it returns").With(Tool, Arguments).Does(CallAsync)
            .Examples("tool call calculator --args '{\"expression\": \"2 ** 10\"}'"),
        new Command("create", "Create a tool from a file").With(FilePath).Does(CreateAsync).Examples("tool create lookup.json"),
        new Command("update", "Replace a tool; versions of agents keep the one they have").With(Tool, FilePath).Does(UpdateAsync)
            .Examples("tool update lookup lookup.json"),
        new Command("delete", "Delete a tool; versions of agents keep it").With(Tool).Does(DeleteAsync).Examples("tool delete lookup"));

    private static async Task ListAsync(CommandContext context)
    {
        var api = context.Connect();
        var tools = await api.ListAsync("/v1/tools", context.Value(Limit), context.CancellationToken);
        if (context.Json) context.Print.Json(tools);
        else context.Print.Table(["TOOL", "KIND", "EFFECT", "DESCRIPTION"],
            tools.Select(t => new[] { t.Needed("name"), t.Text("kind") ?? "", t.Text("effect") ?? "", t.Text("description") ?? "" }));
    }

    private static async Task ShowAsync(CommandContext context)
    {
        var api = context.Connect();
        var tool = await api.GetAsync(PathOf(context), context.CancellationToken);
        if (context.Json)
        {
            context.Print.Json(tool);
            return;
        }
        var python = tool.Member("python") ?? default;
        context.Print.Fields(
            ("tool", tool.Needed("name")), ("kind", tool.Text("kind")), ("effect", tool.Text("effect")),
            ("timeout", $"{tool.Text("timeout_seconds")} s"),
            ("agent", tool.Text("agent")), ("requirements", string.Join(' ', python.Items("requirements").Select(r => r.GetString()))),
            ("secrets", string.Join(' ', python.Items("secrets").Select(r => r.GetString()))), ("network", python.Text("network")),
            ("description", tool.Text("description")), ("parameters", tool.Text("parameters")));
        if (python.Text("code") is { } code) context.Print.Line($"\n{code.TrimEnd()}");
    }

    private static async Task<int> CallAsync(CommandContext context)
    {
        var arguments = Parse(context.Required(Arguments), "--args");
        if (arguments.ValueKind != JsonValueKind.Object)
            throw new CliException(ExitCodes.Invalid, "--args is no JSON object. It looks like {\"name\": \"value\"}.");
        var api = context.Connect();
        var result = await api.PostAsync(PathOf(context) + "/call", new { arguments }, context.CancellationToken);
        var failed = result.Text("is_error") == "true";
        if (context.Json) context.Print.Json(result);
        else if (failed) context.Print.Error(result.Text("content") ?? "");
        else context.Print.Line(result.Text("content") ?? "");
        return failed ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static async Task CreateAsync(CommandContext context)
    {
        var definition = await DefinitionAsync(context);
        var api = context.Connect();
        Changed(context, await api.PostAsync("/v1/tools", definition, context.CancellationToken), "created");
    }

    private static async Task UpdateAsync(CommandContext context)
    {
        var definition = await DefinitionAsync(context);
        var api = context.Connect();
        var current = await api.GetAsync(PathOf(context), context.CancellationToken);
        Changed(context, await api.PutAsync(PathOf(context), definition, context.CancellationToken, Tag(current)), "updated");
    }

    private static async Task DeleteAsync(CommandContext context)
    {
        var api = context.Connect();
        var current = await api.GetAsync(PathOf(context), context.CancellationToken);
        await api.DeleteAsync(PathOf(context), context.CancellationToken, Tag(current));
        context.Print.Deleted(context.Json, current.Needed("name"));
    }

    private static void Changed(CommandContext context, JsonElement tool, string how)
    {
        if (context.Json) context.Print.Json(tool);
        else context.Print.Line($"{tool.Text("name")} is {how}.");
    }

    private static async Task<JsonElement> DefinitionAsync(CommandContext context) =>
        Parse(await InputFile.ReadTextAsync(context, context.Required(FilePath)), context.Required(FilePath));

    private static JsonElement Parse(string text, string what)
    {
        try
        {
            return JsonSerializer.Deserialize<JsonElement>(Encoding.UTF8.GetBytes(text));
        }
        catch (JsonException e)
        {
            throw new CliException(ExitCodes.Invalid, $"{what} is not JSON: line {e.LineNumber + 1}, byte {e.BytePositionInLine}.");
        }
    }

    private static string Tag(JsonElement tool) => $"\"{tool.Number("revision")}\"";

    private static string PathOf(CommandContext context) => ApiPath.Of("tools", "tool", context.Required(Tool));
}
