using AgentFactory.Core.Notebooks.Files;

namespace AgentFactory.Server.Notebooks;

/// <summary>How much conversions may take from the server.</summary>
internal sealed class NotebooksOptions
{
    /// <summary>The largest file that is taken.</summary>
    public const int MostBytes = NotebookReader.MaxBytes;

    /// <summary>Seconds one conversion may take, 1 to 600.</summary>
    public int ConversionSeconds { get; set; } = 60;

    /// <summary>Conversions at once, 1 to 64; more wait.</summary>
    public int AtOnce { get; set; } = 2;
}
