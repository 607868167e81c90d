namespace AgentFactory.Cli.CommandLine;

/// <summary>A folder that a command writes files into.</summary>
internal static class OutputFolder
{
    /// <summary>Refuses what no file can be written into, before anything is done.</summary>
    /// <param name="force">Files that are there may be replaced.</param>
    public static void Check(string folder, bool force)
    {
        if (string.IsNullOrWhiteSpace(folder)) throw new CliException(ExitCodes.Invalid, "--out is empty. Name a folder, or leave it out.");
        if (File.Exists(folder)) throw new CliException(ExitCodes.Conflict, $"{folder} is a file. Name a folder with --out.");
        if (!force && Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new CliException(ExitCodes.Conflict, $"{folder} is not empty. Name another folder, or overwrite with --force.");
    }

    public static async Task WriteAsync(string folder, IEnumerable<KeyValuePair<string, string>> files, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var (name, text) in files)
            {
                var path = Path.Combine(folder, name);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                await File.WriteAllTextAsync(path, text, cancellationToken);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new CliException(ExitCodes.Invalid, $"{folder} cannot be written: {e.Message} Name another folder with --out.");
        }
    }
}
