using System.CommandLine;
using System.Text.Json;
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
        var api = context.Connect();
        var models = (await api.GetAsync("/v1/models", context.CancellationToken)).NeededList("data");
        if (context.Json) context.Print.Json(models);
        else context.Print.Table(["MODEL", "READY", "INPUT", "OUTPUT", "PER"], models.EnumerateArray().Select(Row));
    }

    private static string[] Row(JsonElement model) =>
    [
        model.Needed("id"),
        model.Text("available") == "true" ? "yes" : $"set {model.Text("needs")}",
        model.Text("input_price") ?? "",
        model.Text("output_price") ?? "",
        model.Text("input_price") is null ? "" : $"{model.Text("price_unit")} in {model.Text("currency")}",
    ];
}
