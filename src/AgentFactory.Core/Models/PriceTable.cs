using System.Globalization;
using System.Text.Json;

namespace AgentFactory.Core.Models;

/// <summary>
/// What models cost, by date. The product's prices ship in <c>prices.json</c>; an operator's file of the same form goes before them,
/// so that a price can be corrected or added without a release. Thread-safe.
/// </summary>
/// <remarks>
/// A row's <c>model</c> is <c>provider/model</c>, with a <c>*</c> at the end for any rest. The operator's rows win over the shipped ones,
/// an exact name over a pattern, a longer pattern over a shorter one; among equal names the newest row whose <c>from</c> has come.
/// </remarks>
public sealed class PriceTable
{
    private const decimal HighestPrice = 1_000_000;
    private const int TokensPerPrice = 1_000_000;

    private readonly List<Row> _rows;

    /// <summary>The prices that ship with the product.</summary>
    public PriceTable() => _rows = Sorted(Shipped());

    private PriceTable(IEnumerable<Row> operators) => _rows = [.. Sorted(operators), .. Sorted(Shipped())];

    /// <summary>
    /// The shipped prices behind those of <paramref name="path"/>. Throws <see cref="AgentFactoryException"/> that names the faulty row.
    /// </summary>
    public static PriceTable WithFile(string path)
    {
        try
        {
            return new PriceTable(Read(File.ReadAllBytes(path), path));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new AgentFactoryException(ErrorCodes.Invalid, $"The price file {path} cannot be read: {e.Message}", inner: e);
        }
    }

    /// <summary>The price in force at <paramref name="at"/>; null when the table has none.</summary>
    public ModelPrice? Find(ModelName model, DateTimeOffset at)
    {
        var day = DateOnly.FromDateTime(at.UtcDateTime);
        foreach (var row in _rows)
            if (row.From <= day && row.Matches(model)) return row.Price;
        return null;
    }

    /// <summary>
    /// The cost of one call, computed exactly and rounded once to a nano-unit, half to even; null when the model's price is not known.
    /// Cached input is charged at its own price, the rest of the input at the full one; reasoning is a part of the output.
    /// </summary>
    public Money? Cost(ModelName model, TokenUsage usage, DateTimeOffset at)
    {
        if (Find(model, at) is not { } price) return null;
        var input = Math.Max(0, usage.Input);
        var cached = Math.Clamp(usage.CachedInput, 0, input);
        var millionth = (Int128)(input - cached) * price.Input.NanoUnits
            + (Int128)cached * price.CachedInput.NanoUnits
            + (Int128)Math.Max(0, usage.Output) * price.Output.NanoUnits;
        var (whole, rest) = Int128.DivRem(millionth, TokensPerPrice);
        if (rest * 2 > TokensPerPrice || (rest * 2 == TokensPerPrice && Int128.IsOddInteger(whole))) whole++;
        return new Money(checked((long)whole), price.Input.Currency);
    }

    private static List<Row> Shipped()
    {
        using var stream = typeof(PriceTable).Assembly.GetManifestResourceStream("prices.json")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return Read(bytes, "prices.json");
    }

    /// <summary>The most telling row first, so that a search ends at the first match.</summary>
    private static List<Row> Sorted(IEnumerable<Row> rows) =>
        [.. rows.OrderBy(r => r.IsPattern).ThenByDescending(r => r.Model.Model.Length).ThenByDescending(r => r.From)];

    private static List<Row> Read(ReadOnlyMemory<byte> json, string file)
    {
        try
        {
            using var document = JsonDocument.Parse(json, new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip });
            var root = document.RootElement;
            // Costs of different models are added up, so a table has one currency and the product's is dollars.
            if (root.GetProperty("currency").GetString() is not "USD") throw Faulty(file, "currency", "must be \"USD\"");
            return [.. root.GetProperty("prices").EnumerateArray().Select((row, i) => ReadRow(row, file, $"prices[{i}]"))];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Faulty(file, "prices", """it must be {"currency": "USD", "prices": [{"model", "from", "input", "output"}, …]}""", e);
        }
    }

    private static Row ReadRow(JsonElement row, string file, string at)
    {
        if (!ModelName.TryParse(row.GetProperty("model").GetString(), out var name) || name.Model.AsSpan()[..^1].Contains('*'))
            throw Faulty(file, at + ".model", "must be provider/model, with a * only at its end");
        var date = row.GetProperty("from").GetString();
        if (!DateOnly.TryParseExact(date, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from))
            throw Faulty(file, at + ".from", "must be a date such as 2026-01-31");
        var isPattern = name.Model[^1] == '*';
        var model = isPattern ? name with { Model = name.Model[..^1] } : name;
        var input = Price("input");
        var cached = row.TryGetProperty("cached_input", out _) ? Price("cached_input") : input;
        var source = row.TryGetProperty("source", out var text) ? text.GetString() : null;
        return new Row(model, isPattern, from, new ModelPrice(input, cached, Price("output"), source));

        Money Price(string member)
        {
            const NumberStyles Form = NumberStyles.AllowDecimalPoint;
            var good = decimal.TryParse(row.GetProperty(member).GetString(), Form, CultureInfo.InvariantCulture, out var value);
            var nano = good && value < HighestPrice ? value * 1_000_000_000m : 0.5m;
            return decimal.IsInteger(nano)
                ? new Money((long)nano)
                : throw Faulty(file, $"{at}.{member}", "must be a decimal string below 1000000, with up to nine decimals");
        }
    }

    private static AgentFactoryException Faulty(string file, string where, string rule, Exception? inner = null) =>
        new(ErrorCodes.Invalid, $"The price file {file} is not valid: {where}: {rule}.", where, inner);

    private sealed record Row(ModelName Model, bool IsPattern, DateOnly From, ModelPrice Price)
    {
        public bool Matches(ModelName name) => Model.Provider == name.Provider
            && (IsPattern ? name.Model.StartsWith(Model.Model, StringComparison.Ordinal) : name.Model == Model.Model);
    }
}

/// <summary>What a million tokens cost.</summary>
/// <param name="CachedInput">Input that the provider had in its cache; the full price where none is stated.</param>
/// <param name="Source">Where the price was read; null when the row does not say.</param>
public sealed record ModelPrice(Money Input, Money CachedInput, Money Output, string? Source);
