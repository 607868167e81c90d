using System.Collections.Frozen;

namespace AgentFactory.Server.Platform.Access;

/// <summary>A set of scopes, as a key has it.</summary>
internal sealed class Scopes
{
    public static readonly Scopes Owner = new([Scope.Everything]);

    private readonly FrozenSet<string> _scopes;
    private readonly bool _everything;

    private Scopes(IEnumerable<string> scopes)
    {
        _scopes = scopes.ToFrozenSet(StringComparer.Ordinal);
        _everything = _scopes.Contains(Scope.Everything);
    }

    /// <summary>Reads words that are known to be scopes; unknown ones, say of a later release, give nothing.</summary>
    public static Scopes Of(IEnumerable<string> scopes) => new(scopes);

    /// <summary>Reads the space-separated form of a column.</summary>
    public static Scopes Parse(string text) => new(text.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    public bool Has(string scope) => _everything ? scope != Scope.Operator : _scopes.Contains(scope);

    /// <summary>The first of <paramref name="wanted"/> that is not within these; null when all are.</summary>
    public string? FirstBeyond(IEnumerable<string> wanted) => wanted.FirstOrDefault(s => !Has(s));

    /// <summary>The scopes in the order of <see cref="Scope.All"/>.</summary>
    public IReadOnlyList<string> ToList() => [.. Scope.All.Where(_scopes.Contains)];

    public override string ToString() => string.Join(' ', ToList());
}
