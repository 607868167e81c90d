using System.Text;

namespace AgentFactory.Cli.CommandLine;

/// <summary>Files that commands read, and the standard input.</summary>
internal static class InputFile
{
    /// <summary>More than any definition, question or secret that a server takes.</summary>
    private const int MostText = 16 << 20;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The text of a file; <c>-</c> is the standard input.</summary>
    public static async Task<string> ReadTextAsync(CommandContext context, string path)
    {
        if (path == "-") return await ReadInputAsync(context);
        var bytes = await ReadBytesAsync(path, MostText, context.CancellationToken);
        try
        {
            return Strict.GetString(bytes.AsSpan().StartsWith(Strict.Preamble) ? bytes.AsSpan(Strict.Preamble.Length) : bytes);
        }
        catch (DecoderFallbackException e)
        {
            throw new CliException(ExitCodes.Invalid, $"{path} is not UTF-8 text: see byte {e.Index}.");
        }
    }

    /// <summary>The standard input to its end.</summary>
    public static async Task<string> ReadInputAsync(CommandContext context)
    {
        // The console's reader blocks and hears of no token.
        return await Task.Run(() => Read(context.Terminal.Input()), context.CancellationToken).WaitAsync(context.CancellationToken);

        static string Read(TextReader input)
        {
            var (text, buffer) = (new StringBuilder(), new char[16 << 10]);
            while (input.Read(buffer) is > 0 and var count)
            {
                if (text.Append(buffer, 0, count).Length > MostText)
                    throw new CliException(ExitCodes.Invalid, $"The standard input has more than {MostText >> 20} MB; that is too much.");
            }
            return text.ToString();
        }
    }

    /// <exception cref="CliException">The file is missing, unreadable, or larger than <paramref name="most"/> bytes.</exception>
    public static async Task<byte[]> ReadBytesAsync(string path, int most, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path)) throw new CliException(ExitCodes.Invalid, $"{path} is a folder. Name a file in it.");
        try
        {
            // Read on, whatever its length says: devices and pipes say none.
            await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, 1, FileOptions.Asynchronous);
            using var content = new MemoryStream();
            var buffer = new byte[64 << 10];
            while (await file.ReadAsync(buffer, cancellationToken) is > 0 and var count)
            {
                content.Write(buffer, 0, count);
                if (content.Length > most)
                    throw new CliException(ExitCodes.Invalid, $"{path} has more than {most >> 20} MB; that is too much.");
            }
            return content.ToArray();
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new CliException(ExitCodes.NotFound, $"There is no file {path} (seen from {Environment.CurrentDirectory}).");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CliException(ExitCodes.Invalid, $"{path} cannot be read: {e.Message}");
        }
    }
}
