using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <summary>Requests with the shape of OpenAI's APIs, whoever serves them.</summary>
internal static class OpenAIShape
{
    private static readonly string[] Chat =
    [
        ".chat.completions.create", ".chat.completions.parse", ".chat.completions.stream", ".chat.completions.acreate",
        ".ChatCompletion.create", ".ChatCompletion.acreate", ".chat_completion",
    ];

    private static readonly string[] Responses = [".responses.create", ".responses.parse", ".responses.stream"];

    public static bool IsChat(ExternalCall call) =>
        Array.Exists(Chat, s => call.Path.EndsWith(s, StringComparison.Ordinal))
            || call.Path is "litellm.completion" or "litellm.acompletion";

    public static bool IsResponse(ExternalCall call) => Array.Exists(Responses, s => call.Path.EndsWith(s, StringComparison.Ordinal));
}
