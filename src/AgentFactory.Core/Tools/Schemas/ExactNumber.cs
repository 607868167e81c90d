using System.Globalization;
using System.Numerics;
using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>
/// A JSON number without loss: <c>±0.d1d2d3… × 10^Magnitude</c> with neither leading nor trailing zeros. Compares and divides without
/// ever writing an exponent out, so that <c>1e999999999</c> costs no more than <c>1</c>.
/// </summary>
internal readonly record struct ExactNumber : IComparable<ExactNumber>
{
    /// <summary>Longer numbers are not divided: that is the one operation here whose cost is more than linear.</summary>
    public const int MaxDivisionDigits = 2_000;

    private const long FarAway = long.MaxValue / 4;

    private ExactNumber(bool negative, string digits, long magnitude)
    {
        Digits = digits;
        Negative = negative && digits.Length > 0;
        Magnitude = digits.Length > 0 ? magnitude : 0;
    }

    private string Digits { get; }
    private bool Negative { get; }
    private long Magnitude { get; }

    /// <summary>The power of ten of the last digit.</summary>
    private long Exponent => Magnitude - Digits.Length;

    public bool IsInteger => Digits.Length == 0 || Exponent >= 0;
    public int Sign => Digits.Length == 0 ? 0 : Negative ? -1 : 1;

    public static ExactNumber Of(JsonElement number) => Parse(number.GetRawText());

    /// <summary>Reads what the JSON grammar calls a number.</summary>
    public static ExactNumber Parse(string text)
    {
        var span = text.AsSpan();
        var negative = span[0] == '-';
        if (negative) span = span[1..];
        long shift = 0;
        var e = span.IndexOfAny('e', 'E');
        if (e >= 0)
        {
            var exponent = span[(e + 1)..];
            if (!long.TryParse(exponent, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out shift))
                shift = exponent[0] == '-' ? -FarAway : FarAway;
            shift = Math.Clamp(shift, -FarAway, FarAway);
            span = span[..e];
        }
        var point = span.IndexOf('.');
        var whole = point < 0 ? span : span[..point];
        var digits = string.Concat(whole, point < 0 ? [] : span[(point + 1)..]);
        var significant = digits.TrimStart('0');
        var leading = digits.Length - significant.Length;
        return new ExactNumber(negative, significant.TrimEnd('0'), whole.Length - leading + shift);
    }

    public int CompareTo(ExactNumber other)
    {
        if (Sign != other.Sign) return Sign.CompareTo(other.Sign);
        var size = Magnitude != other.Magnitude ? Magnitude.CompareTo(other.Magnitude) : string.CompareOrdinal(Digits, other.Digits);
        return Negative ? -size : size;
    }

    /// <summary>True when this is <paramref name="divisor"/> times an integer; null when either has too many digits to say.</summary>
    public bool? IsMultipleOf(ExactNumber divisor)
    {
        if (Sign == 0) return true;
        if (Digits.Length > MaxDivisionDigits || divisor.Digits.Length > MaxDivisionDigits) return null;
        // No last digit is zero: a larger power of ten in the divisor can't be met.
        var power = Exponent - divisor.Exponent;
        if (power < 0) return false;
        var modulus = BigInteger.Parse(divisor.Digits, CultureInfo.InvariantCulture);
        var digits = BigInteger.Parse(Digits, CultureInfo.InvariantCulture);
        return digits * BigInteger.ModPow(10, power, modulus) % modulus == 0;
    }

    /// <summary>The value of a count; the largest one where it is larger.</summary>
    public int ToCount()
    {
        if (Digits.Length == 0) return 0;
        if (Magnitude > 10) return int.MaxValue;
        return (int)Math.Min(int.MaxValue, long.Parse(Digits.PadRight((int)Magnitude, '0'), CultureInfo.InvariantCulture));
    }

    public override int GetHashCode() => HashCode.Combine(Negative, Digits, Magnitude);
}
