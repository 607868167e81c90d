namespace AgentFactory.Cli.CommandLine;

/// <summary>Files that commands read; <c>-</c> is the standard input.</summary>
internal static class InputFile
{
    public static async Task<string> ReadAsync(string path, CancellationToken cancellationToken) =>
        path == "-" ? await Console.In.ReadToEndAsync(cancellationToken) : await Try(path, () => File.ReadAllTextAsync(path, cancellationToken));

    /// <exception cref="CliException">The file is missing, unreadable, or larger than <paramref name="most"/> bytes.</exception>
    public static async Task<byte[]> ReadBytesAsync(string path, long most, CancellationToken cancellationToken)
    {
        var file = new FileInfo(path);
        if (file.Exists && file.Length > most)
            throw new CliException(ExitCodes.Invalid, $"{path} has {file.Length >> 20} MB; at most {most >> 20} MB can be read.");
        return await Try(path, () => File.ReadAllBytesAsync(path, cancellationToken));
    }

    private static async Task<T> Try<T>(string path, Func<Task<T>> read)
    {
        try
        {
            return await read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CliException(ExitCodes.NotFound, $"{path} cannot be read: {e.Message}");
        }
    }
}
