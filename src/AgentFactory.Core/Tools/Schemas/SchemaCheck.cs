using System.Globalization;
using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>One check of one value: where it is, what it found, and what it may still spend.</summary>
internal sealed class SchemaCheck
{
    public const int MaxViolations = 20;
    private const int MaxSteps = 500_000;
    private const int MaxDepth = 400;

    private readonly Spending _spending;
    private readonly List<SchemaViolation> _violations = [];
    private Place? _place;

    public SchemaCheck() => _spending = new Spending();

    private SchemaCheck(Spending spending, Place? place)
    {
        _spending = spending;
        _place = place;
    }

    public int Count => _violations.Count;
    public IReadOnlyList<SchemaViolation> Violations => _violations;
    public string Path => Write(_place);

    /// <summary>False when the check has cost too much: it then ends as refused, whatever it found.</summary>
    public bool Enter() => Spend(1) && (++_spending.Depth <= MaxDepth || Exhaust());

    public void Leave() => _spending.Depth--;

    public bool Spend(int steps) => !_spending.Exhausted && ((_spending.Steps += steps) <= MaxSteps || Exhaust());

    public void Report(string message) => Add(() => new SchemaViolation(Path, message));

    public void Report(string member, string message) => Add(() => new SchemaViolation(Write(new Place(_place, member)), message));

    public void Report(SchemaViolation violation) => Add(() => violation);

    /// <summary>Checks a part of the value.</summary>
    public void Into(string member, JsonElement value, SchemaNode node)
    {
        var outer = _place;
        _place = new Place(outer, member);
        node.Check(value, this);
        _place = outer;
    }

    public void Into(int index, JsonElement value, SchemaNode node) =>
        Into(index.ToString(CultureInfo.InvariantCulture), value, node);

    /// <summary>What <paramref name="node"/> would report here, without reporting it.</summary>
    public SchemaCheck Try(SchemaNode node, JsonElement value)
    {
        var attempt = new SchemaCheck(_spending, _place);
        node.Check(value, attempt);
        return attempt;
    }

    public bool Passes(SchemaNode node, JsonElement value) => Try(node, value).Count == 0;

    public IReadOnlyList<SchemaViolation> Finish() => _spending.Exhausted
        ? [new SchemaViolation("", "is too large or nests too deeply for this schema to be checked; send less, or simplify the schema")]
        : _violations;

    private void Add(Func<SchemaViolation> violation)
    {
        if (_violations.Count < MaxViolations) _violations.Add(violation());
    }

    private bool Exhaust()
    {
        _spending.Exhausted = true;
        return false;
    }

    private static string Write(Place? place) =>
        place is null ? "" : Write(place.Outer) + "/" + SchemaPointer.Escape(place.Member);

    private sealed record Place(Place? Outer, string Member);

    private sealed class Spending
    {
        public int Steps;
        public int Depth;
        public bool Exhausted;
    }
}
