using AgentFactory.Core.Notebooks.Drafts;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Frameworks;

/// <summary>Agents of frameworks without a rule of their own: named in the report, never guessed at.</summary>
internal sealed class OtherFrameworksRule : IFrameworkRule
{
    public string Framework => "other";

    /// <summary>Modules, what of them makes an agent, and what people call the framework.</summary>
    private static readonly (string Root, string[] Makers, string Name)[] Known =
    [
        ("langgraph", ["StateGraph", "MessageGraph", "create_react_agent", "create_supervisor", "create_swarm", "Graph"], "LangGraph"),
        ("langgraph_supervisor", ["create_supervisor"], "LangGraph"), ("langgraph_swarm", ["create_swarm"], "LangGraph"),
        ("langchain", ["create_agent", "create_react_agent", "create_tool_calling_agent", "create_openai_functions_agent",
            "create_openai_tools_agent",
            "create_structured_chat_agent", "initialize_agent", "AgentExecutor", "LLMChain", "create_retrieval_chain",
            "create_sql_agent", "RetrievalQA"], "LangChain"),
        ("langchain_experimental", ["create_pandas_dataframe_agent", "create_csv_agent"], "LangChain"),
        ("autogen", ["AssistantAgent", "ConversableAgent", "GPTAssistantAgent", "GroupChatManager"], "AutoGen"),
        ("ag2", ["AssistantAgent", "ConversableAgent"], "AG2"),
        ("autogen_agentchat", ["AssistantAgent", "CodeExecutorAgent", "SelectorGroupChat", "RoundRobinGroupChat", "Swarm",
            "SocietyOfMindAgent"], "AutoGen"),
        ("autogen_core", ["RoutedAgent"], "AutoGen"), ("autogen_ext", ["OpenAIAssistantAgent", "MultimodalWebSurfer"], "AutoGen"),
        ("llama_index", ["ReActAgent", "FunctionAgent", "AgentWorkflow", "OpenAIAgent", "FunctionCallingAgent", "CodeActAgent",
            "AgentRunner",
            "FunctionCallingAgentWorker", "from_tools", "from_tools_or_functions"], "LlamaIndex"),
        ("pydantic_ai", ["Agent"], "Pydantic AI"),
        ("google.adk", ["Agent", "LlmAgent", "SequentialAgent", "ParallelAgent", "LoopAgent"], "Google ADK"),
        ("google.genai", ["generate_content", "generate_content_stream", "create"], "the Gemini API"),
        ("google.generativeai", ["GenerativeModel"], "the Gemini API"), ("vertexai", ["GenerativeModel"], "the Vertex AI API"),
        ("smolagents", ["CodeAgent", "ToolCallingAgent", "MultiStepAgent"], "smolagents"),
        ("transformers", ["ReactCodeAgent", "ReactJsonAgent", "CodeAgent", "HfAgent"], "Transformers Agents"),
        ("semantic_kernel", ["ChatCompletionAgent", "AzureAIAgent", "OpenAIAssistantAgent", "Kernel", "AgentGroupChat"], "Semantic Kernel"),
        ("strands", ["Agent"], "Strands Agents"),
        ("dspy", ["ReAct", "ChainOfThought", "Predict", "ProgramOfThought", "CodeAct"], "DSPy"),
        ("agno", ["Agent", "Team"], "Agno"), ("phi", ["Agent", "Assistant"], "Phidata"), ("haystack", ["Agent"], "Haystack"),
        ("agent_framework", ["ChatAgent"], "Microsoft Agent Framework"), ("camel", ["ChatAgent", "RolePlaying"], "CAMEL"),
        ("claude_agent_sdk", ["ClaudeSDKClient", "query"], "the Claude Agent SDK"),
            ("beeai_framework", ["ReActAgent", "RequirementAgent"], "BeeAI"),
        ("anthropic", ["create", "stream"], "the Anthropic API"), ("mistralai", ["complete", "stream"], "the Mistral API"),
        ("cohere", ["chat", "chat_stream"], "the Cohere API"), ("boto3", ["converse", "invoke_model", "converse_stream"], "Amazon Bedrock"),
        ("ollama", ["chat", "generate"], "the Ollama API"),
            ("weaviate_agents", ["QueryAgent", "TransformationAgent", "PersonalizationAgent"], "Weaviate Agents"),
    ];

    public void Apply(NotebookDraft draft)
    {
        foreach (var call in draft.Program.Calls.DistinctBy(c => (c.Cell, c.Node)))
        {
            if (draft.Understood.Contains(call) || draft.AgentOf(call) is not null || NameOf(call) is not { } framework) continue;
            draft.Skip(What(call), framework, $"Agents of {framework} are not converted by this release.",
                "Make the agent by hand from its instructions and tools, or rewrite it with a framework that is converted.", call.Origin);
        }
    }

    private static string? NameOf(ExternalCall call)
    {
        foreach (var (root, makers, name) in Known)
        {
            var isRoot = call.Path.StartsWith(root + ".", StringComparison.Ordinal)
                || call.Path.StartsWith(root + "_", StringComparison.Ordinal) && root is "langchain" or "llama_index";
            if (isRoot && Array.IndexOf(makers, call.Member) >= 0 && IsModelCall(root, call)) return name;
        }
        return null;
    }

    /// <summary>Of the general words only those that ask a model: <c>messages.create</c>, not <c>files.create</c>.</summary>
    private static bool IsModelCall(string root, ExternalCall call) => root switch
    {
        "anthropic" => call.Path.Contains(".messages.", StringComparison.Ordinal),
        "mistralai" => call.Path.Contains(".chat.", StringComparison.Ordinal) || call.Path.Contains(".agents.", StringComparison.Ordinal),
        "google.genai" => call.Member != "create" || call.Path.Contains(".chats.", StringComparison.Ordinal),
        _ => true,
    };

    private static string What(ExternalCall call)
    {
        var name = (call.Argument("name") as TextValue)?.Known ?? call.Names.FirstOrDefault();
        return name is null ? call.Member : $"{call.Member} {name}";
    }
}
