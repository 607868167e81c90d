using System.CommandLine;
using System.Text;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;

namespace AgentFactory.Cli.Secrets;

/// <summary><c>secret</c>: provider keys and tool credentials. Values go in and never come out.</summary>
internal static class SecretCommands
{
    private static readonly Argument<string> Name = new("name")
    {
        Description = "Upper-case letters, digits and underscores, for example OPENAI_API_KEY",
    };

    private static readonly Option<string?> FromEnvironment = new("--from-env")
    {
        Description = "Take the value from this environment variable",
        HelpName = "VARIABLE",
    };

    public static Command Create() => new Command("secret", "Provider keys and tool credentials, encrypted").With(
        new Command("set", "Set a secret; the value is asked for, or read from the standard input").With(Name, FromEnvironment)
            .Does(SetAsync)
            .Examples(
                "secret set OPENAI_API_KEY", "secret set OPENAI_API_KEY --from-env OPENAI_API_KEY", "secret set OPENAI_API_KEY < key.txt"),
        new Command("list", "List the names of secrets").Does(ListAsync).Examples("secret list"),
        new Command("delete", "Delete a secret").With(Name).Does(DeleteAsync).Examples("secret delete OPENAI_API_KEY"));

    private static async Task SetAsync(CommandContext context)
    {
        var value = await ValueAsync(context);
        if (value.Length == 0) throw new CliException(ExitCodes.Invalid, "The value is empty. Type it at the prompt, or pipe it in.");
        var api = context.Connect();
        var secret = await api.PutAsync(PathOf(context), new { value }, context.CancellationToken);
        if (context.Json) context.Print.Json(secret);
        context.Print.Note($"{context.Required(Name)} is set");
    }

    private static async Task ListAsync(CommandContext context)
    {
        var api = context.Connect();
        var secrets = await api.ListAsync("/v1/secrets", 1000, context.CancellationToken);
        if (context.Json) context.Print.Json(secrets);
        else context.Print.Table(["SECRET", "CHANGED"], secrets.Select(s => new[] { s.Needed("name"), s.Time("updated_at") }));
    }

    private static async Task DeleteAsync(CommandContext context)
    {
        var api = context.Connect();
        await api.DeleteAsync(PathOf(context), context.CancellationToken);
        context.Print.Deleted(context.Json, context.Required(Name));
    }

    private static async Task<string> ValueAsync(CommandContext context)
    {
        if (context.Value(FromEnvironment) is { } variable)
            return context.Terminal.Environment(variable)
                ?? throw new CliException(ExitCodes.Invalid, $"The variable {variable} is not set.");
        if (context.Terminal.Keyboard is not { } keyboard) return (await InputFile.ReadInputAsync(context)).TrimEnd('\r', '\n');
        context.Terminal.Error.Write($"{context.Required(Name)}: ");
        // Off this thread: a key may never come, and Ctrl-C must.
        var typed = await Task.Run(() => Typed(keyboard), context.CancellationToken).WaitAsync(context.CancellationToken);
        context.Print.Note("");
        return typed;
    }

    private static string Typed(Func<ConsoleKeyInfo> keyboard)
    {
        var typed = new StringBuilder();
        while (keyboard() is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key == ConsoleKey.Backspace) typed.Length -= typed.Length > 0 ? 1 : 0;
            else if (key.KeyChar != '\0') typed.Append(key.KeyChar);
        }
        return typed.ToString();
    }

    private static string PathOf(CommandContext context) => ApiPath.Of("secrets", "secret", context.Required(Name));
}
