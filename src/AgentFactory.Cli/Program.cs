using AgentFactory.Cli.CommandLine;

using var interruption = new Interruption();
return await CommandLineRoot.RunAsync(args, Terminal.OfProcess(), interruption.Token);
