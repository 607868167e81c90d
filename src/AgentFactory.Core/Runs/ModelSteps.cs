using System.Collections.Immutable;
using System.Text.Json;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Models;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Core.Runs;

/// <summary>Makes one model call of a run and says what came of it, as a fact.</summary>
internal sealed class ModelSteps(IModelCatalog catalog, IAgentCatalog agents, PriceTable prices, TimeProvider time, ILogger<ModelSteps> log)
{
    private const string Unreadable = "\u0000";

    /// <summary>The library's own options indent: what a model wrote in one line is kept in one.</summary>
    private static readonly JsonSerializerOptions OneLine = new(AIJsonUtilities.DefaultOptions) { WriteIndented = false };

    /// <summary>No call has more; a provider that says so must not make a sum overflow.</summary>
    private const long MostTokens = 1_000_000_000_000;

    private readonly ModelTools _tools = new(agents);

    /// <param name="text">Called with each piece of text as it arrives; null asks the provider for the whole answer at once.</param>
    public async Task<RunFact> CallAsync(
        NewRun run, AgentVersion agent, IReadOnlyList<RunMessage> history, RunState state, int turn, Action<string>? text,
        CancellationToken cancellationToken)
    {
        try
        {
            var model = await catalog.ResolveAsync(run.Tenant, state.ModelOf(agent.Definition), cancellationToken);
            RefuseUnpriced(model.Name, state.Start!.Limits);
            var messages = RunConversation.Messages(agent, history, state);
            var tools = await _tools.OfAsync(run.Tenant, agent, cancellationToken);
            var options = RunConversation.Options(agent, model.Name.Model, tools, state);
            var response = text is null
                ? await model.Client.GetResponseAsync(messages, options, cancellationToken)
                : await StreamAsync(model.Client, messages, options, text, cancellationToken);
            return Responded(model.Name, response, history, state, turn, agent);
        }
        catch (Exception e) when (cancellationToken.IsCancellationRequested)
        {
            // However the provider's library takes an interruption: it is no failure of the provider.
            throw new OperationCanceledException("The model call was interrupted.", e, cancellationToken);
        }
        catch (AgentFactoryException e)
        {
            return new ModelFailed(turn, e.Code.Code) { Body = new FailureText(e.Message) };
        }
        catch (Exception e)
        {
            log.LogError(e, "The model call of run {RunId} failed", Ids.Encode("run", run.RunId));
            return new ModelFailed(turn, ErrorCodes.Internal.Code)
            {
                Body = new FailureText("The model call failed on our side; the log has the run's id."),
            };
        }
    }

    /// <summary>A cost limit that cannot be counted against is no limit.</summary>
    private void RefuseUnpriced(ModelName model, EffectiveLimits limits)
    {
        if (limits.MaxCostNanoUnits is not null && prices.Find(model, time.GetUtcNow()) is null)
            throw new AgentFactoryException(ErrorCodes.PriceUnknown,
                $"The run has a cost limit and the price of '{model}' is not known. "
                + "Add the price to the price file, or start the run without a cost limit.");
    }

    private static async Task<ChatResponse> StreamAsync(
        IChatClient client, List<ChatMessage> messages, ChatOptions options, Action<string> text, CancellationToken cancellationToken)
    {
        var updates = new List<ChatResponseUpdate>();
        await foreach (var update in client.GetStreamingResponseAsync(messages, options, cancellationToken))
        {
            updates.Add(update);
            if (update.Text is { Length: > 0 } piece) text(piece);
        }
        return updates.ToChatResponse();
    }

    private ModelResponded Responded(
        ModelName model, ChatResponse response, IReadOnlyList<RunMessage> history, RunState state, int turn, AgentVersion agent)
    {
        var calls = response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().ToList();
        var taken = new HashSet<string>(state.CallIds);
        if (calls.Count > 0) taken.UnionWith(history.SelectMany(m => m.Calls).Select(c => c.Id));
        var names = calls
            .Select((c, i) => new CallName(UniqueId(c.CallId, turn, i, taken), c.Name, ModelTools.Handoff(agent, c.Name) is not null))
            .ToImmutableArray();
        var usage = Usage(response.Usage);
        var cost = usage is { } used ? prices.Cost(model, used, time.GetUtcNow()) : null;
        if (cost is null && state.Start!.Limits.MaxCostNanoUnits is not null)
            throw new AgentFactoryException(ErrorCodes.ProviderFailed,
                $"The provider of '{model}' reported no usage, and the run has a cost limit. Start the run without one.");
        return new ModelResponded(
            turn, response.FinishReason?.Value ?? "stop", usage ?? default, cost?.NanoUnits, response.ResponseId, names,
            calls.Count == 0 && !OutputSchemas.IsSatisfied(agent, response.Text))
        {
            Body = new ModelAnswer(response.Text, calls.ConvertAll(Arguments)),
        };
    }

    /// <summary>Providers promise ids that are unique in an answer, not in a conversation; some send none.</summary>
    private static string UniqueId(string? id, int turn, int ordinal, HashSet<string> taken)
    {
        if (!string.IsNullOrEmpty(id) && id.Length <= 128 && taken.Add(id)) return id;
        var own = $"call_{turn}_{ordinal}";
        while (!taken.Add(own)) own += "_";
        return own;
    }

    /// <summary>
    /// Arguments that cannot be read (no JSON, or halves of characters in it) are kept as nothing readable, so that the call is refused
    /// with a reason.
    /// </summary>
    private static string Arguments(FunctionCallContent call)
    {
        if (call.Exception is not null) return call.RawRepresentation as string ?? Unreadable;
        try
        {
            return JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), OneLine);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or JsonException)
        {
            return Unreadable;
        }
    }

    /// <summary>Null when the provider said nothing. Less than nothing would give back what a limit counts.</summary>
    private static TokenUsage? Usage(UsageDetails? usage)
    {
        if (usage is null or { InputTokenCount: null, OutputTokenCount: null }) return null;
        return new TokenUsage(
            Tokens(usage.InputTokenCount), Tokens(usage.OutputTokenCount), Tokens(usage.CachedInputTokenCount),
            Tokens(usage.ReasoningTokenCount));
    }

    private static long Tokens(long? reported) => Math.Clamp(reported ?? 0, 0, MostTokens);
}
