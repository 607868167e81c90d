using System.CommandLine;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;

namespace AgentFactory.Cli.Models;

/// <summary><c>model</c>: which models can answer, and what they cost.</summary>
internal static class ModelCommands
{
    public static Command Create() => new Command("model", "Models that can answer, and their prices").With(
        new Command("list", "List models with today's prices").Does(ListAsync).Examples("model list", "model list --json"));

    private static async Task ListAsync(CommandContext context)
    {
        var api = await context.ConnectAsync();
        var answer = await api.GetAsync("/v1/models", context.CancellationToken);
        if (context.Json)
        {
            context.Print.Json(answer.GetProperty("data"));
            return;
        }
        context.Print.Table(["MODEL", "READY", "INPUT", "OUTPUT", "PER"], answer.Items("data").Select(m => new[]
        {
            m.Text("id")!, m.Text("available") == "true" ? "yes" : $"set {m.Text("needs")}", m.Text("input_price") ?? "", m.Text("output_price") ?? "",
            m.Text("input_price") is null ? "" : $"{m.Text("price_unit")} in {m.Text("currency")}",
        }));
    }
}
