using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Secrets;

public sealed class SecretCommandTests
{
    private const string Value = "sk-kept-from-everyone";

    [Theory, ClassData(typeof(EveryPlace))]
    public async Task A_value_goes_in_and_never_comes_out(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        var set = (await cli.RunAsync(new TestTerminal { Input = Value + "\n" }, "secret", "set", "OPENAI_API_KEY")).Succeeds();
        Assert.Equal(("", "OPENAI_API_KEY is set\n"), (set.Output, set.Error));
        var again = (await cli.RunAsync(new TestTerminal { Input = Value }, "secret", "set", "OPENAI_API_KEY", "--json")).Succeeds();
        Assert.Equal("OPENAI_API_KEY", again.Json.Text("name"));
        var list = (await cli.RunAsync("secret", "list")).Succeeds();
        Assert.Contains("OPENAI_API_KEY", list.Output, StringComparison.Ordinal);
        var json = (await cli.RunAsync("secret", "list", "--json")).Succeeds();
        Assert.Single(json.Json.EnumerateArray());
        Assert.All([set, again, list, json], o => Assert.DoesNotContain(Value, o.Output + o.Error, StringComparison.Ordinal));

        Assert.Equal("OPENAI_API_KEY", (await cli.JsonAsync("secret", "delete", "OPENAI_API_KEY")).Text("deleted"));
        Assert.Equal("none\n", (await cli.RunAsync("secret", "list")).Succeeds().Error);
    }

    [Fact]
    public async Task A_person_is_asked_and_what_is_typed_is_not_shown()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        var typed = (await cli.RunAsync(new TestTerminal { Typed = "\bsk-x\by\n" }, "secret", "set", "TOKEN")).Succeeds();
        Assert.Equal(("", "TOKEN: \nTOKEN is set\n"), (typed.Output, typed.Error));
    }

    [Fact]
    public async Task A_value_is_taken_from_a_variable()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        cli.Environment["MY_KEY"] = Value;
        (await cli.RunAsync("secret", "set", "TOKEN", "--from-env", "MY_KEY")).Succeeds();
        (await cli.RunAsync("secret", "set", "TOKEN", "--from-env", "NOT_THERE")).Fails(2, "NOT_THERE is not set");
    }

    [Fact]
    public async Task What_is_no_secret_is_refused()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        (await cli.RunAsync("secret", "set", "TOKEN")).Fails(2, "The value is empty");
        (await cli.RunAsync(new TestTerminal { Input = "\n" }, "secret", "set", "TOKEN")).Fails(2, "The value is empty");
        (await cli.RunAsync(new TestTerminal { Input = "x" }, "secret", "set", "lower-case")).Fails(2, "capital letters");
        (await cli.RunAsync("secret", "delete", "NEVER_SET")).Fails(3, "no such secret");
        Assert.Equal("none\n", (await cli.RunAsync("secret", "list")).Succeeds().Error);
    }
}
