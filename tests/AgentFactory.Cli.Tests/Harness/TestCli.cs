using System.Collections.Concurrent;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Server.Tests.Harness;
using Microsoft.Extensions.DependencyInjection;

namespace AgentFactory.Cli.Tests.Harness;

/// <summary>Where a command finds its server.</summary>
public enum Place
{
    /// <summary>Nowhere: it opens the data folder for its own length.</summary>
    Folder,

    /// <summary>Another process has the folder, and it goes through the socket.</summary>
    Socket,

    /// <summary>By <c>--server</c>, with a key.</summary>
    Url,
}

/// <summary>
/// The command line as its users have it, run inside the test: arguments in; output, error stream and exit code out. The folder is the
/// test's own.
/// </summary>
internal sealed class TestCli : IAsyncDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("af-cli-");

    private TestCli() => Environment = new() { ["AGENT_FACTORY_LOG"] = "none", ["AGENT_FACTORY_DATA"] = DataPath };

    /// <summary>Every variable that commands see.</summary>
    public ConcurrentDictionary<string, string> Environment { get; }

    public string DataPath => Path.Combine(_home.FullName, "data");

    /// <summary>The server; null in <see cref="Place.Folder"/>.</summary>
    public TestApp? App { get; private set; }

    /// <summary>Answers as <c>script/NAME</c> where a server runs.</summary>
    public ScriptedModels Models { get; } = new();

    public static async Task<TestCli> StartAsync(Place place = Place.Folder)
    {
        var cli = new TestCli();
        if (place == Place.Folder) return cli;
        cli.App = await TestApp.StartAsync(new TestAppOptions
        {
            DataPath = cli.DataPath,
            Extend = services => services.AddSingleton<Core.Models.IModelProvider>(cli.Models),
        });
        if (place == Place.Url)
        {
            cli.Environment.TryRemove("AGENT_FACTORY_DATA", out _);
            cli.Environment["AGENT_FACTORY_SERVER"] = cli.App.Address.ToString();
            cli.Environment["AGENT_FACTORY_KEY"] = await cli.App.Tenant("acme").KeyAsync("*");
        }
        return cli;
    }

    /// <summary>The path of a new file with this content.</summary>
    public string File(string name, string text)
    {
        var path = Path.Combine(_home.FullName, name);
        System.IO.File.WriteAllText(path, text);
        return path;
    }

    /// <summary>A path in the test's own folder; nothing is there yet.</summary>
    public string Free(string name) => Path.Combine(_home.FullName, name);

    /// <summary>What it printed, once it is seen to be a success.</summary>
    public async Task<string> OutputAsync(params string[] args) => (await RunAsync(args)).Succeeds().Output;

    /// <summary>What it printed with <c>--json</c>: one document and nothing else.</summary>
    public async Task<JsonElement> JsonAsync(params string[] args) => (await RunAsync([.. args, "--json"])).Succeeds().Json;

    public Task<Outcome> RunAsync(params string[] args) => RunAsync(new TestTerminal(), args);

    public async Task<Outcome> RunAsync(TestTerminal terminal, params string[] args)
    {
        var streams = terminal.Create(name => Environment.GetValueOrDefault(name));
        var code = await CommandLineRoot.RunAsync(args, streams, terminal.CancellationToken);
        return new Outcome(code, terminal.Output, terminal.Error);
    }

    public async ValueTask DisposeAsync()
    {
        if (App is not null) await App.DisposeAsync();
        _home.Delete(recursive: true);
    }
}
