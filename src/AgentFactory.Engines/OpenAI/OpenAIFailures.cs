using System.ClientModel;
using System.ClientModel.Primitives;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentFactory.Core;

namespace AgentFactory.Engines.OpenAI;

/// <summary>
/// What went wrong, in words that say the next step. Carries the status and the provider's own error words, and nothing of its message
/// or of the exception: those may repeat the prompt or a part of the key.
/// </summary>
internal sealed partial class OpenAIFailures(OpenAIEndpoint endpoint, string model, TimeSpan timeout)
{
    private string Provider => $"The provider '{endpoint.Name}'";
    private string Address => endpoint.AddressVariable;

    public AgentFactoryException Of(Exception e) => e switch
    {
        AgentFactoryException ours => ours,
        ClientResultException { Status: > 0 } answer when answer.GetRawResponse() is { } response => Answered(answer.Status, response),
        OperationCanceledException or TimeoutException => Failed(string.Create(
            CultureInfo.InvariantCulture, $"{Provider} did not answer within {timeout.TotalSeconds:0.###} seconds. Try again later.")),
        _ when Find<TimeoutException>(e) is not null => Of(new TimeoutException()),
        _ when Find<SocketException>(e) is { } socket => Failed(
            $"{Provider} cannot be reached ({Socket(socket.SocketErrorCode)}). See that it runs, and its address in {Address}."),
        _ when Find<HttpRequestException>(e) is { HttpRequestError: HttpRequestError.SecureConnectionError } => Failed(
            $"{Provider} offers no secure connection that can be trusted. See its address in {Address} and its certificate."),
        _ when Find<IOException>(e) is not null || Find<HttpRequestException>(e) is not null => CutOff(),
        _ => Failed($"{Provider} answered with something that is no chat completion. See that its address in {Address} is right."),
    };

    /// <summary>The answer stopped in the middle.</summary>
    public AgentFactoryException CutOff() => Failed($"{Provider} broke off before its answer was complete. Try again.");

    private AgentFactoryException Answered(int status, PipelineResponse response)
    {
        var error = ProviderError.Read(response);
        var said = error.Words.Length == 0 ? $"{status}" : $"{status}, {error.Words}";
        return status switch
        {
            401 or 403 => Failed(
                $"{Provider} refused the key ({said}). Put a valid one into {endpoint.KeyName} in the environment of the server, "
                + $"or run 'agent-factory secret set {endpoint.KeyName}'."),
            404 => Failed($"{Provider} has no model '{model}' ({said}), or its address in {Address} is wrong."),
            429 when error.Code == "insufficient_quota" => Failed($"{Provider} says that no credit is left ({said}). Add some there."),
            429 => Failed($"{Provider} takes no more calls for now ({said}). Try again later.", Seconds(response)),
            408 or >= 500 => Failed($"{Provider} failed ({said}). Try again later.", Seconds(response)),
            >= 400 => Failed(
                $"{Provider} did not accept the request for '{model}' ({said}). Change the agent's model, settings, tools or schema."),
            _ => Failed($"{Provider} answered with status {said}. See that its address in {Address} is right."),
        };
    }

    private static AgentFactoryException Failed(string message, int? retryAfter = null) =>
        new(ErrorCodes.ProviderFailed, message) { RetryAfter = retryAfter };

    private static int? Seconds(PipelineResponse response) =>
        response.Headers.TryGetValue("Retry-After", out var text)
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? Math.Min(seconds, 3600) : null;

    private static string Socket(SocketError error) => error switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => "its name is not known",
        SocketError.TimedOut => "no answer",
        SocketError.HostUnreachable or SocketError.NetworkUnreachable => "no way there",
        _ => "connection lost",
    };

    private static T? Find<T>(Exception? e) where T : Exception
    {
        for (; e is not null; e = e.InnerException)
            if (e is T found) return found;
        return null;
    }

    /// <summary>The words of OpenAI's error body that are identifiers: type, code, param.</summary>
    private sealed partial record ProviderError(string? Code, string Words)
    {
        public static ProviderError Read(PipelineResponse response)
        {
            try
            {
                using var body = JsonDocument.Parse(response.Content.ToMemory());
                if (body.RootElement.ValueKind != JsonValueKind.Object || !body.RootElement.TryGetProperty("error", out var error)
                    || error.ValueKind != JsonValueKind.Object) return new ProviderError(null, "");
                string?[] words = [Word(error, "type"), Word(error, "code"), Word(error, "param")];
                return new ProviderError(words[1], string.Join(", ", words.OfType<string>().Distinct()));
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException)
            {
                // Proxies answer in HTML; a stream's body was never buffered. The status says enough.
                return new ProviderError(null, "");
            }
        }

        private static string? Word(JsonElement error, string name) =>
            error.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && Identifier().IsMatch(value.GetString()!)
                ? value.GetString()
                : null;

        // Too short and too plain for a sentence; keys have more digits and capitals than any of these words.
        [GeneratedRegex(@"^[a-z][a-z_]{1,39}(\.?\[?[a-z0-9_]{1,20}\]?){0,3}$")]
        private static partial Regex Identifier();
    }
}
