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
            var options = RunConversation.Options(agent, model.Name.Model, await _tools.OfAsync(run.Tenant, agent, cancellationToken));
            var response = text is null
                ? await model.Client.GetResponseAsync(messages, options, cancellationToken)
                : await StreamAsync(model.Client, messages, options, text, cancellationToken);
            return Responded(model.Name, response, state, turn, agent);
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

    private ModelResponded Responded(ModelName model, ChatResponse response, RunState state, int turn, AgentVersion agent)
    {
        var calls = response.Messages.SelectMany(m => m.Contents).OfType<FunctionCallContent>().ToList();
        var taken = new HashSet<string>(state.CallIds);
        var names = calls
            .Select((c, i) => new CallName(UniqueId(c.CallId, turn, i, taken), c.Name, ModelTools.Handoff(agent, c.Name) is not null))
            .ToImmutableArray();
        var usage = Usage(response.Usage);
        return new ModelResponded(
            turn, response.FinishReason?.Value ?? "stop", usage, prices.Cost(model, usage, time.GetUtcNow())?.NanoUnits,
            response.ResponseId, names,
            calls.Count == 0 && !OutputSchemas.IsSatisfied(agent, response.Text))
        {
            Body = new ModelAnswer(response.Text, calls.ConvertAll(Arguments)),
        };
    }

    /// <summary>Providers promise ids that are unique in an answer, not in a run; some send none.</summary>
    private static string UniqueId(string? id, int turn, int ordinal, HashSet<string> taken)
    {
        if (!string.IsNullOrEmpty(id) && id.Length <= 128 && taken.Add(id)) return id;
        var own = $"call_{turn}_{ordinal}";
        while (!taken.Add(own)) own += "_";
        return own;
    }

    /// <summary>
    /// Arguments that the provider's library could not read are kept as nothing readable, so that the call is refused with a reason.
    /// </summary>
    private static string Arguments(FunctionCallContent call) => call.Exception is null
        ? JsonSerializer.Serialize(call.Arguments ?? new Dictionary<string, object?>(), AIJsonUtilities.DefaultOptions)
        : call.RawRepresentation as string ?? "\u0000";

    private static TokenUsage Usage(UsageDetails? usage) => new(
        usage?.InputTokenCount ?? 0, usage?.OutputTokenCount ?? 0, usage?.CachedInputTokenCount ?? 0, usage?.ReasoningTokenCount ?? 0);
}
