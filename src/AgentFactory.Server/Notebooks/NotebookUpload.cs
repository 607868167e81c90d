using AgentFactory.Core;
using AgentFactory.Core.Models;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace AgentFactory.Server.Notebooks;

/// <summary>A notebook as it was sent: its bytes, and what the file was called.</summary>
internal sealed record NotebookUpload(ReadOnlyMemory<byte> File, string? FileName)
{
    private const string Multipart = "multipart/form-data";

    /// <summary>Boundaries and headers around a file in a form.</summary>
    public const int FormBytes = 64 << 10;

    private const int LongestName = 200;

    public static readonly string[] MediaTypes = ["application/json", "application/x-ipynb+json", "application/octet-stream", Multipart];

    public static async Task<NotebookUpload> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        return MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && type.MediaType.Equals(Multipart, StringComparison.OrdinalIgnoreCase)
            ? await ReadFormAsync(request, type, cancellationToken)
            : new NotebookUpload(await ReadAllAsync(request.Body, request.ContentLength, cancellationToken), null);
    }

    /// <summary>A name that a caller gave, in the query or as that of a file.</summary>
    public static string? CheckName(string? name, string param)
    {
        if (string.IsNullOrEmpty(name)) return null;
        var faults = new FaultList();
        faults.Text(param, name, LongestName, multiline: false);
        faults.ThrowIfAny();
        return name;
    }

    public static string? CheckModel(string? model)
    {
        if (model is null || ModelName.TryParse(model, out _)) return model;
        throw new AgentFactoryException(
            ErrorCodes.Invalid, "model must be provider/model, for example openai/gpt-4.1 or demo/offline.", "model");
    }

    private static async Task<NotebookUpload> ReadFormAsync(
        HttpRequest request, MediaTypeHeaderValue type, CancellationToken cancellationToken)
    {
        var boundary = HeaderUtilities.RemoveQuotes(type.Boundary).Value;
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 100)
            throw new AgentFactoryException(
                ErrorCodes.InvalidRequest, "The form has no boundary of at most 100 characters in its Content-Type.", "Content-Type");
        NotebookUpload? found = null;
        try
        {
            var reader = new MultipartReader(boundary, request.Body) { HeadersLengthLimit = 16 << 10, HeadersCountLimit = 16 };
            while (await reader.ReadNextSectionAsync(cancellationToken) is { } section)
            {
                if (section.AsFileSection() is not { } file) throw Form("it has a field that is no file");
                if (found is not null) throw Form("it has more than one file");
                found = new NotebookUpload(await ReadAllAsync(section.Body, null, cancellationToken), CheckName(file.FileName, "filename"));
            }
        }
        catch (Exception e) when (e is InvalidDataException || (e is IOException and not BadHttpRequestException))
        {
            throw new AgentFactoryException(
                ErrorCodes.InvalidRequest, "The form is not whole, or the headers of a part are too long. Send one file in it.", inner: e);
        }
        return found ?? throw Form("it has none");
    }

    /// <summary>Reads no further than the largest file that is taken.</summary>
    private static async Task<ReadOnlyMemory<byte>> ReadAllAsync(Stream body, long? length, CancellationToken cancellationToken)
    {
        var file = new MemoryStream((int)Math.Min(length ?? 0, NotebooksOptions.MostBytes));
        var buffer = new byte[64 << 10];
        while (await body.ReadAsync(buffer, cancellationToken) is var read and > 0)
        {
            if (file.Length + read > NotebooksOptions.MostBytes)
                throw new AgentFactoryException(
                    ErrorCodes.TooLarge,
                    $"A notebook may have at most {NotebooksOptions.MostBytes:N0} bytes. Clear its outputs and save it again.");
            file.Write(buffer, 0, read);
        }
        return file.GetBuffer().AsMemory(0, (int)file.Length);
    }

    private static AgentFactoryException Form(string but) =>
        new(ErrorCodes.InvalidRequest, $"The form must hold one file, the notebook, and {but}; name and model go into the query.");
}
