using AgentFactory.Cli.Connection;

namespace AgentFactory.Cli.Tests.Harness;

/// <summary>Definitions that tests install.</summary>
internal static class Samples
{
    public const string Bot = """
        name: bot
        description: Answers about numbers.
        instructions: Answer.
        model: demo/offline
        tools: [calculator]

        """;

    public const string Doubler = """
        {
          "name": "doubler",
          "description": "Doubles a number.",
          "kind": "python",
          "parameters": { "type": "object", "properties": { "n": { "type": "number" } }, "required": ["n"] },
          "python": { "code": "def doubler(n):\n    return n * 2\n", "function": "doubler" }
        }
        """;

    public const string Notebook = """
        {
          "nbformat": 4, "nbformat_minor": 5, "metadata": {},
          "cells": [
            {
              "cell_type": "code", "metadata": {}, "outputs": [], "execution_count": null,
              "source": [
                "from agents import Agent, function_tool\n",
                "@function_tool\n",
                "def area(width: float, height: float) -> float:\n",
                "    \"\"\"Gives the area of a rectangle.\"\"\"\n",
                "    return width * height\n",
                "agent = Agent(name=\"Surveyor\", instructions=\"Measure.\", model=\"gpt-4.1\", tools=[area])\n"
              ]
            }
          ]
        }
        """;

    /// <summary>Makes the agent of <see cref="Bot"/>.</summary>
    public static async Task AddBotAsync(this TestCli cli, string? model = null) =>
        (await cli.RunAsync(
            new TestTerminal { Input = model is null ? Bot : Bot.Replace("demo/offline", model, StringComparison.Ordinal) },
            "agent", "create", "-")).Succeeds();

    /// <summary>Asks it, and returns the run's id.</summary>
    public static async Task<string> AskBotAsync(this TestCli cli, string question = "What is 6 * 7?") =>
        (await cli.JsonAsync("ask", "bot", question)).Text("id")!;
}
