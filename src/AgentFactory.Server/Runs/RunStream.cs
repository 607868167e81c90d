using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using AgentFactory.Core;
using AgentFactory.Core.Runs;
using AgentFactory.Server.Platform.Idempotency;
using Microsoft.AspNetCore.Http;

namespace AgentFactory.Server.Runs;

/// <summary>
/// Writes a run as server-sent events, from any position and over any number of owners: from the feed while this process carries the run
/// forward, from the journal otherwise. A reader that is slow, or gone, holds nothing back.
/// </summary>
internal sealed class RunStream(RunHost host, IRunJournal journal, RunReader reader, RunsOptions options, TimeProvider time) : IStreamReplay
{
    private const int Page = 200;

    /// <summary>How soon a run that nobody carries forward here is looked at again.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(250);

    public async Task ReplayAsync(HttpContext context, TenantId tenant, Guid runId)
    {
        if (await reader.FindStatusAsync(tenant, runId, context.RequestAborted) is null)
            throw new AgentFactoryException(ErrorCodes.Gone, "The run that answered this request was deleted.");
        await WriteAsync(context, tenant, runId, default);
    }

    /// <summary>Writes what comes after <paramref name="from"/> until the run has ended, waits for a person, or the server stops.</summary>
    public async Task WriteAsync(HttpContext context, TenantId tenant, Guid runId, FeedPosition from)
    {
        var response = context.Response;
        response.ContentType = "text/event-stream";
        response.Headers.CacheControl = "no-store";
        // Nginx buffers answers unless told otherwise.
        response.Headers["X-Accel-Buffering"] = "no";
        response.Headers.Location = RunEndpoints.Location(runId);
        var writer = new Writer(response.BodyWriter, Ids.Encode(RunResponse.Prefix, runId), from);
        try
        {
            await writer.BeginAsync(context.RequestAborted);
            while (!writer.IsDone && await OneOwnerAsync(writer, tenant, runId, context.RequestAborted)) { }
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client is gone; the run goes on.
        }
    }

    /// <summary>Follows the run as long as one process has it. False when nothing more is to come.</summary>
    private async Task<bool> OneOwnerAsync(Writer writer, TenantId tenant, Guid runId, CancellationToken cancellationToken)
    {
        if (host.Find(runId) is { } running && running.Executor.Run.Tenant == tenant)
        {
            await FollowAsync(writer, running.Feed, cancellationToken);
            if (!writer.IsDone) await running.Completion.WaitAsync(cancellationToken);
            return true;
        }
        // The status first: what it promises is in the journal by the time that is read.
        var status = await reader.FindStatusAsync(tenant, runId, cancellationToken);
        IReadOnlyList<RunEvent> events;
        do
        {
            events = await journal.ReadAsync(tenant, runId, writer.Position.Seq, Page, cancellationToken);
            var next = events.Count == 0 ? writer.Position : new FeedPosition(events[^1].Seq, 0);
            await writer.WriteAsync(new FeedSlice(events, "", next, true), cancellationToken);
        }
        while (events.Count == Page);
        if (status is null or RunStatus.Ended or RunStatus.Waiting || host.IsStopping) return false;
        await Task.Delay(Look, time, cancellationToken);
        await writer.KeepAliveAsync(cancellationToken);
        return true;
    }

    private async Task FollowAsync(Writer writer, RunFeed feed, CancellationToken cancellationToken)
    {
        while (!writer.IsDone)
        {
            var slice = feed.Read(writer.Position);
            if (slice.Events.Count > 0 || slice.Text.Length > 0) await writer.WriteAsync(slice, cancellationToken);
            else if (slice.Closed) return;
            try
            {
                var changed = feed.WaitAsync(writer.Position, cancellationToken);
                await changed.WaitAsync(TimeSpan.FromSeconds(options.KeepAliveSeconds), time, cancellationToken);
            }
            catch (TimeoutException)
            {
                await writer.KeepAliveAsync(cancellationToken);
            }
        }
    }

    /// <summary>The text form of events and frames, and the place where the reader is.</summary>
    private sealed class Writer(PipeWriter output, string run, FeedPosition from)
    {
        public FeedPosition Position { get; private set; } = from;

        /// <summary>True once the end was written, or nobody reads any more.</summary>
        public bool IsDone { get; private set; }

        /// <summary>Sends the head at once, and asks clients to come back after a second when the connection breaks.</summary>
        public Task BeginAsync(CancellationToken cancellationToken) => SendAsync("retry: 1000\n\n", cancellationToken);

        public Task KeepAliveAsync(CancellationToken cancellationToken) => SendAsync(": keep-alive\n\n", cancellationToken);

        public async Task WriteAsync(FeedSlice slice, CancellationToken cancellationToken)
        {
            foreach (var e in slice.Events)
            {
                Put($"id: {e.Seq}\nevent: {e.Type}\ndata: ");
                Put(RunEventResponse.Of(run, e));
                IsDone |= e.Fact is RunEnded;
            }
            if (slice.Text.Length > 0)
            {
                Put($"id: {slice.Next}\nevent: text.delta\ndata: ");
                Put(new TextFrame(slice.Text));
            }
            Position = slice.Next;
            await FlushAsync(cancellationToken);
        }

        private async Task SendAsync(string text, CancellationToken cancellationToken)
        {
            Put(text);
            await FlushAsync(cancellationToken);
        }

        /// <summary>A slow reader is waited for here, and holds nothing back but its own stream.</summary>
        private async Task FlushAsync(CancellationToken cancellationToken) =>
            IsDone |= (await output.FlushAsync(cancellationToken)).IsCompleted;

        private void Put(string text) => Encoding.UTF8.GetBytes(text, output);

        private void Put<T>(T data)
        {
            using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Encoder = Wire.Options.Encoder, SkipValidation = true });
            JsonSerializer.Serialize(json, data, Wire.Options);
            json.Flush();
            output.Write("\n\n"u8);
        }
    }
}

/// <summary>Text of the model call under way, after the event before it.</summary>
internal sealed record TextFrame(string Text);
