namespace FakeModel;

/// <summary>What every answer is made of; fixed for the life of the process.</summary>
internal sealed record FakeModelOptions(int LatencyMs, int Chunks, int ChunkMs, int EmbedDim)
{
    public static FakeModelOptions From(IConfiguration c) => new(
        c.GetValue("latency-ms", 0), Math.Max(1, c.GetValue("chunks", 16)),
        c.GetValue("chunk-ms", 0), Math.Max(1, c.GetValue("embed-dim", 256)));
}
