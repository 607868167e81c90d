using AgentFactory.Engines.Sandbox;

namespace AgentFactory.Server.Tests.Docs;

/// <summary>The pages, typed line by line as a stranger would, on an empty home.</summary>
public sealed class DocumentationTests
{
    /// <summary>What the provider's model calls the tools of the pages with.</summary>
    private static readonly Dictionary<string, string> Arguments = new()
    {
        ["shipping_cost"] = """{"weight_kg": 2, "country": "Denmark"}""",
    };

    public static TheoryData<string> Pages =>
        [.. DocPage.All.Where(page => page.StartsWith("docs/", StringComparison.Ordinal) && DocPage.Commands(page).Count > 0)];

    [Theory]
    [MemberData(nameof(Pages))]
    public Task A_page_works_when_it_is_typed_line_by_line(string page) => TypeAsync(page);

    internal static async Task TypeAsync(string page)
    {
        using var sandbox = new BubblewrapSandbox(new BubblewrapOptions(), TimeProvider.System);
        var reason = await sandbox.SelfTestAsync(TestContext.Current.CancellationToken);
        Assert.SkipWhen(reason is not null, reason ?? "");
        var commands = DocPage.Commands(page);
        await using var upstream = await DocUpstream.StartAsync(Arguments);
        await using var shell = DocShell.Start(upstream.BaseUrl);
        if (!commands.Any(c => c.Text.Contains("agent-factory serve", StringComparison.Ordinal)))
            await shell.ServeAsync();
        foreach (var command in commands) await shell.DoAsync(command);
    }
}

/// <summary>The tours of the README, beside the pages: each command is on its own there, as on the first day.</summary>
public sealed class ReadmeTests
{
    [Fact]
    public Task The_tours_work_when_they_are_typed_line_by_line() => DocumentationTests.TypeAsync("README.md");
}
