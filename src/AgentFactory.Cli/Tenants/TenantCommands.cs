using System.CommandLine;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;

namespace AgentFactory.Cli.Tenants;

/// <summary><c>tenant</c>: whose data it is. For the operator, on the machine with the data folder.</summary>
internal static class TenantCommands
{
    private static readonly Argument<string> Name = new("name") { Description = "What the tenant is called" };

    public static Command Create() => new Command("tenant", "Tenants of this installation (on its own machine only)").With(
        new Command("create", "Create a tenant and print its owner key, once").With(Name).Does(CreateAsync).Examples("tenant create acme"),
        new Command("list", "List tenants").Does(ListAsync).Examples("tenant list"));

    private static async Task CreateAsync(CommandContext context)
    {
        var api = context.Connect();
        var tenant = await api.PostAsync("/v1/tenants", new { name = context.Required(Name) }, context.CancellationToken);
        if (context.Json)
        {
            context.Print.Json(tenant);
            return;
        }
        context.Print.Line(tenant.Needed("key"));
        context.Print.Note($"{tenant.Text("id")} is made. Its owner key is shown this once: keep it now.");
    }

    private static async Task ListAsync(CommandContext context)
    {
        var api = context.Connect();
        var tenants = await api.ListAsync("/v1/tenants", 1000, context.CancellationToken);
        if (context.Json) context.Print.Json(tenants);
        else context.Print.Table(["TENANT", "NAME", "CREATED"],
            tenants.Select(t => new[] { t.Needed("id"), t.Text("name") ?? "", t.Time("created_at") }));
    }
}
