using AgentFactory.Core;
using AgentFactory.Core.Notebooks;

namespace AgentFactory.Server.Notebooks;

/// <summary>Where conversions queue up: a few at once on threads of their own, each within its time. One instance a process.</summary>
internal sealed class ConversionLine(NotebooksOptions options, TimeProvider time) : IDisposable
{
    private readonly SemaphoreSlim _places = new(options.AtOnce);

    public async Task<NotebookConversion> ConvertAsync(
        ReadOnlyMemory<byte> file, string? name, string? model, CancellationToken cancellationToken)
    {
        await _places.WaitAsync(cancellationToken);
        var limit = TimeSpan.FromSeconds(options.ConversionSeconds);
        // Not disposed: a conversion that is left behind may still look at it.
        var stop = new CancellationTokenSource(limit, time);
        var conversion = Task.Factory.StartNew(
            () => Convert(file, name, model, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            return await conversion.WaitAsync(limit, time, cancellationToken);
        }
        catch (Exception e) when (e is TimeoutException || (e is OperationCanceledException && stop.IsCancellationRequested))
        {
            throw new AgentFactoryException(
                ErrorCodes.NotebookInvalid,
                $"The conversion took longer than {limit.TotalSeconds:N0} seconds and was stopped. Split the notebook into smaller ones.",
                inner: e);
        }
        finally
        {
            await stop.CancelAsync();
        }
    }

    public void Dispose() => _places.Dispose();

    private NotebookConversion Convert(ReadOnlyMemory<byte> file, string? name, string? model, CancellationToken stop)
    {
        try
        {
            var conversion = NotebookConverter.Convert(file, new ConversionOptions { FileName = name, Model = model }, stop);
            // Without a name two notebooks must not pass for versions of one another: the content names it.
            return name is null ? conversion with { Name = $"notebook-{conversion.Sha256[..8]}" } : conversion;
        }
        finally
        {
            _places.Release();
        }
    }
}
