using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentFactory.Core;
using AgentFactory.Core.Agents;
using AgentFactory.Core.Tools;
using AgentFactory.Core.Tools.Schemas;

namespace AgentFactory.Server.Tools;

/// <summary>The rules of a tenant's tool. Every fault is found, each with its field and what to write instead.</summary>
internal static partial class ToolValidation
{
    private const int MostCodeBytes = 1 << 20;
    private const int MostSecrets = 32;
    private const int MostRequirements = 64;

    /// <summary>What is wrong with <paramref name="tool"/> in itself; that its agent exists is for the caller to see.</summary>
    public static FaultList Check(ToolDefinition tool)
    {
        var faults = new FaultList();
        faults.AddIf(
            tool.Name is null || !NamePattern().IsMatch(tool.Name), "name", "It must be 1 to 64 characters of a-z, A-Z, 0-9, _ and -.");
        // A path that names a tool takes either: a name that can be read as an id would never be found by it.
        faults.AddIf(Ids.TryDecode(ToolResponse.Prefix, tool.Name, out _), "name", "It reads as a tool's id; choose another name.");
        faults.Text("description", tool.Description, 4_096);
        CheckParameters(tool.Parameters, faults);
        faults.Range("timeout_seconds", tool.TimeoutSeconds, 1, 600, " seconds");
        switch (tool.Kind)
        {
            case ToolKind.Python:
                faults.AddIf(tool.Agent is not null, "agent", "A python tool runs no agent; leave it out, or write kind 'agent'.");
                CheckProgram(tool.Python, faults);
                break;
            case ToolKind.Agent:
                faults.AddIf(tool.Python is not null, "python", "An agent tool has no program; leave it out, or write kind 'python'.");
                faults.AddIf(!AgentValidation.IsName(tool.Agent), "agent", "Write the name of the agent that the tool runs.");
                break;
            default:
                faults.Add("kind", "Built-in tools ship with the product; write 'python' or 'agent'.");
                break;
        }
        return faults;
    }

    private static void CheckParameters(JsonElement parameters, FaultList faults)
    {
        const string Param = "parameters";
        if (faults.AddIf(parameters.ValueKind != JsonValueKind.Object, Param,
            "It must be a JSON Schema object, for example {\"type\":\"object\",\"properties\":{}}."))
            return;
        try
        {
            JsonSchema.Compile(parameters);
        }
        catch (AgentFactoryException e)
        {
            faults.Add(Param + e.Param, e.Message);
            return;
        }
        faults.AddIf(
            !parameters.TryGetProperty("type", out var type) || type.ValueKind != JsonValueKind.String || !type.ValueEquals("object"),
            $"{Param}/type", "Arguments are an object: write \"type\": \"object\" at the top.");
    }

    private static void CheckProgram(PythonProgram? program, FaultList faults)
    {
        if (program is null)
        {
            faults.Add("python", "A python tool needs its program: {\"code\": …, \"function\": …}.");
            return;
        }
        if (!faults.AddIf(string.IsNullOrEmpty(program.Function) || !FunctionPattern().IsMatch(program.Function), "python.function",
                "It must be the name of a function in the code, or Class.method for a static method.")
            && !faults.AddIf(string.IsNullOrEmpty(program.Code), "python.code", "It is empty; write the module that holds the function.")
            && !faults.AddIf(Encoding.UTF8.GetByteCount(program.Code) > MostCodeBytes, "python.code", "It is larger than 1 MiB."))
            ToolCode.Check(program, faults);
        CheckList("python.secrets", program.Secrets, MostSecrets, SecretPattern(),
            "the name of a secret: A-Z, 0-9 and _, beginning with a letter", faults);
        CheckList(
            "python.requirements", program.Requirements, MostRequirements, RequirementPattern(),
            "a distribution as pip names it, for example 'requests' or 'numpy>=2'", faults);
    }

    private static void CheckList(string param, IReadOnlyList<string>? values, int most, Regex pattern, string form, FaultList faults)
    {
        if (faults.AddIf(values is null, param, "It is null; write a list, or leave it out.")) return;
        if (faults.AddIf(values!.Count > most, param, $"It has {values.Count:N0} entries; at most {most} are taken.")) return;
        for (var i = 0; i < values.Count; i++)
            faults.AddIf(values[i] is null || !pattern.IsMatch(values[i]), $"{param}[{i}]", $"It must be {form}.");
    }

    [GeneratedRegex(@"\A[a-zA-Z0-9_-]{1,64}\z", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    // Python identifiers may hold letters of any script.
    [GeneratedRegex(@"\A[\p{L}_][\p{L}\p{N}\p{M}_]{0,199}(\.[\p{L}_][\p{L}\p{N}\p{M}_]{0,199})?\z", RegexOptions.CultureInvariant)]
    private static partial Regex FunctionPattern();

    [GeneratedRegex(@"\A[A-Z][A-Z0-9_]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex SecretPattern();

    // PEP 508 without markers and URLs: a name, extras, and up to six version clauses.
    [GeneratedRegex(
        @"\A[A-Za-z0-9][A-Za-z0-9._-]{0,99}(\[[A-Za-z0-9._,-]{1,100}\])?( ?,? ?[=<>!~]=?=? ?[A-Za-z0-9.*+!_-]{1,50}){0,6}\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex RequirementPattern();
}
