using AgentFactory.Core.Notebooks.IPython;
using AgentFactory.Core.Notebooks.Python;
using Assert = Xunit.Assert;

namespace AgentFactory.Core.Tests.Notebooks.Python;

/// <summary>Broken programs end in one kind of exception only. <c>AGENT_FACTORY_FUZZ_ROUNDS</c> sets how many are made.</summary>
public sealed class PythonParserFuzzTests
{
    private static readonly string[] Splinters =
    [
        "(", ")", "[", "]", "{", "}", "'", "\"", "'''", "\"\"\"", "f'", "f'''{", "t\"{", "{x!r:", "}}", "{{", ":", "=", ":=", ",",
        "\\", "\n", "\r", "\t",
        "  ", "\f", "#", "lambda ", "match x:\n  case ", "with (", "async ", "await ", "yield ", "*", "**", "->", "...",
        "1_", "0x", "1e", "\\N{", "\\x",
        "\0", "\u00e9", "\ud800", "\udc00", "\ufeff", "\u0301", "else:", "except*", "@", "%", "!", "?",
        "if ", "for x in ", "type X[T] = ", "b'", "rb\"",
    ];

    [Fact]
    public void Mutated_programs_never_end_in_another_exception()
    {
        var rounds = int.TryParse(Environment.GetEnvironmentVariable("AGENT_FACTORY_FUZZ_ROUNDS"), out var given) ? given : 4000;
        var programs = Programs();
        var refused = 0;
        for (var seed = 0; seed < rounds; seed++)
        {
            var source = Mutate(programs[seed % programs.Count], new Random(seed));
            refused += Read(source, seed) ? 0 : 1;
        }

        Assert.InRange(refused, rounds / 10, rounds);
    }

    private static bool Read(string source, int seed)
    {
        try
        {
            var tolerant = PythonParser.ParseTolerant(source);
            var cell = IPythonSource.Clean(source);
            Assert.Equal(new SourceText(source).LineCount, new SourceText(cell.Code).LineCount);
            foreach (var node in tolerant.Module.Descendants())
            {
                Assert.InRange(node.End, node.Start, tolerant.Module.Source.Text.Length);
            }

            Assert.All(tolerant.Faults, fault => Assert.InRange(fault.Line, 1, tolerant.Module.Source.LineCount));
            PythonParser.ParseModule(source);
            return true;
        }
        catch (PythonSyntaxException)
        {
            return false;
        }
        catch (Exception error)
        {
            throw new InvalidOperationException($"Seed {seed} ended in {error.GetType().Name}.", error);
        }
    }

    private static string Mutate(string program, Random random)
    {
        var start = random.Next(program.Length);
        var text = program.Substring(start, Math.Min(random.Next(20, 3000), program.Length - start));
        for (var i = random.Next(4); i >= 0; i--)
        {
            var at = random.Next(text.Length + 1);
            text = random.Next(3) switch
            {
                0 => text.Insert(at, Splinters[random.Next(Splinters.Length)]),
                1 => text.Remove(at, random.Next(Math.Min(8, text.Length - at) + 1)),
                _ => text.Insert(at, text.Substring(random.Next(text.Length / 2 + 1), Math.Min(30, text.Length / 2))),
            };
        }

        return text;
    }

    /// <summary>The grammar's own snippets and, where the machine has a Python, a part of its library.</summary>
    private static List<string> Programs()
    {
        var folder = PythonProcess.Library("python3");
        IEnumerable<string> library = folder is null ? [] : PythonProcess.Files(folder).Where((_, i) => i % 40 == 0);
        return
        [
            File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Notebooks/Python/grammar.txt")),
            .. library.Select(file => CPythonComparison.Decode(File.ReadAllBytes(file))).Where(text => text.Length > 100),
        ];
    }
}
