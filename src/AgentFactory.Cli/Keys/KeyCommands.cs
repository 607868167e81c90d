using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;

namespace AgentFactory.Cli.Keys;

/// <summary><c>key</c>: who may use the API.</summary>
internal static class KeyCommands
{
    private static readonly Argument<string> Key = new("id") { Description = "The key's id (key_…)" };
    private static readonly Argument<string> Name = new("name") { Description = "What the key is for" };

    private static readonly Option<string[]> Scopes = new("--scope")
    {
        Description = "What the key may do, for example runs:write; may be given again. * is everything",
        HelpName = "SCOPE",
        Required = true,
        AllowMultipleArgumentsPerToken = true,
    };

    private static readonly Option<DateTimeOffset?> Expires = new("--expires")
    {
        Description = "When it stops working, for example 2027-01-31 (in UTC) or 2027-01-31T18:00:00+01:00",
        HelpName = "TIME",
        CustomParser = Time,
    };

    private static readonly Option<int> Limit = Numbers.Limit(100);

    public static Command Create() => new Command("key", "API keys").With(
        new Command("create", "Create a key and print it, once").With(Name, Scopes, Expires).Does(CreateAsync)
            .Examples("key create website --scope runs:write runs:read", "key create ci --scope '*' --expires 2027-01-31T00:00:00Z"),
        new Command("list", "List keys, without the keys themselves").With(Limit).Does(ListAsync).Examples("key list"),
        new Command("revoke", "Revoke a key; it stops working within a second").With(Key).Does(RevokeAsync)
            .Examples("key revoke key_01JD3V0E6ZP5Q8M4T7W9X2Y1RK"));

    private static async Task CreateAsync(CommandContext context)
    {
        var api = context.Connect();
        var body = new { name = context.Required(Name), scopes = context.Required(Scopes), expires_at = context.Value(Expires) };
        var key = await api.PostAsync("/v1/keys", body, context.CancellationToken);
        if (context.Json)
        {
            context.Print.Json(key);
            return;
        }
        context.Print.Line(key.Needed("key"));
        context.Print.Note($"{key.Text("id")} is shown this once: keep it now.");
    }

    private static async Task ListAsync(CommandContext context)
    {
        var api = context.Connect();
        var keys = await api.ListAsync("/v1/keys", context.Value(Limit), context.CancellationToken);
        if (context.Json) context.Print.Json(keys);
        else context.Print.Table(["KEY", "NAME", "SCOPES", "LAST USED", "EXPIRES"], keys.Select(k => new[]
        {
            k.Needed("id"), k.Text("name") ?? "", string.Join(' ', k.Items("scopes").Select(s => s.GetString())),
            k.Time("last_used_at"), k.Time("expires_at"),
        }));
    }

    private static async Task RevokeAsync(CommandContext context)
    {
        var api = context.Connect();
        await api.DeleteAsync(ApiPath.Of("keys", "key", context.Required(Key)), context.CancellationToken);
        if (context.Json) context.Print.Json(new { revoked = context.Required(Key) });
        else context.Print.Note("revoked");
    }

    private static DateTimeOffset? Time(ArgumentResult result)
    {
        var text = result.Tokens.Count == 1 ? result.Tokens[0].Value : "";
        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)) return time;
        result.AddError($"--expires is a time such as 2027-01-31T18:00:00Z, not '{text}'.");
        return null;
    }
}
