using AgentFactory.Engines.Sandbox;

namespace AgentFactory.Server.Tests.Docs;

/// <summary>The documentation, typed line by line as a stranger would, on an empty home.</summary>
public sealed class DocumentationTests
{
    /// <summary>What the provider's model calls the tools of the pages with.</summary>
    private static readonly Dictionary<string, string> Arguments = new()
    {
        ["shipping_cost"] = """{"weight_kg": 2, "country": "Denmark"}""",
    };

    public static TheoryData<string> Pages => [.. DocPage.All.Where(page => DocPage.Commands(page).Count > 0)];

    [Theory]
    [MemberData(nameof(Pages))]
    public async Task A_page_works_when_it_is_typed_line_by_line(string page)
    {
        using var sandbox = new BubblewrapSandbox(new BubblewrapOptions(), TimeProvider.System);
        var reason = await sandbox.SelfTestAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(reason is not null, reason ?? "");
        var commands = DocPage.Commands(page);
        await using var upstream = await DocUpstream.StartAsync(Arguments);
        await using var shell = DocShell.Start(upstream.BaseUrl);
        if (!commands.Any(command => command.Text.Contains("agent-factory serve", StringComparison.Ordinal))) await shell.ServeAsync();
        foreach (var command in commands) await shell.DoAsync(command);
    }
}
