using AgentFactory.Server.Tests.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace AgentFactory.Server.Tests.Harness;

/// <summary>How a test wants its server; the defaults serve nearly all.</summary>
internal sealed record TestAppOptions
{
    private string? _dataPath;

    /// <summary>A fresh folder, removed at the end, unless one is given.</summary>
    public string DataPath
    {
        get => _dataPath ??= Directory.CreateTempSubdirectory("af-test-").FullName;
        init => (_dataPath, OwnsDataPath) = (value, false);
    }

    public bool OwnsDataPath { get; private init; } = true;

    /// <summary>The operator's environment. The machine's own never reaches a test.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    public TimeProvider Time { get; init; } = TimeProvider.System;

    public LogLevel? Log { get; init; } = LogLevel.None;

    /// <summary>Looks at every statement the server runs; a fault fails the test when its server ends.</summary>
    public TenantPlanObserver Plans { get; } = new();

    /// <summary>Adds parts to the server, scripted models say.</summary>
    public Action<IServiceCollection>? Extend { get; init; }
}
