using AgentFactory.Core.Models;

namespace AgentFactory.Core.Tests.Models;

public sealed class PriceTableTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void A_call_is_charged_for_fresh_input_cached_input_and_output()
    {
        // gpt-4.1: 2, 0.50 and 8 dollars a million: 600 + 400 cached + 100 = 0.0012 + 0.0002 + 0.0008.
        var cost = new PriceTable().Cost(new ModelName("openai", "gpt-4.1"), new TokenUsage(1000, 100, 400), Now);
        Assert.Equal("0.0022", cost.ToString());
    }

    [Fact]
    public void An_unknown_model_has_no_cost()
    {
        var prices = new PriceTable();
        Assert.Null(prices.Cost(new ModelName("openai", "gpt-4.1-imaginary"), new TokenUsage(1, 1), Now));
        Assert.Null(prices.Cost(new ModelName("elsewhere", "gpt-4.1"), new TokenUsage(1, 1), Now));
    }

    [Fact]
    public void The_offline_model_costs_nothing() =>
        Assert.Equal(Money.Zero, new PriceTable().Cost(new ModelName("demo", "offline"), new TokenUsage(1_000_000, 1_000_000), Now));

    [Theory]
    [InlineData("2025-06-09T23:59:59Z", "10")]
    [InlineData("2025-06-10T00:00:00Z", "2")]
    public void The_price_is_the_one_of_the_day(string at, string input)
    {
        var price = new PriceTable().Find(new ModelName("openai", "o3"), DateTimeOffset.Parse(at, null));
        Assert.Equal(input, price!.Input.ToString());
    }

    [Fact]
    public void A_model_has_no_price_before_its_first_day() =>
        Assert.Null(new PriceTable().Find(new ModelName("openai", "gpt-5"), new DateTimeOffset(2025, 8, 6, 0, 0, 0, TimeSpan.Zero)));

    [Fact]
    public void A_dated_snapshot_has_the_price_of_its_own_row()
    {
        var prices = new PriceTable();
        Assert.Equal("5", prices.Find(new ModelName("openai", "gpt-4o-2024-05-13"), Now)!.Input.ToString());
        Assert.Equal("2.5", prices.Find(new ModelName("openai", "gpt-4o-2024-11-20"), Now)!.Input.ToString());
    }

    [Theory]
    [InlineData(1, "0.000000001", 0)]
    [InlineData(500_000, "0.000000001", 0)]
    [InlineData(500_001, "0.000000001", 1)]
    [InlineData(1_500_000, "0.000000001", 2)]
    [InlineData(2_500_000, "0.000000001", 2)]
    [InlineData(9_000_000_000_000, "0.000001001", 9_009_000_000)]
    public void Half_a_nano_unit_goes_to_the_even_one_and_nothing_else_is_lost(long tokens, string price, long nano)
    {
        using var file = new PriceFile($$"""{"model":"x/y","from":"2026-01-01","input":"{{price}}","output":"0"}""");
        Assert.Equal(nano, PriceTable.WithFile(file.Path).Cost(new ModelName("x", "y"), new TokenUsage(tokens, 0), Now)!.Value.NanoUnits);
    }

    [Fact]
    public void Halves_of_the_parts_are_rounded_together_not_one_by_one()
    {
        using var file = new PriceFile("""{"model":"x/y","from":"2026-01-01","input":"0.000000001","output":"0.000000001"}""");
        var cost = PriceTable.WithFile(file.Path).Cost(new ModelName("x", "y"), new TokenUsage(500_000, 500_000), Now);
        Assert.Equal(1, cost!.Value.NanoUnits);
    }

    [Fact]
    public void More_cached_input_than_input_is_charged_as_all_of_it()
    {
        var cost = new PriceTable().Cost(new ModelName("openai", "gpt-4.1"), new TokenUsage(1000, 0, 5000), Now);
        Assert.Equal("0.0005", cost.ToString());
    }

    [Fact]
    public void The_operators_rows_go_before_the_shipped_ones()
    {
        using var file = new PriceFile(
            """{"model":"openai/gpt-4*","from":"2026-01-01","input":"7","output":"9"}""",
            """{"model":"openai/gpt-4.1*","from":"2026-01-01","input":"3","output":"9"}""",
            """{"model":"local/*","from":"2026-01-01","input":"0","output":"0"}""");
        var prices = PriceTable.WithFile(file.Path);
        Assert.Equal("7", prices.Find(new ModelName("openai", "gpt-4o"), Now)!.Input.ToString());
        Assert.Equal("3", prices.Find(new ModelName("openai", "gpt-4.1"), Now)!.Input.ToString());
        Assert.Equal("1.25", prices.Find(new ModelName("openai", "gpt-5"), Now)!.Input.ToString());
        Assert.Equal("0", prices.Find(new ModelName("local", "anything/at:all"), Now)!.Input.ToString());
        // The operator's row is not in force yet: the shipped one is.
        Assert.Equal("2", prices.Find(new ModelName("openai", "gpt-4.1"), Now.AddYears(-1).AddDays(60))!.Input.ToString());
    }

    [Theory]
    [InlineData("""{"model":"nothing","from":"2026-01-01","input":"1","output":"1"}""", "prices[0].model")]
    [InlineData("""{"model":"a/b*c","from":"2026-01-01","input":"1","output":"1"}""", "prices[0].model")]
    [InlineData("""{"model":"a/b","from":"1.1.2026","input":"1","output":"1"}""", "prices[0].from")]
    [InlineData("""{"model":"a/b","from":"2026-01-01","input":"-1","output":"1"}""", "prices[0].input")]
    [InlineData("""{"model":"a/b","from":"2026-01-01","input":"1","output":"1e9"}""", "prices[0].output")]
    [InlineData("""{"model":"a/b","from":"2026-01-01","input":"1","cached_input":"0.0000000001","output":"1"}""", "prices[0].cached_input")]
    [InlineData("""{"model":"a/b","from":"2026-01-01","input":1,"output":"1"}""", "prices")]
    [InlineData("""{"model":"a/b","from":"2026-01-01","output":"1"}""", "prices")]
    [InlineData("[", "prices")]
    public void A_faulty_file_is_refused_and_the_fault_named(string row, string param)
    {
        using var file = new PriceFile(row);
        var refusal = Assert.Throws<AgentFactoryException>(() => PriceTable.WithFile(file.Path));
        Assert.Equal(param, refusal.Param);
        Assert.Contains(file.Path, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_refused_by_name()
    {
        var refusal = Assert.Throws<AgentFactoryException>(() => PriceTable.WithFile("/nowhere/prices.json"));
        Assert.Contains("/nowhere/prices.json", refusal.Message, StringComparison.Ordinal);
    }

    private sealed class PriceFile : IDisposable
    {
        public PriceFile(params string[] rows) =>
            File.WriteAllText(Path, "{\"currency\":\"USD\",\"prices\":[" + string.Join(",", rows) + "]}");

        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), System.IO.Path.GetRandomFileName());

        public void Dispose() => File.Delete(Path);
    }
}
