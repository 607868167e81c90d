using System.Text;
using System.Text.Json;
using AgentFactory.Server.Tests.Architecture;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Platform.OpenApi;

public sealed class ContractTests
{
    private const string Committed = "sdk/openapi/v1.json";

    /// <summary>Set to 1, the test writes the committed document instead of comparing with it.</summary>
    private const string Variable = "AGENT_FACTORY_WRITE_CONTRACT";

    [Fact]
    public async Task Committed_document_is_what_the_server_says()
    {
        var served = await ServedAsync();
        var file = Path.Combine(Repository.Root, Committed);
        if (Environment.GetEnvironmentVariable(Variable) == "1")
        {
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            await File.WriteAllTextAsync(file, served, new UTF8Encoding(false), TestContext.Current.CancellationToken);
        }
        var committed = await File.ReadAllTextAsync(file, TestContext.Current.CancellationToken);
        Assert.True(served == committed.ReplaceLineEndings("\n"),
            $"{Committed} is not what the server says, first at: {FirstDifference(committed, served)}. "
            + $"If the change is meant, run this test with {Variable}=1 and commit the file.");
    }

    [Fact]
    public async Task Every_operation_is_described()
    {
        var document = JsonSerializer.Deserialize<JsonElement>(await ServedAsync());
        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString());
        var operations =
            (from path in document.GetProperty("paths").EnumerateObject()
             from operation in path.Value.EnumerateObject()
             select (Name: $"{operation.Name} {path.Name}", operation.Value)).ToList();
        Assert.NotEmpty(operations);
        foreach (var (name, operation) in operations)
        {
            foreach (var member in (string[])["operationId", "summary", "tags", "security", "responses"])
                Assert.True(operation.TryGetProperty(member, out _), $"{name} lacks {member}");
            if (!name.Contains("/v1/", StringComparison.Ordinal)) continue;
            Assert.True(operation.TryGetProperty("x-scope", out _), $"{name} lacks x-scope");
            Assert.True(operation.GetProperty("responses").TryGetProperty("401", out _), $"{name} does not tell 401");
            Assert.Contains(operation.GetProperty("responses").EnumerateObject(), r => r.Name.StartsWith('2'));
        }
    }

    [Fact]
    public async Task Requests_are_closed_answers_may_gain_members_and_a_form_is_one_file()
    {
        var document = JsonSerializer.Deserialize<JsonElement>(await ServedAsync());
        var schemas = document.GetProperty("components").GetProperty("schemas");
        bool IsClosed(string name) => schemas.GetProperty(name).TryGetProperty("additionalProperties", out _);
        Assert.All((string[])["CreateKeyRequest", "AgentDefinition", "RunLimits", "PythonProgram"], name => Assert.True(IsClosed(name)));
        Assert.All((string[])["Key", "Run", "PageOfTool", "Problem"], name => Assert.False(IsClosed(name)));
        var form = document.GetProperty("paths").GetProperty("/v1/notebooks").GetProperty("post").GetProperty("requestBody")
            .GetProperty("content").GetProperty("multipart/form-data").GetProperty("schema");
        Assert.Equal("binary", form.GetProperty("properties").GetProperty("file").GetProperty("format").GetString());
    }

    private static async Task<string> ServedAsync()
    {
        await using var app = await TestApp.StartAsync(new TestAppOptions { Log = Microsoft.Extensions.Logging.LogLevel.Error });
        return await app.Anonymous.GetStringAsync("/openapi/v1.json", TestContext.Current.CancellationToken);
    }

    private static string FirstDifference(string committed, string served)
    {
        var (old, now) = (committed.ReplaceLineEndings("\n").Split('\n'), served.Split('\n'));
        var line = Enumerable.Range(0, Math.Min(old.Length, now.Length))
            .FirstOrDefault(i => old[i] != now[i], Math.Min(old.Length, now.Length));
        return $"line {line + 1}, {(line < now.Length ? now[line].Trim() : "the end")}";
    }
}
