using System.CommandLine;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Cli.Data;

/// <summary><c>data</c>: the data folder, a copy of it, and how it comes back.</summary>
internal static class DataCommands
{
    private static readonly Argument<string> Target = new("file") { Description = "The backup to write: a new file" };
    private static readonly Argument<string> Source = new("file") { Description = "A backup that data backup has written" };
    private static readonly Option<bool> WithMasterKey = new("--with-master-key")
    {
        Description = "Put the master key in, too: whoever has the file can then read every secret",
    };
    private static readonly Option<bool> Replace = new("--replace")
    {
        Description = "Restore over a folder that has data; what was there is kept beside it",
    };

    public static Command Create() => new Command("data", "The data folder: where it is, backup and restore").With(
        new Command("path", "Print the data folder").Does(PathAsync).Examples("data path"),
        new Command("backup", "Write a backup; a server that uses the folder goes on serving").With(Target, WithMasterKey).Does(BackUpAsync)
            .Examples("data backup monday.afbackup", "data backup /mnt/safe/monday.afbackup --with-master-key"),
        new Command("restore", "Put a backup into the data folder; no server may be using it").With(Source, Replace).Does(RestoreAsync)
            .Examples(
                "data restore monday.afbackup", "data restore monday.afbackup --replace", "data restore monday.afbackup --data ./copy"));

    private static Task PathAsync(CommandContext context)
    {
        if (context.Json) context.Print.Json(new { path = context.DataPath });
        else context.Print.Line(context.DataPath);
        return Task.CompletedTask;
    }

    private static async Task BackUpAsync(CommandContext context)
    {
        RefuseServer(context);
        var withMasterKey = context.Value(WithMasterKey);
        var api = context.Connect();
        var request = new { path = Path.GetFullPath(context.Required(Target)), include_master_key = withMasterKey };
        var backup = await api.PostAsync("/v1/data/backup", request, context.CancellationToken);
        if (context.Json) context.Print.Json(backup);
        else context.Print.Fields(("backup", backup.Text("path")), ("bytes", backup.Text("bytes")), ("release", backup.Text("release")));
        context.Print.Note(withMasterKey
            ? "The master key is in it: whoever has this file can read every secret. Keep it as you would keep those."
            : $"The master key is not in it. Keep a copy of {Path.Combine(context.DataPath, "master.key")} elsewhere: "
                + "without it the secrets of this backup can't be read.");
    }

    private static async Task RestoreAsync(CommandContext context)
    {
        RefuseServer(context);
        var source = Path.GetFullPath(context.Required(Source));
        var restored = await DataRestore.RestoreAsync(
            source, context.DataPath, context.Value(Replace), TimeProvider.System, context.CancellationToken);
        if (context.Json) context.Print.Json(new
        {
            path = context.DataPath,
            release = restored.Manifest.Release,
            created_at = restored.Manifest.CreatedAt,
            kept_in = restored.KeptIn,
            has_master_key = restored.HasMasterKey,
        });
        else context.Print.Fields(
            ("restored", context.DataPath), ("taken", $"{restored.Manifest.CreatedAt:yyyy-MM-dd HH:mm:ss}"),
            ("release", restored.Manifest.Release), ("before", restored.KeptIn));
        if (!restored.HasMasterKey)
            context.Print.Note(
                $"Secrets can't be read yet: put this backup's master key at {Path.Combine(context.DataPath, "master.key")}.");
    }

    private static void RefuseServer(CommandContext context)
    {
        if (context.ServerUrl is { } url)
            throw new CliException(ExitCodes.Invalid,
                $"A backup is the operator's, on the machine that has the data folder: run this there, with --data instead of {url}.");
    }
}
