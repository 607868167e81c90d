using AgentFactory.Core.Tools;
using AgentFactory.Engines.Sandbox;

namespace AgentFactory.Core.Tests.Sandbox;

/// <summary>One sandbox for a class of tests, which are skipped where bubblewrap is not installed, and only there.</summary>
public sealed class SandboxFixture : IDisposable
{
    private readonly BubblewrapSandbox _sandbox = new(new BubblewrapOptions(), TimeProvider.System);

    internal BubblewrapSandbox Sandbox
    {
        get
        {
            Assert.SkipUnless(
                File.Exists("/usr/bin/bwrap") && File.Exists("/usr/bin/python3"),
                "bubblewrap or python3 is not installed (apt-get install bubblewrap python3)");
            return _sandbox;
        }
    }

    public void Dispose() => _sandbox.Dispose();

    internal Task<SandboxResult> RunAsync(
        string code, string function = "f", string arguments = "{}", SandboxLimits? limits = null, bool network = false,
        IReadOnlyDictionary<string, string>? environment = null, IReadOnlyList<string>? requirements = null)
    {
        var program = new PythonProgram(code, function) { Network = network, Requirements = requirements ?? [] };
        var request = new SandboxRequest(program, arguments, environment ?? new Dictionary<string, string>())
        {
            Limits = limits ?? new SandboxLimits(),
        };
        return Sandbox.RunAsync(request, TestContext.Current.CancellationToken);
    }
}
