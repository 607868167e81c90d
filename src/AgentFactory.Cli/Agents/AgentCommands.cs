using System.CommandLine;
using System.Text;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;
using AgentFactory.Core.Agents;

namespace AgentFactory.Cli.Agents;

/// <summary><c>agent</c>: make agents from files, version, publish, roll back.</summary>
internal static class AgentCommands
{
    private static readonly Argument<string> Agent = new("agent") { Description = "The agent's name or id" };

    private static readonly Argument<string> FilePath = new("file")
    {
        Description = "A definition in YAML or JSON; - reads the standard input",
    };

    private static readonly Argument<int> Number = new("version") { Description = "The version's number", CustomParser = Numbers.Version };
    private static readonly Option<bool> NoPublish = new("--no-publish") { Description = "Keep the new version unpublished" };

    private static readonly Option<int?> Version = new("--version")
    {
        Description = "This version instead of the published one",
        HelpName = "NUMBER",
        CustomParser = result => Numbers.Version(result),
    };

    private static readonly Option<int> Limit = Numbers.Limit(100);

    public static Command Create() => new Command("agent", "Agents: definitions, versions, publishing").With(
        new Command("create", "Create an agent from a file").With(FilePath).Does(CreateAsync)
            .Examples("agent create weather.yaml", "agent create - < weather.json"),
        new Command("update", "Add a version from a file, and publish it").With(Agent, FilePath, NoPublish).Does(UpdateAsync)
            .Examples("agent update weather weather.yaml", "agent update weather weather.yaml --no-publish"),
        new Command("list", "List agents").With(Limit).Does(ListAsync).Examples("agent list"),
        new Command("show", "Print a definition as YAML, ready for a file").With(Agent, Version).Does(ShowAsync)
            .Examples("agent show weather", "agent show weather --version 2 > weather.yaml", "agent show weather --json"),
        new Command("versions", "List the versions of an agent").With(Agent, Limit).Does(VersionsAsync).Examples("agent versions weather"),
        new Command("publish", "Let a version answer from now on").With(Agent, Number).Does(PublishAsync)
            .Examples("agent publish weather 2"),
        new Command("rollback", "Return to the version that was published before").With(Agent).Does(RollbackAsync)
            .Examples("agent rollback weather"),
        new Command("delete", "Delete an agent; its runs stay").With(Agent).Does(DeleteAsync).Examples("agent delete weather"));

    private static async Task CreateAsync(CommandContext context)
    {
        using var content = await ContentAsync(context);
        var api = context.Connect();
        Changed(context, await api.SendAsync(HttpMethod.Post, "/v1/agents", content, null, context.CancellationToken));
    }

    private static async Task UpdateAsync(CommandContext context)
    {
        using var content = await ContentAsync(context);
        var api = context.Connect();
        var current = await api.GetAsync(PathOf(context), context.CancellationToken);
        var publish = context.Value(NoPublish) ? "false" : "true";
        var version = await api.SendAsync(
            HttpMethod.Post, $"{PathOf(context)}/versions?publish={publish}", content, Tag(current), context.CancellationToken);
        if (context.Json) context.Print.Json(version);
        else context.Print.Line($"{current.Text("name")} has version {version.Text("number")}{(publish == "true" ? ", published" : "")}.");
    }

    private static async Task ListAsync(CommandContext context)
    {
        var api = context.Connect();
        var agents = await api.ListAsync("/v1/agents", context.Value(Limit), context.CancellationToken);
        if (context.Json) context.Print.Json(agents);
        else context.Print.Table(["AGENT", "VERSION", "MODEL", "DESCRIPTION"], agents.Select(a => new[]
        {
            a.Needed("name"), a.Text("published_version") ?? "-", a.Text("model") ?? "", a.Text("description") ?? a.Text("title") ?? "",
        }));
    }

    private static async Task ShowAsync(CommandContext context)
    {
        var api = context.Connect();
        var agent = await api.GetAsync(PathOf(context), context.CancellationToken);
        var number = context.Value(Version)?.ToString(System.Globalization.CultureInfo.InvariantCulture)
            ?? agent.Text("published_version") ?? agent.Text("latest_version");
        var path = $"{PathOf(context)}/versions/{number}";
        var version = await api.GetAsync(path, context.CancellationToken);
        if (context.Json) context.Print.Json(version);
        else context.Print.Line(YamlWriter.Write(version.Member("definition") ?? default).TrimEnd());
    }

    private static async Task VersionsAsync(CommandContext context)
    {
        var api = context.Connect();
        var versions = await api.ListAsync(PathOf(context) + "/versions", context.Value(Limit), context.CancellationToken);
        if (context.Json) context.Print.Json(versions);
        else context.Print.Table(["VERSION", "PUBLISHED", "MODEL", "CREATED"], versions.Select(v => new[]
        {
            v.Needed("number"), v.Text("published") == "true" ? "yes" : "", v.Text("model") ?? "", v.Time("created_at"),
        }));
    }

    private static async Task PublishAsync(CommandContext context)
    {
        var api = context.Connect();
        var current = await api.GetAsync(PathOf(context), context.CancellationToken);
        var body = new { version = context.Required(Number) };
        Changed(context, await api.PostAsync(PathOf(context) + "/publish", body, context.CancellationToken, Tag(current)));
    }

    private static async Task RollbackAsync(CommandContext context)
    {
        var api = context.Connect();
        var current = await api.GetAsync(PathOf(context), context.CancellationToken);
        Changed(context, await api.PostAsync(PathOf(context) + "/rollback", new { }, context.CancellationToken, Tag(current)));
    }

    private static async Task DeleteAsync(CommandContext context)
    {
        var api = context.Connect();
        var current = await api.GetAsync(PathOf(context), context.CancellationToken);
        await api.DeleteAsync(PathOf(context), context.CancellationToken, Tag(current));
        context.Print.Deleted(context.Json, current.Needed("name"));
    }

    private static void Changed(CommandContext context, JsonElement agent)
    {
        if (context.Json) context.Print.Json(agent);
        else context.Print.Line($"{agent.Text("name")} answers with version {agent.Text("published_version")}.");
    }

    private static async Task<StringContent> ContentAsync(CommandContext context)
    {
        var text = await InputFile.ReadTextAsync(context, context.Required(FilePath));
        return new StringContent(text, Encoding.UTF8, text.AsSpan().TrimStart().StartsWith("{") ? "application/json" : "application/yaml");
    }

    private static string Tag(JsonElement agent) => $"\"{agent.Number("revision")}\"";

    private static string PathOf(CommandContext context) => ApiPath.Of("agents", "agent", context.Required(Agent));
}
