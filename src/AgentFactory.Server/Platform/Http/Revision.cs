using System.Globalization;
using AgentFactory.Core;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace AgentFactory.Server.Platform.Http;

/// <summary>
/// The revision a client saw before it changes a thing, from <c>If-Match</c>. A handler takes it as a parameter: without the header the
/// answer is 428. <c>*</c> takes any revision.
/// </summary>
internal sealed class Revision
{
    private readonly IReadOnlyList<string>? _tags;

    private Revision(IReadOnlyList<string>? tags) => _tags = tags;

    public static ValueTask<Revision> BindAsync(HttpContext context) =>
        ValueTask.FromResult(Read(context.Request.Headers.IfMatch.ToString()));

    internal static Revision Read(string header)
    {
        if (header.Length == 0)
            throw new AgentFactoryException(ErrorCodes.PreconditionRequired,
                "Send If-Match with the ETag of the thing as you read it, so that nobody's change is lost; If-Match: * overwrites "
                + "whatever is there.",
                "If-Match");
        if (!EntityTagHeaderValue.TryParseStrictList([header], out var tags))
            throw new AgentFactoryException(
                ErrorCodes.InvalidRequest, "If-Match must be an ETag in double quotes, as an answer gave it, or *.", "If-Match");
        // RFC 9110, 13.1.1: If-Match compares strongly, so a weak tag matches nothing.
        return tags.Any(t => t.Tag == "*") ? new Revision(null)
            : new Revision([.. tags.Where(t => !t.IsWeak).Select(t => t.Tag.ToString())]);
    }

    /// <summary>Throws <c>precondition_failed</c> unless the thing still has the revision that the client saw.</summary>
    public void Check(long current)
    {
        if (_tags is null || _tags.Contains(ETag(current))) return;
        throw new AgentFactoryException(ErrorCodes.PreconditionFailed,
            $"It changed since you read it; its revision is {current} now. Read it again, redo the change, and send the new ETag.",
            "If-Match");
    }

    internal static string ETag(long revision) => string.Create(CultureInfo.InvariantCulture, $"\"{revision}\"");
}
