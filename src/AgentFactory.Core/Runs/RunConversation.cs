using System.Text.Json;
using AgentFactory.Core.Agents;
using Microsoft.Extensions.AI;

namespace AgentFactory.Core.Runs;

/// <summary>Turns a run's state into what a model is sent: messages, tools and settings.</summary>
internal static class RunConversation
{
    private static readonly JsonElement NoArguments = JsonDocument.Parse("{}").RootElement;

    public static List<ChatMessage> Messages(AgentVersion agent, IReadOnlyList<RunMessage> history, RunState state)
    {
        var messages = new List<ChatMessage>(history.Count + state.Messages.Count + 1);
        if (agent.Definition.Instructions.Length > 0) messages.Add(new ChatMessage(ChatRole.System, agent.Definition.Instructions));
        foreach (var message in history) messages.Add(Message(message));
        foreach (var message in state.Messages) messages.Add(Message(message));
        return messages;
    }

    public static ChatOptions Options(AgentVersion agent, string model, IReadOnlyList<AITool> tools, RunState state)
    {
        var (definition, settings) = (agent.Definition, agent.Definition.Settings);
        return new ChatOptions
        {
            ModelId = model,
            Tools = tools.Count == 0 ? null : [.. tools],
            ToolMode = tools.Count == 0 ? null : Mode(settings?.ToolChoice, state.ToolAnswered),
            Temperature = (float?)settings?.Temperature,
            TopP = (float?)settings?.TopP,
            MaxOutputTokens = settings?.MaxOutputTokens,
            ResponseFormat = definition.OutputSchema is { } schema ? ChatResponseFormat.ForJsonSchema(schema, "answer") : null,
        };
    }

    private static ChatToolMode? Mode(string? choice, bool answered) => choice switch
    {
        null or "auto" => null,
        "none" => ChatToolMode.None,
        _ when answered => null,
        "required" => ChatToolMode.RequireAny,
        _ => ChatToolMode.RequireSpecific(choice),
    };

    private static ChatMessage Message(RunMessage message) => message.Role switch
    {
        "user" => new ChatMessage(ChatRole.User, message.Text),
        "tool" => new ChatMessage(ChatRole.Tool, [new FunctionResultContent(message.CallId!, message.Text)]),
        _ => Assistant(message),
    };

    private static ChatMessage Assistant(RunMessage message)
    {
        var contents = new List<AIContent>(message.Calls.Count + 1);
        if (message.Text.Length > 0) contents.Add(new TextContent(message.Text));
        foreach (var call in message.Calls) contents.Add(new FunctionCallContent(call.Id, call.Tool, Arguments(call.Arguments)));
        return new ChatMessage(ChatRole.Assistant, contents);
    }

    /// <summary>Arguments that were no JSON object go back to the provider as an empty one: it refuses anything else.</summary>
    private static Dictionary<string, object?> Arguments(string text)
    {
        var element = TryParse(text, out var parsed) ? parsed : NoArguments;
        return element.EnumerateObject().DistinctBy(p => p.Name).ToDictionary(p => p.Name, p => (object?)p.Value);
    }

    /// <summary>True when <paramref name="text"/> is a JSON object; an empty text counts as one without members.</summary>
    public static bool TryParse(string text, out JsonElement arguments)
    {
        arguments = NoArguments;
        if (string.IsNullOrWhiteSpace(text)) return true;
        try
        {
            using var document = JsonDocument.Parse(text);
            if (document.RootElement.ValueKind != JsonValueKind.Object) return false;
            arguments = document.RootElement.Clone();
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
