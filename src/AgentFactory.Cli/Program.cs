using System.CommandLine;
using System.CommandLine.Invocation;
using AgentFactory.Cli.Agents;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Data;
using AgentFactory.Cli.Doctor;
using AgentFactory.Cli.Keys;
using AgentFactory.Cli.Models;
using AgentFactory.Cli.Notebooks;
using AgentFactory.Cli.Runs;
using AgentFactory.Cli.Secrets;
using AgentFactory.Cli.Server;
using AgentFactory.Cli.Sessions;
using AgentFactory.Cli.Tenants;
using AgentFactory.Cli.Tools;

var root = new RootCommand("Agent Factory: from a notebook to an agent in production.");
foreach (var option in GlobalOptions.All) root.Add(option);
root.With(
    ServeCommand.Create(), AskCommand.Create(), NotebookCommands.Create(), AgentCommands.Create(), ToolCommands.Create(), RunCommands.Create(),
    SessionCommands.Create(), KeyCommands.Create(), SecretCommands.Create(), ModelCommands.Create(), TenantCommands.Create(), DataCommands.Create(),
    DoctorCommand.Create(), VersionCommand.Create())
    .Examples("notebook convert my.ipynb", "ask my-agent \"What can you do?\" --model demo/offline", "serve", "doctor");
root.UseExampleHelp();

var result = root.Parse(args);
// The library ends a process two seconds after a signal; a server needs longer to let its runs finish and give them back.
var patient = new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(60) };
if (result.Action is not ParseErrorAction mistyped) return await result.InvokeAsync(patient);
// A screen of help would hide the one line that says what is wrong.
mistyped.ShowHelp = false;
await result.InvokeAsync();
Console.Error.WriteLine($"See: {result.CommandResult.Path()} --help");
return ExitCodes.Invalid;
