using System.Globalization;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;

namespace AgentFactory.Cli.Runs;

/// <summary>A run, its steps and its cost, as people read them.</summary>
internal static class RunPrinter
{
    /// <summary>One line about a recorded event; null for those that say nothing to a reader.</summary>
    public static string? Step(JsonElement e)
    {
        var (data, body) = (e.Member("data") ?? default, e.Member("body") ?? default);
        return e.Text("type") switch
        {
            "run.started" =>
                $"started     {data.Text("agent")} version {data.Text("version")} on {data.Text("model_override") ?? data.Text("model")}",
            "model.requested" => null,
            "model.responded" => $"model       {Answered(data, body)} ({Tokens(data.Member("usage") ?? default)} tokens)",
            "model.failed" => $"model       failed: {data.Text("code")}. {body.Text("message")}",
            "model.attempt_abandoned" => "model       the call was given up; what it had written does not count",
            "tool.requested" => $"tool        {data.Text("tool")} called",
            "tool.responded" =>
                $"tool        {data.Text("tool")} {Returned(data)} {Short(body.Text("content"))} ({data.Text("duration_ms")} ms)",
            "tool.outcome_unknown" =>
                $"tool        {data.Text("tool")}: it is not known whether the call happened; the run waits for a person",
            "handoff.made" => $"handoff     to {data.Text("agent")}",
            "run.ended" => $"ended       {data.Text("outcome")}{Code(data)}",
            var type => type,
        };
    }

    /// <summary>The line under an answer.</summary>
    public static string Summary(JsonElement run)
    {
        var (usage, cost) = (run.Member("usage") ?? default, run.Member("cost") ?? default);
        var price = cost.Text("amount") is { } amount
            ? $"{amount} {cost.Text("currency")}{(cost.Text("complete") == "false" ? " or more" : "")}"
            : "no price";
        return string.Join(" · ",
            run.Needed("id"), run.Text("outcome") ?? run.Text("status"), Count(run.Number("turns"), "model call"),
            Count(run.Number("tool_calls"), "tool call"), Count(usage.Number("total_tokens"), "token"), price);
    }

    public static void Show(Printer print, JsonElement run) => print.Fields(
        ("run", run.Needed("id")), ("agent", $"{run.Text("agent")} version {run.Text("version")}"), ("model", run.Text("model")),
        ("session", run.Text("session")), ("parent", run.Text("parent_run")), ("status", run.Text("status")),
        ("outcome", run.Text("outcome")), ("code", run.Text("code")), ("message", run.Text("message")),
        ("started", run.Time("created_at")), ("ended", run.Time("ended_at")),
        ("model calls", run.Text("turns")), ("tool calls", run.Text("tool_calls")), ("tokens", Usage(run.Member("usage") ?? default)),
        ("cost", $"{run.Member("cost")?.Text("amount")} {run.Member("cost")?.Text("currency")}"),
        ("answer", run.Text("output")));

    private static string Count(long number, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{number} {what}{(number == 1 ? "" : "s")}");

    /// <summary>Nothing where it would say the outcome again.</summary>
    private static string Code(JsonElement data) =>
        data.Text("code") is { } code && code != data.Text("outcome") ? $": {code}" : "";

    private static string Returned(JsonElement data) => data.Text("is_error") == "true" ? "failed" : "returned";

    private static string Usage(JsonElement usage) => $"{usage.Number("input_tokens")} in, {usage.Number("output_tokens")} out";

    private static long Tokens(JsonElement usage) => usage.Number("input") + usage.Number("output");

    private static string Answered(JsonElement data, JsonElement body)
    {
        var calls = data.Items("calls").Select(c => c.Text("tool")).ToList();
        return calls.Count > 0 ? "asked for " + string.Join(", ", calls) : "answered " + Short(body.Text("text"));
    }

    private static string Short(string? text)
    {
        const int Most = 120;
        var line = (text ?? "").ReplaceLineEndings(" ");
        return line.Length <= Most ? line : line[..(Most - 1)] + "…";
    }
}
