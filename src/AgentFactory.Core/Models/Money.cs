using System.Globalization;

namespace AgentFactory.Core.Models;

/// <summary>An exact amount: an integer of nano-units (1e-9) of a currency. On the wire a decimal string.</summary>
public readonly record struct Money(long NanoUnits, string Currency = "USD")
{
    public static readonly Money Zero = new(0);

    /// <summary>The amount as a decimal string with nine decimals cut of trailing zeros: <c>0.0125</c>.</summary>
    public override string ToString() => (NanoUnits / 1_000_000_000m).ToString("0.#########", CultureInfo.InvariantCulture);

    public static Money operator +(Money a, Money b) => a.Currency == b.Currency
        ? new(checked(a.NanoUnits + b.NanoUnits), a.Currency)
        : throw new InvalidOperationException($"Cannot add {b.Currency} to {a.Currency}.");

    public static Money Add(Money left, Money right) => left + right;
}
