using System.Text.Json.Nodes;
using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Schemas;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks.OpenAICalls;

/// <summary>Tools declared by a JSON Schema beside the request, and the Python functions that the notebook runs for them.</summary>
internal sealed class SchemaTools(NotebookDraft draft)
{
    private readonly ToolDispatch dispatch = new(draft.Program);

    public void Add(AgentDraft agent, Value item)
    {
        switch (item)
        {
            case var _ when AsMapping(item) is { } declared:
                AddDeclared(agent, declared);
                break;
            case ResultValue { Call: { Member: "pydantic_function_tool" } call } when call.Argument("model", 0) is ClassValue type:
                AddFunction(agent, call.Known("name") ?? type.Name, call.Known("description") ?? Docstring.Of(type.Definition.Body).Whole,
                    TypeSchemas.Document(type, draft.Program.Annotations) ?? new JsonObject { ["type"] = "object" }, call.Origin);
                break;
            case FunctionValue function:
                agent.Tools.Add(FunctionTools.Of(function, new FunctionToolOptions { WholeDocstring = true }, draft));
                break;
            default:
                draft.Note(FindingLevel.Action, agent.DisplayName, "One of its tools is known only at run time.",
                    "Add the tool to the agent.", agent.Origin);
                break;
        }
    }

    /// <summary>A dict, or an object that a library keeps one as: <c>FunctionToolParam(type="function", name=...)</c>.</summary>
    public static MappingValue? AsMapping(Value value)
    {
        if (value is MappingValue map) return map;
        if (value is not ResultValue { Call: { Positional.Count: 0, Named.Count: > 0 } call } || !char.IsUpper(call.Member[0])) return null;
        if (!call.Named.Any(n => n.Key is "type" or "function" or "role")) return null;
        var made = new MappingValue();
        foreach (var (name, member) in call.Named) made.Set(TextValue.Of(name), AsMapping(member) ?? member);
        return made;
    }

    private void AddDeclared(AgentDraft agent, MappingValue declared)
    {
        var type = (declared.Find("type") as TextValue)?.Known;
        var function = declared.Find("function") as MappingValue ?? declared;
        if ((function.Find("name") as TextValue)?.Known is { } name && type is null or "function" or "custom")
        {
            var schema = function.Find("parameters") ?? function.Find("input_schema");
            var parameters = schema is null ? new JsonObject { ["type"] = "object", ["properties"] = new JsonObject() }
                : JsonValues.TryConvert(schema, out var node, placeholders: true) ? node as JsonObject : null;
            AddFunction(agent, name, (function.Find("description") as TextValue)?.ToString() ?? "", parameters, agent.Origin);
        }
        else if (type is not null) AddHosted(agent, declared, type);
        else
            draft.Note(FindingLevel.Action, agent.DisplayName, "One of its tools has no name that is known.",
                "Add the tool to the agent.", agent.Origin);
    }

    private static void AddHosted(AgentDraft agent, MappingValue declared, string type)
    {
        var server = declared.Find("server_label") as TextValue ?? declared.Find("server_url") as TextValue;
        var name = type switch
        {
            _ when type.StartsWith("web_search", StringComparison.Ordinal) => "hosted:web_search",
            "mcp" => $"mcp:{server?.ToString() ?? "server"}",
            _ => $"hosted:{type}",
        };
        if (agent.Unavailable.Exists(t => t.Name == name)) return;
        agent.Unavailable.Add(type == "mcp"
            ? new UnavailableTool(
                name, "mcp", "OpenAI calls the server for the notebook.", "Connect the server as a source of tools.", agent.Origin)
            : new UnavailableTool(name, "hosted", "OpenAI runs it on its own servers.",
                "Give the agent a tool of the platform that does the same, for example http_request.", agent.Origin));
    }

    /// <param name="parameters">Null when the schema is made at run time: then the function's signature tells.</param>
    private void AddFunction(AgentDraft agent, string name, string description, JsonObject? parameters, Provenance origin)
    {
        if (dispatch.Find(name, parameters) is not { } target)
        {
            var missing = new UnavailableTool(name, "function", "The notebook declares it and has no Python function that answers it.",
                "Write the function, or take the tool out of the instructions.", origin);
            if (agent.Unavailable.TrueForAll(t => t.Name != name))
                agent.Unavailable.Add(missing with
                {
                    Description = description,
                    Parameters = parameters is null ? null : JsonValues.Element(parameters),
                });
            return;
        }
        var tool = FunctionTools.Of(target.Function, new FunctionToolOptions
        {
            Name = name,
            Description = parameters is null && description.StartsWith('{') ? null : description,
            Parameters = (JsonObject?)parameters?.DeepClone(),
            Owner = target.Owner,
            Entry = target.Entry,
            Origin = target.Function.Origin,
        }, draft);
        if (!agent.Tools.Contains(tool)) agent.Tools.Add(tool);
        if (target.Differences is { } differences)
            draft.Note(FindingLevel.Warning, name,
                $"Its schema and the function {target.Function.Name} disagree: {differences}. The schema is what the model sees.",
                "Make them agree.", target.Function.Origin);
    }
}
