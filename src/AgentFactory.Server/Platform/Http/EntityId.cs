using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Http;

/// <summary>Reads the ids that clients send.</summary>
internal static class EntityId
{
    /// <summary>An id of the path. What can't be an id can't be there: malformed is the same 404 as unknown.</summary>
    /// <param name="noun">How the thing is called in the error: <c>agent</c>.</param>
    public static Guid Parse(string prefix, string? text, string noun) =>
        Ids.TryDecode(prefix, text, out var id) ? id : throw NotFound(noun);

    /// <summary>An id inside a body or query: malformed is 422 and names the field.</summary>
    public static Guid ParseField(string prefix, string? text, string param) => Ids.TryDecode(prefix, text, out var id)
        ? id
        : throw new AgentFactoryException(
            ErrorCodes.Invalid, $"{param} must be an id that begins with {prefix}_ and has 26 characters after it.", param);

    /// <summary>The 404 of a thing that isn't there, or is another tenant's.</summary>
    public static AgentFactoryException NotFound(string noun) =>
        new(ErrorCodes.NotFound, $"There is no such {noun}. List what there is with GET, or check the id.");
}
