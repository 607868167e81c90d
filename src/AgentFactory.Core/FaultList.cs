namespace AgentFactory.Core;

/// <summary>Gathers every fault of one thing that was sent, so that a caller mends them all at once instead of one a request.</summary>
internal sealed class FaultList
{
    private const int Most = 100;

    private readonly List<Fault> _faults = [];

    public IReadOnlyList<Fault> All => _faults;

    public void Add(string param, string message)
    {
        if (_faults.Count < Most) _faults.Add(new Fault(param, message));
    }

    /// <summary>Adds the fault when <paramref name="isWrong"/>; returns it, so that what depends on the field can be left out.</summary>
    public bool AddIf(bool isWrong, string param, string message)
    {
        if (isWrong) Add(param, message);
        return isWrong;
    }

    /// <summary>
    /// Checks text that people or models read. Lines and tabs are fine where <paramref name="multiline"/>;
    /// other control characters never are.
    /// </summary>
    /// <returns>True when there is text to go on with.</returns>
    public bool Text(string param, string? text, int most, bool multiline = true)
    {
        if (text is null)
        {
            Add(param, "It is null; write text, or leave it out.");
            return false;
        }
        if (AddIf(Length(text) > most, param, $"It has {Length(text):N0} characters; at most {most:N0} are taken.")) return false;
        var bad = FirstBad(text, multiline);
        if (bad < 0) return true;
        Add(param, $"It holds the character U+{(int)text[bad]:X4} at position {bad}, which no text has; remove it.");
        return false;
    }

    public void Range(string param, double? value, double least, double most, string unit = "")
    {
        if (value is { } v && (double.IsNaN(v) || v < least || v > most))
            Add(param, $"It is {v:0.######}; write {least:N0} to {most:N0}{unit}.");
    }

    /// <summary>Throws one exception that carries all of them; does nothing when there are none.</summary>
    public void ThrowIfAny()
    {
        if (_faults.Count == 0) return;
        var more = _faults.Count == 1 ? "" : $" (and {_faults.Count - 1} more, see errors)";
        throw new AgentFactoryException(
            ErrorCodes.Invalid, $"{_faults[0].Param}: {_faults[0].Message}{more}", _faults[0].Param)
        { Faults = _faults };
    }

    /// <summary>Characters as people count them, near enough: code points, so that an emoji is one and not two.</summary>
    private static int Length(string text) =>
        text.AsSpan().IndexOfAnyInRange('\udc00', '\udfff') < 0 ? text.Length : text.Count(c => !char.IsLowSurrogate(c));

    /// <summary>Control characters, and halves of surrogate pairs, which no encoder can write.</summary>
    private static int FirstBad(string text, bool multiline)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (char.IsHighSurrogate(c) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1])) i++;
            else if (char.IsSurrogate(c) || (char.IsControl(c) && !(multiline && c is '\n' or '\r' or '\t'))) return i;
        }
        return -1;
    }
}
