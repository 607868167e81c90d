namespace AgentFactory.Core.Tools.Schemas;

/// <summary>One place where a value breaks a schema, worded so that whoever made the value can mend it.</summary>
/// <param name="Path">JSON Pointer to the place in the value (<c>/items/2/name</c>); empty for the value as a whole.</param>
/// <param name="Message">What must hold there. Quotes the schema, never the value.</param>
public sealed record SchemaViolation(string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";
}
