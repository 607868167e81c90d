using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Notebooks;

public sealed class NotebookUploadTests(SharedApp shared) : IClassFixture<SharedApp>
{
    private const string Notebook =
        """{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"code","source":["x = 1"],"metadata":{},"outputs":[]}]}""";

    private readonly TestTenant _acme = shared.NewTenant();

    private HttpClient Acme => _acme.Owner;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/x-ipynb+json")]
    [InlineData("application/octet-stream")]
    public async Task A_notebook_is_taken_as_the_body(string mediaType)
    {
        var response = await SendAsync(Encoding.UTF8.GetBytes(Notebook), mediaType, "?name=My%20Shop.ipynb");
        var made = await response.JsonAsync(HttpStatusCode.Created);
        Assert.Equal(("my-shop", "My Shop.ipynb"), (made.GetProperty("name").GetString(), made.GetProperty("file_name").GetString()));
        Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Notebook))), made.GetProperty("sha256").GetString());
        Assert.Contains("my-shop", made.GetProperty("report").GetString(), StringComparison.Ordinal);
        var id = made.GetProperty("id").GetString()!;
        Assert.StartsWith("nb_", id);
        Assert.Equal($"/v1/notebooks/{id}", response.Headers.Location!.ToString());
        Assert.Equal(made.GetRawText(), (await (await Acme.FetchAsync($"/v1/notebooks/{id}")).JsonAsync()).GetRawText());
        Assert.Equal(id, (await ListAsync())[0]);

        await (await shared.NewTenant().Owner.FetchAsync($"/v1/notebooks/{id}")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
        await (await shared.NewTenant().Owner.RemoveAsync($"/v1/notebooks/{id}")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
        Assert.Equal(HttpStatusCode.NoContent, (await Acme.RemoveAsync($"/v1/notebooks/{id}")).StatusCode);
        await (await Acme.FetchAsync($"/v1/notebooks/{id}")).ProblemAsync(HttpStatusCode.NotFound, "not_found");
    }

    [Fact]
    public async Task A_notebook_is_taken_as_the_file_of_a_form()
    {
        var made = await (
            await SendFormAsync((Encoding.UTF8.GetBytes(Notebook), "../../etc/shop.ipynb"))).JsonAsync(HttpStatusCode.Created);
        Assert.Equal(("shop", "shop.ipynb"), (made.GetProperty("name").GetString(), made.GetProperty("file_name").GetString()));
        var named = await (
            await SendFormAsync("?name=other", (Encoding.UTF8.GetBytes(Notebook), "shop.ipynb"))).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("other", named.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_notebook_without_a_name_is_named_by_its_content()
    {
        var made = await (await SendAsync(Encoding.UTF8.GetBytes(Notebook))).JsonAsync(HttpStatusCode.Created);
        Assert.Equal("notebook-" + made.GetProperty("sha256").GetString()![..8], made.GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_repeated_upload_is_one_conversion()
    {
        async Task<string> SendOnceAsync()
        {
            using var request = new HttpRequestMessage(
                HttpMethod.Post, "/v1/notebooks?name=a")
            { Content = new ByteArrayContent(Encoding.UTF8.GetBytes(Notebook)) };
            request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            request.Headers.Add("Idempotency-Key", "upload-once");
            return (await (await Acme.SendAsync(request, Cancelled)).JsonAsync(HttpStatusCode.Created)).GetRawText();
        }

        Assert.Equal(await SendOnceAsync(), await SendOnceAsync());
        Assert.Single(await ListAsync());
    }

    [Fact]
    public async Task A_key_that_may_not_write_agents_may_only_convert()
    {
        var client = _acme.As("notebooks:write", "notebooks:read");
        var refused = await (
            await SendAsync(Encoding.UTF8.GetBytes(Notebook), client: client)).ProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        Assert.Contains("agents:write", refused.Detail(), StringComparison.Ordinal);
        await (await SendAsync(Encoding.UTF8.GetBytes(Notebook), query: "?install=false", client: client)).JsonAsync(
            HttpStatusCode.Created);
    }

    public static TheoryData<string, byte[], int, string, string> Broken => new()
    {
        { "nothing", [], 422, "notebook_invalid", "empty" },
        { "white space", "  \n\t "u8.ToArray(), 422, "notebook_invalid", "empty" },
        { "text", "import openai\n"u8.ToArray(), 422, "notebook_invalid", "line 1" },
        { "a list", "[]"u8.ToArray(), 422, "notebook_invalid", "object" },
        { "another document", """{"a":1}"""u8.ToArray(), 422, "notebook_invalid", "nbformat" },
        { "nbformat 3", """{"nbformat":3,"worksheets":[{"cells":[]}]}"""u8.ToArray(), 422, "notebook_invalid", "nbformat 3" },
        { "nbformat 9", """{"nbformat":9,"cells":[]}"""u8.ToArray(), 422, "notebook_invalid", "nbformat 9" },
        { "half a notebook", Encoding.UTF8.GetBytes(Notebook[..60]), 422, "notebook_invalid", "line 1" },
        { "cells of text", """{"nbformat":4,"cells":"x"}"""u8.ToArray(), 422, "notebook_invalid", "cells" },
        { "a cell without a type", """{"nbformat":4,"cells":[{"source":"x"}]}"""u8.ToArray(), 422, "notebook_invalid", "Cell 0" },
        { "deep nesting", Encoding.UTF8.GetBytes($$"""{"nbformat":4,"cells":[],"metadata":{{new string('[', 50_000)}}"""), 422, "notebook_invalid", "deeper" },
        { "invalid UTF-8", [.. "{\"nbformat\":4,\"a\":\""u8, 0xff, 0xfe, .. "\"}"u8], 422, "notebook_invalid", "UTF-8" },
        { "UTF-16", [0xff, 0xfe, .. Encoding.Unicode.GetBytes(Notebook)], 422, "notebook_invalid", "UTF-16" },
        { "half a surrogate pair", """{"nbformat":4,"cells":[{"cell_type":"code","source":"\ud800"}]}"""u8.ToArray(), 422, "notebook_invalid", "surrogate" },
        { "a zip", Zip(), 422, "notebook_invalid", "zip" },
        { "a gzip bomb", Bomb(), 422, "notebook_invalid", "gzip" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task What_is_no_notebook_is_refused_and_nothing_is_stored(string what, byte[] file, int status, string code, string says)
    {
        foreach (var response in new[] { await SendAsync(file), await SendFormAsync((file, "a.ipynb")) })
        {
            var problem = await response.ProblemAsync((HttpStatusCode)status, code);
            Assert.True(problem.Detail().Contains(says, StringComparison.Ordinal), $"{what}: {problem.Detail()}");
        }
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_compressed_body_is_refused_unread()
    {
        using var content = new ByteArrayContent(Bomb());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.ContentEncoding.Add("gzip");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/notebooks") { Content = content };
        var problem = await (
            await Acme.SendAsync(request, Cancelled)).ProblemAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
        Assert.Equal("Content-Encoding", problem.Param());
        await (await Acme.SendTextAsync(HttpMethod.Post, "/v1/notebooks", Notebook, "text/plain")).ProblemAsync(
            HttpStatusCode.UnsupportedMediaType, "unsupported_media_type");
    }

    [Theory]
    [InlineData("?name=a%00b", "name", "U+0000")]
    [InlineData("?name=a%0Ab", "name", "U+000A")]
    [InlineData("?model=gpt-4", "model", "provider/model")]
    [InlineData("?model=a%2Fb%00", "model", "provider/model")]
    public async Task A_query_that_breaks_a_rule_is_refused(string query, string param, string says)
    {
        var problem = await (
            await SendAsync(Encoding.UTF8.GetBytes(Notebook), query: query)).ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Equal(param, problem.Param());
        Assert.Contains(says, problem.Detail(), StringComparison.Ordinal);
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_long_name_is_refused()
    {
        var problem = await (await SendAsync(Encoding.UTF8.GetBytes(Notebook), query: "?name=" + new string('a', 4_000)))
            .ProblemAsync(HttpStatusCode.UnprocessableEntity, "invalid");
        Assert.Equal("name", problem.Param());
        await (await SendFormAsync((Encoding.UTF8.GetBytes(Notebook), new string('a', 4_000)))).ProblemAsync(
            HttpStatusCode.UnprocessableEntity, "invalid");
        await (await SendFormAsync((Encoding.UTF8.GetBytes(Notebook), new string('a', 1 << 20)))).ProblemAsync(
            HttpStatusCode.BadRequest, "invalid_request");
        Assert.Empty(await ListAsync());
    }

    [Fact]
    public async Task A_form_holds_one_file_and_nothing_else()
    {
        var bytes = Encoding.UTF8.GetBytes(Notebook);
        await (await SendFormAsync()).ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        await (await SendFormAsync((bytes, "a.ipynb"), (bytes, "b.ipynb"))).ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        await (await SendFormAsync((bytes, null))).ProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        await (await Acme.SendTextAsync(HttpMethod.Post, "/v1/notebooks", "x", "multipart/form-data")).ProblemAsync(
            HttpStatusCode.BadRequest, "invalid_request");
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Two_hundred_megabytes_are_refused_without_being_kept(bool announced)
    {
        // Another 200 MB would show; what the runtime keeps for other reasons does not.
        var before = GC.GetTotalAllocatedBytes();
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/notebooks") { Content = new Endless(200L << 20, announced) };
        try
        {
            var response = await Acme.SendAsync(request, Cancelled);
            await response.ProblemAsync(HttpStatusCode.RequestEntityTooLarge, "too_large");
        }
        catch (HttpRequestException e) when (e.InnerException is IOException)
        {
            // The server answered and closed while this client was still sending.
        }
        Assert.True(((Endless?)request.Content)!.Sent < 120L << 20, "the server read on");
        Assert.True(GC.GetTotalAllocatedBytes() - before < 300L << 20, "the body was kept");
        Assert.Empty(await ListAsync());
    }

    [Theory]
    [InlineData("nb_x")]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("nb_00000000000000000000000000")]
    public async Task An_id_that_cannot_be_one_is_not_found(string id) =>
        await (await Acme.FetchAsync($"/v1/notebooks/{id}")).ProblemAsync(HttpStatusCode.NotFound, "not_found");

    private async Task<HttpResponseMessage> SendAsync(
        byte[] file, string mediaType = "application/octet-stream", string query = "", HttpClient? client = null)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
        return await (client ?? Acme).PostAsync("/v1/notebooks" + query, content, Cancelled);
    }

    private Task<HttpResponseMessage> SendFormAsync(params (byte[] File, string? Name)[] files) => SendFormAsync("", files);

    private async Task<HttpResponseMessage> SendFormAsync(string query, params (byte[] File, string? Name)[] files)
    {
        using var form = new MultipartFormDataContent();
        foreach (var (file, name) in files)
            if (name is null) form.Add(new ByteArrayContent(file), "field");
            else form.Add(new ByteArrayContent(file), "file", name);
        return await Acme.PostAsync("/v1/notebooks" + query, form, Cancelled);
    }

    private async Task<List<string>> ListAsync() =>
        [.. (await (await Acme.FetchAsync("/v1/notebooks")).JsonAsync()).GetProperty(
            "data").EnumerateArray().Select(n => n.GetProperty("id").GetString()!)];

    private static byte[] Zip()
    {
        var bytes = new MemoryStream();
        using (var archive = new ZipArchive(bytes, ZipArchiveMode.Create))
        using (var entry = archive.CreateEntry("a.ipynb").Open()) entry.Write(Encoding.UTF8.GetBytes(Notebook));
        return bytes.ToArray();
    }

    /// <summary>64 MB of zeros in next to nothing.</summary>
    private static byte[] Bomb()
    {
        var bytes = new MemoryStream();
        using (var gzip = new GZipStream(bytes, CompressionLevel.Fastest))
            for (var i = 0; i < 64; i++) gzip.Write(new byte[1 << 20]);
        return bytes.ToArray();
    }

    private sealed class Endless(long length, bool announced) : HttpContent
    {
        public long Sent { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            var piece = new byte[1 << 20];
            Array.Fill(piece, (byte)' ');
            for (; Sent < length; Sent += piece.Length) await stream.WriteAsync(piece);
        }

        protected override bool TryComputeLength(out long computed)
        {
            Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            computed = length;
            return announced;
        }
    }
}
