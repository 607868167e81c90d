using AgentFactory.Core;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace AgentFactory.Server.Platform.Telemetry;

/// <summary>
/// Logs always; traces and metrics go out where the standard OTEL_* variables name a collector. Nothing of it is loaded otherwise.
/// </summary>
internal static class TelemetrySetup
{
    private const string Everything = "AgentFactory.*";
    private const string LogVariable = "AGENT_FACTORY_LOG";

    public static void AddLogs(this ILoggingBuilder logging, ServerOptions options)
    {
        logging.ClearProviders();
        var level = options.Log ?? Parse(options.Environment(LogVariable))
            ?? (options.Urls.Count > 0 ? LogLevel.Information : LogLevel.Warning);
        logging.SetMinimumLevel(level);
        if (level == LogLevel.None) return;
        // The framework's own lines tell paths and addresses; ours have a line for each request.
        logging.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning)
            .AddFilter("System", level > LogLevel.Warning ? level : LogLevel.Warning);
        // It only opens a scope with the path in it, and an activity, for each request. Ours has the id; traces, where wanted, have
        // their own listener.
        logging.AddFilter("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.None);
        logging.AddConsole(console =>
        {
            console.FormatterName = JsonLines.FormatName;
            // Standard output belongs to what a command was asked for.
            console.LogToStandardErrorThreshold = LogLevel.Trace;
        });
        logging.Services.AddSingleton<ConsoleFormatter, JsonLines>();
    }

    public static IServiceCollection AddTelemetry(this IServiceCollection services, ServerOptions options, IConfigurationBuilder settings)
    {
        services.AddSingleton<MetricsRoute>();
        string[] collectors = ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT"];
        if (collectors.All(name => string.IsNullOrEmpty(options.Environment(name))) || options.Environment("OTEL_SDK_DISABLED") == "true")
            return services;
        settings.Add(new OtelVariables(options.Environment));
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("agent-factory"))
            .WithTracing(traces =>
                traces.AddSource(Everything).AddAspNetCoreInstrumentation().AddHttpClientInstrumentation().AddOtlpExporter())
            .WithMetrics(metrics => Measure(metrics).AddOtlpExporter());
        return services;
    }

    /// <summary>What is measured, for the collector and for /metrics alike.</summary>
    public static MeterProviderBuilder Measure(MeterProviderBuilder metrics) => metrics
        .AddMeter(Everything, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel")
        .AddHttpClientInstrumentation()
        .AddRuntimeInstrumentation();

    private static LogLevel? Parse(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return Enum.GetNames<LogLevel>().Contains(text, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<LogLevel>(text, ignoreCase: true)
            : throw new AgentFactoryException(
                ErrorCodes.Invalid, $"{LogVariable} must be trace, debug, information, warning, error, critical or none.", LogVariable);
    }

    /// <summary>The exporters look for their own OTEL_* variables in the host's configuration, which holds nothing else.</summary>
    private sealed class OtelVariables(Func<string, string?> environment) : ConfigurationProvider, IConfigurationSource
    {
        public IConfigurationProvider Build(IConfigurationBuilder builder) => this;

        public override bool TryGet(string key, out string? value)
        {
            value = key.StartsWith("OTEL_", StringComparison.Ordinal) ? environment(key) : null;
            return value is not null;
        }
    }
}
