using System.Runtime.Versioning;
using AgentFactory.Core.Tools;
using AgentFactory.Engines.Sandbox;
using Microsoft.Extensions.Time.Testing;

namespace AgentFactory.Core.Tests.Sandbox;

public sealed class BubblewrapSandboxTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Without_bubblewrap_the_refusal_says_how_to_get_it()
    {
        using var sandbox = new BubblewrapSandbox(new BubblewrapOptions { Bubblewrap = "/nowhere/bwrap" }, TimeProvider.System);
        var request = new SandboxRequest(new PythonProgram("def f(): pass", "f"), "{}", new Dictionary<string, string>());
        var e = await Assert.ThrowsAsync<AgentFactoryException>(() => sandbox.RunAsync(request, Token));
        Assert.Equal(ErrorCodes.SandboxUnavailable, e.Code);
        Assert.Contains(OperatingSystem.IsLinux() ? "apt-get install bubblewrap" : "needs Linux", e.Message, StringComparison.Ordinal);
        Assert.Equal(e.Message, await sandbox.SelfTestAsync(Token));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task A_sandbox_that_does_not_come_up_is_found_by_the_self_test()
    {
        Assert.SkipUnless(File.Exists("/bin/sh") && File.Exists("/usr/bin/python3"), "there is no shell or no python3 here");
        var script = Path.Combine(Directory.CreateTempSubdirectory("agent-factory-").FullName, "bwrap");
        const string refusing = """
            #!/bin/sh
            [ "$1" = --version ] && echo bubblewrap 0.9.0 && exit 0
            echo 'bwrap: No permissions to create new namespace' >&2
            exit 1
            """;
        await File.WriteAllTextAsync(script, refusing + "\n", Token);
        File.SetUnixFileMode(script, (UnixFileMode)0b111_101_101);
        File.SetUnixFileMode(Path.GetDirectoryName(script)!, (UnixFileMode)0b111_101_101);
        using var sandbox = new BubblewrapSandbox(new BubblewrapOptions { Bubblewrap = script }, TimeProvider.System);
        var reason = await sandbox.SelfTestAsync(Token);
        Assert.Contains("No permissions to create new namespace", reason, StringComparison.Ordinal);
        Assert.Contains("unprivileged user namespaces", reason, StringComparison.Ordinal);
        Directory.Delete(Path.GetDirectoryName(script)!, recursive: true);
    }

    [Fact]
    public async Task A_sandbox_that_did_not_work_is_tried_again_after_a_minute()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "bubblewrap needs Linux");
        var folder = Directory.CreateTempSubdirectory("agent-factory-");
        var program = Path.Combine(folder.FullName, "bwrap");
        var time = new FakeTimeProvider();
        using var sandbox = new BubblewrapSandbox(new BubblewrapOptions { Bubblewrap = program }, time);
        Assert.Contains("not installed", await sandbox.SelfTestAsync(Token), StringComparison.Ordinal);
        await File.WriteAllTextAsync(program, "", Token);
        time.Advance(TimeSpan.FromSeconds(59));
        Assert.Contains("not installed", await sandbox.SelfTestAsync(Token), StringComparison.Ordinal);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.DoesNotContain("not installed", await sandbox.SelfTestAsync(Token), StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Package_folders_of_the_operator_can_be_imported()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/bwrap"), "bubblewrap is not installed (apt-get install bubblewrap)");
        var folder = Directory.CreateTempSubdirectory("agent-factory-");
        folder.UnixFileMode = (UnixFileMode)0b111_101_101;
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "house_rules.py"), "ANSWER = 42\n", Token);
        using var sandbox = new BubblewrapSandbox(new BubblewrapOptions { PackageFolders = [folder.FullName] }, TimeProvider.System);
        var program = new PythonProgram("import house_rules\ndef f(): return house_rules.ANSWER", "f");
        var result = await sandbox.RunAsync(new SandboxRequest(program, "{}", new Dictionary<string, string>()), Token);
        Assert.Equal(("42", null), (result.Json, result.Error));
        folder.Delete(recursive: true);
    }
}
