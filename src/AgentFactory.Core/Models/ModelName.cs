namespace AgentFactory.Core.Models;

/// <summary><c>provider/model</c>. The provider is before the first slash; the rest is its name for the model, slashes allowed.</summary>
public readonly record struct ModelName(string Provider, string Model)
{
    /// <summary>False when there is no slash, an empty part, more than 200 characters, or a control or space character.</summary>
    public static bool TryParse(string? text, out ModelName name)
    {
        name = default;
        if (text is null || text.Length > 200) return false;
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || slash == text.Length - 1 || text.Any(c => char.IsControl(c) || char.IsWhiteSpace(c))) return false;
        name = new ModelName(text[..slash], text[(slash + 1)..]);
        return true;
    }

    public override string ToString() => $"{Provider}/{Model}";
}
