using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using AgentFactory.Server.Tests.Architecture;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Docs;

/// <summary>
/// A shell as a stranger has it: the checkout's folder with <c>./agent-factory</c> and <c>samples</c> in it, an empty home, a provider's
/// key. What a page can't know is put in: the server's address for <c>http://127.0.0.1:8080</c>, and for <c>run_…</c> the newest such id
/// that was printed.
/// </summary>
internal sealed partial class DocShell : IAsyncDisposable
{
    private const string Address = "http://127.0.0.1:8080";
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly string _folder;
    private readonly string _upstream;
    private readonly Process _bash;
    private readonly List<string> _printed = [];
    private TestApp? _server;
    private string? _address;
    private int _count;

    private DocShell(string folder, string upstream, Process bash) => (_folder, _upstream, _bash) = (folder, upstream, bash);

    private string Hidden => Path.Combine(_folder, ".doc");

    public static DocShell Start(string upstream)
    {
        var folder = Directory.CreateTempSubdirectory("af-docs-").FullName;
        foreach (var made in new[] { ".doc", "home" }) Directory.CreateDirectory(Path.Combine(folder, made));
        Directory.CreateSymbolicLink(Path.Combine(folder, "samples"), Path.Combine(Repository.Root, "samples"));
        var driver = Path.Combine(Repository.Root, "tests/AgentFactory.Server.Tests/Docs/driver.sh");
        var start = new ProcessStartInfo("bash", ["--noprofile", "--norc", driver])
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        start.Environment.Clear();
        foreach (var name in new[] { "PATH", "DOTNET_ROOT", "TMPDIR" })
            if (Environment.GetEnvironmentVariable(name) is { } value) start.Environment[name] = value;
        start.Environment["HOME"] = Path.Combine(folder, "home");
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["doc"] = Path.Combine(folder, ".doc");
        start.Environment["program"] = Path.Combine(AppContext.BaseDirectory, "agent-factory.dll");
        foreach (var (name, value) in Provider(upstream)) start.Environment[name] = value;
        // Ports are the system's to choose.
        start.Environment["AGENT_FACTORY_URLS"] = "http://127.0.0.1:0";
        start.Environment["DOTNET_TieredPGO"] = "0";
        return new DocShell(folder, upstream, Process.Start(start)!);
    }

    /// <summary>Types it, and fails unless it does what its page says.</summary>
    public async Task DoAsync(DocCommand command)
    {
        var begin = Stopwatch.GetTimestamp();
        var (code, printed) = await TypeAsync(command);
        var took = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        TestContext.Current.TestOutputHelper?.WriteLine($"{command.Place} took {took:0.0} s: {command.Text}\n{printed}");
        _printed.Insert(0, printed);
        Assert.True(code == command.ExitCode, $"{command.Place} exited {code}, not {command.ExitCode}:\n{command.Text}\n{printed}");
        if (command.Output is not null && !DocOutput.Matches(command.Output, printed))
            Assert.Fail($"{command.Place} prints something else than the page says:\n{command.Text}\n{printed}");
    }

    /// <summary>
    /// A server on the reader's data folder, where the page itself starts none. Commands go through it, and need not start one each.
    /// </summary>
    public async Task ServeAsync()
    {
        _server = await TestApp.StartAsync(new TestAppOptions
        {
            DataPath = Path.Combine(_folder, "home/.local/share/agent-factory"),
            Environment = Provider(_upstream),
        });
        _address = _server.Address.GetLeftPart(UriPartial.Authority);
    }

    public async ValueTask DisposeAsync()
    {
        if (_server is not null) await _server.DisposeAsync();
        _bash.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        try
        {
            await _bash.WaitForExitAsync(patience.Token);
        }
        finally
        {
            if (!_bash.HasExited) _bash.Kill(entireProcessTree: true);
            _bash.Dispose();
            Directory.Delete(_folder, recursive: true);
        }
    }

    private static Dictionary<string, string> Provider(string upstream) => new()
    {
        ["OPENAI_BASE_URL"] = upstream,
        ["OPENAI_API_KEY"] = "sk-of-the-reader",
    };

    private async Task<(int Code, string Printed)> TypeAsync(DocCommand command)
    {
        var n = ++_count;
        var cancelled = TestContext.Current.CancellationToken;
        await File.WriteAllTextAsync(Path.Combine(Hidden, $"{n}.sh"), Filled(command), cancelled);
        await _bash.StandardInput.WriteLineAsync($"{n} {command.Status ?? "any"}");
        await _bash.StandardInput.FlushAsync(cancelled);
        var answer = await _bash.StandardOutput.ReadLineAsync(cancelled).AsTask().WaitAsync(Patience, cancelled)
            ?? throw new InvalidOperationException($"{command.Place} ended the shell.");
        if (command.InBackground) await ListeningAsync(n, cancelled);
        var printed = await File.ReadAllTextAsync(Path.Combine(Hidden, $"{n}.out"), cancelled);
        if (_address is not null) printed = printed.Replace(_address, Address, StringComparison.Ordinal);
        return (int.Parse(answer.Split(' ')[1], CultureInfo.InvariantCulture), printed);
    }

    /// <summary>A reader goes on once the server has said that it is there.</summary>
    private async Task ListeningAsync(int n, CancellationToken cancelled)
    {
        var begin = Stopwatch.GetTimestamp();
        Match listening;
        do
        {
            if (Stopwatch.GetElapsedTime(begin) > Patience) throw new TimeoutException("The server did not say that it listens.");
            await Task.Delay(50, cancelled);
            listening = Listening().Match(await File.ReadAllTextAsync(Path.Combine(Hidden, $"{n}.out"), cancelled));
        }
        while (!listening.Success);
        _address = listening.Groups["url"].Value;
    }

    private string Filled(DocCommand command)
    {
        // A server that is to stay chooses its port; one that is to find the port taken must not.
        var text = command.InBackground ? command.Text.Replace($" --urls {Address}", "", StringComparison.Ordinal) : command.Text;
        if (_address is not null) text = text.Replace(Address, _address, StringComparison.Ordinal);
        return Placeholder().Replace(text, match => _printed
            .Select(printed => Regex.Match(printed, $@"\b{match.Groups["prefix"].Value}[0-9A-Za-z_]+"))
            .FirstOrDefault(found => found.Success)?.Value ?? match.Value);
    }

    [GeneratedRegex(@"\b(?<prefix>[a-z_]+_)…")]
    private static partial Regex Placeholder();

    [GeneratedRegex(@"^listening +(?<url>\S+)[\s\S]*^data ", RegexOptions.Multiline)]
    private static partial Regex Listening();
}
