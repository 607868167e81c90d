namespace AgentFactory.Core.Notebooks;

/// <summary>Where in a notebook something stands.</summary>
/// <param name="Cell">Counts all cells, text cells too, from 0.</param>
/// <param name="Line">A line of that cell, from 1.</param>
public sealed record Provenance(int Cell, int Line) : IComparable<Provenance>
{
    public int CompareTo(Provenance? other) => other is null ? 1 : (Cell, Line).CompareTo((other.Cell, other.Line));

    public override string ToString() => $"cell {Cell}, line {Line}";

    public static bool operator <(Provenance left, Provenance right) => left.CompareTo(right) < 0;
    public static bool operator >(Provenance left, Provenance right) => left.CompareTo(right) > 0;
    public static bool operator <=(Provenance left, Provenance right) => left.CompareTo(right) <= 0;
    public static bool operator >=(Provenance left, Provenance right) => left.CompareTo(right) >= 0;
}
