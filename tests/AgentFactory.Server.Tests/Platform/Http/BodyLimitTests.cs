using System.Net;
using System.Net.Sockets;
using System.Text;
using AgentFactory.Server.Tests.Harness;

namespace AgentFactory.Server.Tests.Platform.Http;

public sealed class BodyLimitTests
{
    private const string Notebook = """{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[]}""";

    [Theory]
    [InlineData("")]
    [InlineData("Idempotency-Key: {0}\r\n")]
    public async Task Large_bodies_share_an_allowance_of_memory_that_is_taken_before_they_are_read(string header)
    {
        await using var app = await TestApp.StartAsync();
        var key = await app.Tenant("acme").KeyAsync("*");
        var senders = new List<Sender>();
        // 256 MiB are there; each announces 50 and is told to go on.
        for (var i = 0; i < 5; i++)
            senders.Add(await Sender.BeginAsync(app.Address, key, string.Format(null, header, $"sender-{i}")));
        foreach (var sender in senders) Assert.StartsWith("HTTP/1.1 100 ", await sender.ReadAsync());

        using var sixth = await Sender.BeginAsync(app.Address, key, string.Format(null, header, "sixth"));
        var refused = await sixth.ReadAsync();
        Assert.StartsWith("HTTP/1.1 503 ", refused);
        Assert.Contains("Retry-After: 5\r\n", refused);
        // Small ones still pass, and what a sender held is there again once it has gone.
        await (await SendAsync(app)).JsonAsync(HttpStatusCode.Created);
        foreach (var sender in senders) sender.Dispose();
        using var next = await BeginWhenThereIsRoomAsync(app, key);
    }

    private static Task<HttpResponseMessage> SendAsync(TestApp app) =>
        app.Tenant("acme").Owner.SendTextAsync(HttpMethod.Post, "/v1/notebooks", Notebook);

    private static async Task<Sender> BeginWhenThereIsRoomAsync(TestApp app, string key)
    {
        while (true)
        {
            var sender = await Sender.BeginAsync(app.Address, key, "");
            if ((await sender.ReadAsync()).StartsWith("HTTP/1.1 100 ", StringComparison.Ordinal)) return sender;
            sender.Dispose();
        }
    }

    /// <summary>Announces a body of 50 MiB and waits to be asked for it.</summary>
    private sealed class Sender(TcpClient client) : IDisposable
    {
        public static async Task<Sender> BeginAsync(Uri address, string key, string header)
        {
            var client = new TcpClient();
            await client.ConnectAsync(address.Host, address.Port, TestContext.Current.CancellationToken);
            var head = $"POST /v1/notebooks HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Type: application/octet-stream\r\n"
                + $"{header}Expect: 100-continue\r\nContent-Length: {50 << 20}\r\n\r\n";
            await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(head), TestContext.Current.CancellationToken);
            return new Sender(client);
        }

        public async Task<string> ReadAsync()
        {
            var answer = new byte[4_096];
            return Encoding.UTF8.GetString(answer, 0, await client.GetStream().ReadAsync(answer, TestContext.Current.CancellationToken));
        }

        public void Dispose() => client.Dispose();
    }
}
