using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Core.Runs;
using AgentFactory.Server.Platform.Access;
using AgentFactory.Server.Tests.Architecture;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Docs;

/// <summary>What the pages list is what there is: no setting, event, metric, scope or command without its line.</summary>
public sealed partial class ReferenceTests
{
    [Fact]
    public void Every_variable_that_is_read_is_told_and_every_one_told_is_read()
    {
        // A notebook's own variables are what a conversion looks for, not what the product reads.
        var read = Repository.Files("src", "*.cs").Where(file => !file.Contains("AgentFactory.Core/Notebooks/", StringComparison.Ordinal))
            .SelectMany(file => Literal().Matches(Repository.Read(file)).Select(m => m.Groups["name"].Value)).ToHashSet();
        var page = Repository.Read("docs/operating.md");
        var told = Variable().Matches(page).Select(m => m.Value).ToHashSet();
        Assert.Empty(read.Except(told));
        Assert.Empty(told.Where(name => name.StartsWith("AGENT_FACTORY_", StringComparison.Ordinal)).Except(read));
    }

    [Fact]
    public void Every_event_is_told_with_its_members()
    {
        var page = Repository.Read("docs/runs.md");
        var facts = typeof(RunFact).Assembly.GetTypes().Where(t => t.IsSubclassOf(typeof(RunFact)) && !t.IsAbstract).ToList();
        Assert.Equal(RunEventCodec.TypeNames.Order(), facts.Select(TypeName).Order());
        var faults = from fact in facts
                     let head = $"| `{TypeName(fact)}` |"
                     let row = page.Split('\n').SingleOrDefault(l => l.StartsWith(head, StringComparison.Ordinal)) ?? ""
                     from member in Members(fact)
                     where !row.Contains($"`{member}`", StringComparison.Ordinal)
                     select $"{TypeName(fact)} has {member}";
        Assert.Empty(faults);
    }

    [Fact]
    public async Task Every_metric_is_told()
    {
        await using var app = await TestApp.StartAsync();
        await app.Anonymous.FetchAsync("/metrics");
        var owner = app.Tenant("acme").Owner;
        await (await owner.PostJsonAsync("/v1/agents", new { name = "bot", model = "demo/offline" })).JsonAsync(HttpStatusCode.Created);
        await (await owner.PostJsonAsync("/v1/runs", new { agent = "bot", input = "Hello" })).JsonAsync();
        var scraped = await (await app.Anonymous.FetchAsync("/metrics")).Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        var names = MetricType().Matches(scraped).Select(m => m.Groups["name"].Value).ToList();
        Assert.Contains("agent_factory_runs_ended_total", names);
        var page = Repository.Read("docs/operating.md");
        Assert.DoesNotContain(names, name => !page.Contains($"`{name}`", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_noun_of_the_command_line_has_its_page()
    {
        // NotebookCommands makes the command notebook, whose page is notebooks.md; data is one already.
        var nouns = typeof(ExitCodes).Assembly.GetTypes().Select(t => t.Name)
            .Where(name => name.EndsWith("Commands", StringComparison.Ordinal))
            .Select(name => name[..^"Commands".Length].ToLowerInvariant()).ToList();
        Assert.Contains("notebook", nouns);
        Assert.DoesNotContain(nouns, noun => !DocPage.All.Contains($"docs/{noun}s.md") && !DocPage.All.Contains($"docs/{noun}.md"));
    }

    [Fact]
    public void Every_noun_of_the_api_has_a_page_that_is_run()
    {
        var tags = JsonElement.Parse(Repository.Read("sdk/openapi/v1.json")).GetProperty("paths").EnumerateObject()
            .Select(path => path.Name.Split('/')).Where(parts => parts[1] == "v1").Select(parts => parts[2]).Distinct();
        Assert.DoesNotContain(tags, noun => !DocPage.All.Contains($"docs/{noun}.md") || DocPage.Commands($"docs/{noun}.md").Count == 0);
    }

    [Fact]
    public void Every_scope_is_told()
    {
        var page = Repository.Read("docs/keys.md");
        Assert.DoesNotContain(Scope.All, scope => !page.Contains(scope.Split(':')[0], StringComparison.Ordinal));
    }

    /// <summary><c>RunStarted</c> is <c>run.started</c> on the wire, <c>ToolOutcomeUnknown</c> <c>tool.outcome_unknown</c>.</summary>
    private static string TypeName(Type fact)
    {
        var words = JsonNamingPolicy.SnakeCaseLower.ConvertName(fact.Name);
        return $"{words[..words.IndexOf('_', StringComparison.Ordinal)]}.{words[(words.IndexOf('_', StringComparison.Ordinal) + 1)..]}";
    }

    private static IEnumerable<string> Members(Type fact)
    {
        var body = fact.BaseType is { IsGenericType: true } generic ? generic.GetGenericArguments()[0].GetProperties() : [];
        return fact.GetProperties().Where(p => p.Name != "Body").Concat(body)
            .Select(p => JsonNamingPolicy.SnakeCaseLower.ConvertName(p.Name));
    }

    [GeneratedRegex(@"""(?<name>(?:AGENT_FACTORY|OPENAI|OTEL|XDG)_[A-Z_]+)""")]
    private static partial Regex Literal();

    [GeneratedRegex(@"\b(?:AGENT_FACTORY|OPENAI|OTEL|XDG)_[A-Z_]+")]
    private static partial Regex Variable();

    [GeneratedRegex(@"^# TYPE (?<name>\S+)", RegexOptions.Multiline)]
    private static partial Regex MetricType();
}
