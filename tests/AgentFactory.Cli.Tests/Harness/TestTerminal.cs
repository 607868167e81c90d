using System.Text;
using AgentFactory.Cli.CommandLine;

namespace AgentFactory.Cli.Tests.Harness;

/// <summary>What a test puts around a command. By default the input is empty and nobody looks on.</summary>
internal sealed class TestTerminal
{
    private readonly Recorder _output = new();
    private readonly Recorder _error = new();

    public string Input { get; init; } = "";

    /// <summary>Keys that a person types; null for a pipe.</summary>
    public string? Typed { get; init; }

    /// <summary>Columns of a person's screen; null for a pipe.</summary>
    public int? Width { get; init; }

    public CancellationToken CancellationToken { get; init; } = TestContext.Current.CancellationToken;

    /// <summary>Called with everything on the output so far, each time some more is.</summary>
    public Action<string>? OnOutput
    {
        init => _output.Changed = value;
    }

    /// <summary>The same for the error stream.</summary>
    public Action<string>? OnError
    {
        init => _error.Changed = value;
    }

    /// <summary>Instead of the recorded output.</summary>
    public TextWriter? OutputWriter { get; init; }

    public string Output => _output.ToString();

    public string Error => _error.ToString();

    public Terminal Create(Func<string, string?> environment)
    {
        var keys = new Queue<char>(Typed ?? "");
        return new Terminal
        {
            Input = () => new StringReader(Input),
            Output = OutputWriter ?? _output,
            Error = _error,
            Environment = environment,
            Keyboard = Typed is null ? null : () => Key(keys.Dequeue()),
            Width = Width,
        };
    }

    private static ConsoleKeyInfo Key(char c)
    {
        var key = c switch { '\n' => ConsoleKey.Enter, '\b' => ConsoleKey.Backspace, _ => ConsoleKey.NoName };
        return new ConsoleKeyInfo(c, key, shift: false, alt: false, control: false);
    }

    private sealed class Recorder : StringWriter
    {
        public Action<string>? Changed { get; set; }

        public override Encoding Encoding => Encoding.UTF8;

        public override void Write(char value)
        {
            base.Write(value);
            Changed?.Invoke(ToString());
        }

        public override void Write(string? value)
        {
            base.Write(value);
            Changed?.Invoke(ToString());
        }
    }
}
