using System.Text.Json;

namespace AgentFactory.Core.Tools;

/// <summary>What repeating a call does, which decides what recovery may do after a crash.</summary>
public enum ToolEffect
{
    /// <summary>Changes nothing; may be repeated freely.</summary>
    Read,

    /// <summary>May be repeated with the same idempotency key.</summary>
    Idempotent,

    /// <summary>Never repeated blindly: a call without a recorded answer waits for a person.</summary>
    Once,
}

public enum ToolKind
{
    /// <summary>Ships with the product.</summary>
    Builtin,

    /// <summary>A function from a notebook, run in a sandbox.</summary>
    Python,

    /// <summary>Another agent of the tenant, run as a child run.</summary>
    Agent,
}

/// <summary>A tool as a model sees it and as the platform runs it. Immutable; an agent version keeps the ones it was made with.</summary>
public sealed record ToolDefinition
{
    /// <summary>1 to 64 characters of <c>[a-zA-Z0-9_-]</c>: what every provider accepts.</summary>
    public required string Name { get; init; }

    /// <summary>What the model reads, at most 4,096 characters.</summary>
    public string Description { get; init; } = "";

    /// <summary>JSON Schema 2020-12 of the arguments, an object schema, at most 64 KiB.</summary>
    public required JsonElement Parameters { get; init; }

    public required ToolKind Kind { get; init; }

    public required ToolEffect Effect { get; init; }

    /// <summary>Seconds a call may take, 1 to 600; 30 unless set.</summary>
    public int TimeoutSeconds { get; init; } = 30;

    /// <summary>The program of a <see cref="ToolKind.Python"/> tool; null for the others.</summary>
    public PythonProgram? Python { get; init; }

    /// <summary>The agent that a <see cref="ToolKind.Agent"/> tool runs; null for the others.</summary>
    public string? Agent { get; init; }
}

/// <summary>A self-contained Python module and the function in it that is the tool.</summary>
/// <param name="Code">The whole module: imports, helpers, constants and the function. At most 1 MiB.</param>
/// <param name="Function">
/// The name of the function to call with the arguments as keywords; may be <c>async</c>. <c>Class.method</c> for methods: of the class
/// itself, or of an instance made without arguments.
/// </param>
public sealed record PythonProgram(string Code, string Function)
{
    /// <summary>Distributions the module imports beyond the standard library, as pip names.</summary>
    public IReadOnlyList<string> Requirements { get; init; } = [];

    /// <summary>Names of tenant secrets set as environment variables for the call.</summary>
    public IReadOnlyList<string> Secrets { get; init; } = [];

    /// <summary>Whether the module may reach the network. Granted by a person, never by a conversion.</summary>
    public bool Network { get; init; }
}
