using System.IO.Compression;
using System.Text;
using AgentFactory.Core.Notebooks.Files;

namespace AgentFactory.Core.Tests.Notebooks.Files;

public sealed class NotebookReaderTests
{
    [Theory]
    [InlineData("")]
    [InlineData("\uFEFF")]
    public void Sources_are_read_as_a_string_or_a_list_with_or_without_a_byte_order_mark(string start)
    {
        var file = Read(start + """
            {"cells": [
              {"cell_type": "markdown", "metadata": {}, "source": "# Title"},
              {"cell_type": "code", "source": ["a = 1\r\n", "b = 2\n"], "outputs": [], "execution_count": null},
              {"cell_type": "raw", "source": []}
            ], "metadata": {"kernelspec": {"name": "python3", "language": "python"}}, "nbformat": 4, "nbformat_minor": 5}
            """);
        Assert.Equal("python", file.Language);
        Assert.Equal([CellType.Markdown, CellType.Code, CellType.Raw], file.Cells.Select(c => c.Type));
        Assert.Equal(["# Title", "a = 1\nb = 2\n", ""], file.Cells.Select(c => c.Source));
    }

    [Fact]
    public void Outputs_keep_their_text_and_lose_their_images()
    {
        var cell = ReadCell("""
            {"cell_type": "code", "source": "", "outputs": [
              {"output_type": "stream", "name": "stdout", "text": ["one\n", "two"]},
              {"output_type": "display_data", "data": {"image/png": "AAAA", "text/plain": ["<Figure>"]}, "metadata": {}},
              {"output_type": "execute_result", "data": {"text/markdown": "**three**", "text/plain": "<Markdown object>"}}
            ]}
            """);
        Assert.Equal("one\ntwo\n<Figure>\n**three**", cell.Output);
        Assert.False(cell.Failed);
    }

    [Fact]
    public void An_error_in_the_output_is_remembered_and_its_text_is_not()
    {
        var cell = ReadCell("""{"cell_type": "code", "source": "", "outputs": [{"output_type": "error", "ename": "E", "evalue": "secret", "traceback": []}]}""");
        Assert.True(cell.Failed);
        Assert.Null(cell.Output);
    }

    [Fact]
    public void Fifty_megabytes_of_images_cost_little_memory()
    {
        var image = new string('A', 45 << 20);
        var bytes = Encoding.UTF8.GetBytes(Notebook($$$"""{"cell_type": "code", "source": "x = 1", "outputs": [{"data": {"image/png": "{{{image}}}"}}]}"""));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var file = NotebookReader.Read(bytes);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 1 << 20);
        Assert.Equal("x = 1", file.Cells.Single().Source);
    }

    [Fact]
    public void Long_outputs_are_cut()
    {
        var text = new string('y', NotebookReader.MaxOutput * 2);
        Assert.Equal(NotebookReader.MaxOutput, ReadCell($$$"""{"cell_type": "code", "source": "", "outputs": [{"text": "{{{text}}}"}]}""").Output!.Length);
    }

    [Theory]
    [InlineData("""{"kernelspec": {"name": "python3", "display_name": "Python 3"}}""", "python")]
    [InlineData("""{"kernelspec": {"name": "my-env", "language": "python"}}""", "python")]
    [InlineData("""{"kernelspec": {"name": "my-env"}}""", "python")]
    [InlineData("""{"accelerator": "GPU", "colab": {"provenance": []}}""", "python")]
    [InlineData("""{"kernelspec": {"name": "ir", "language": "R"}}""", "r")]
    [InlineData("""{"kernelspec": {"name": "julia-1.9"}}""", "julia")]
    [InlineData("""{"language_info": {"name": "typescript", "version": 5}}""", "typescript")]
    [InlineData("""{"kernelspec": null, "language_info": []}""", "python")]
    [InlineData("null", "python")]
    public void The_language_is_the_kernels(string metadata, string language) =>
        Assert.Equal(language, Read($$"""{"nbformat": 4, "metadata": {{metadata}}, "cells": []}""").Language);

    [Fact]
    public void A_cell_may_name_a_language_of_its_own() =>
        Assert.Equal("sql", ReadCell("""{"cell_type": "code", "source": "", "metadata": {"tags": ["a"], "vscode": {"languageId": "sql"}}}""").Language);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData(" \n\t", "is empty")]
    [InlineData("hello", "not valid JSON: it breaks at line 1, byte 1")]
    [InlineData("{\"cells\": [\n{\"cell_type\"", "breaks at line 2")]
    [InlineData("[]", "outermost value is a list")]
    [InlineData("3", "outermost value is a number")]
    [InlineData("{}", "no \"nbformat\"")]
    [InlineData("""{"name": "package", "version": "1.0"}""", "no \"nbformat\"")]
    [InlineData("""{"nbformat": 4}""", "no \"cells\"")]
    [InlineData("""{"nbformat": 3, "worksheets": [{"cells": []}]}""", "nbconvert --to notebook --nbformat 4")]
    [InlineData("""{"nbformat": 3, "cells": []}""", "nbconvert --to notebook --nbformat 4")]
    [InlineData("""{"nbformat": 5, "cells": []}""", "nbformat 5")]
    [InlineData("""{"nbformat": 4, "cells": {}}""", "\"cells\" is an object where the notebook format has a list (at $.cells, line 1, byte 26)")]
    [InlineData("""{"nbformat": 4, "cells": [7]}""", "Cell 0 is a number")]
    [InlineData("""{"nbformat": 4, "cells": [{"source": ""}]}""", "Cell 0 has no \"cell_type\"")]
    [InlineData("""{"nbformat": 4, "cells": [{"cell_type": "code"}]}""", "Cell 0 has no \"source\"")]
    [InlineData("""{"nbformat": 4, "cells": [{"cell_type": "code", "source": 1}]}""", "(at $.cells[0].source, line 1, byte 59)")]
    [InlineData("""{"nbformat": 4, "cells": [{"cell_type": "code", "source": [1]}]}""", "a list of strings")]
    [InlineData("""{"nbformat": 4, "cells": [{"cell_type": "code", "source": "\ud800"}]}""", "surrogate")]
    [InlineData("""{"nbformat": 4, "cells": [{"cell_type": "code", "source": "", "outputs": [3]}]}""", "An output is a number")]
    [InlineData("""{"nbformat": 4, "cells": []} {}""", "breaks at line 1")]
    public void What_is_no_notebook_is_refused_with_what_and_where(string text, string message) =>
        Refused(Encoding.UTF8.GetBytes(text), message);

    [Fact]
    public void Invalid_utf8_is_refused_with_its_byte() =>
        Refused([.. "{\"nbformat\": 4, \"a\": \""u8, 0xFF, .. "\", \"cells\": []}"u8], "byte 22 cannot be decoded");

    [Fact]
    public void Other_containers_and_encodings_are_named()
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) gzip.Write("{}"u8);
        Refused(packed.ToArray(), "gzip");
        Refused([.. "PK\x03\x04"u8, 0, 0], "zip archive");
        Refused([0xFF, 0xFE, (byte)'{', 0], "UTF-16");
    }

    [Fact]
    public void Deep_nesting_is_refused() =>
        Refused(Encoding.UTF8.GetBytes(Notebook($$"""{"cell_type": "code", "source": "", "metadata": {{new string('[', 5000)}}""")), "nests deeper");

    [Fact]
    public void Too_many_cells_and_too_large_files_are_refused()
    {
        var cell = """{"cell_type": "code", "source": ""}""";
        Refused(Encoding.UTF8.GetBytes(Notebook(string.Join(',', Enumerable.Repeat(cell, NotebookReader.MaxCells + 1)))),
            "more than 10,000 cells");
        var refusal = Assert.Throws<AgentFactoryException>(() => NotebookReader.Read(new byte[NotebookReader.MaxBytes + 1]));
        Assert.Equal(ErrorCodes.TooLarge, refusal.Code);
    }

    private static void Refused(byte[] file, string message)
    {
        var refusal = Assert.Throws<AgentFactoryException>(() => NotebookReader.Read(file));
        Assert.Equal(ErrorCodes.NotebookInvalid, refusal.Code);
        Assert.Contains(message, refusal.Message, StringComparison.Ordinal);
    }

    private static NotebookFile Read(string text) => NotebookReader.Read(Encoding.UTF8.GetBytes(text));

    private static NotebookCell ReadCell(string cell) => Read(Notebook(cell)).Cells.Single();

    private static string Notebook(string cells) => $$"""{"nbformat": 4, "cells": [{{cells}}]}""";
}
