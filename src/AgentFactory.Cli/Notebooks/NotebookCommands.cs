using System.CommandLine;
using System.Net.Http.Headers;
using System.Text.Json;
using AgentFactory.Cli.CommandLine;
using AgentFactory.Cli.Connection;
using AgentFactory.Core.Notebooks;

namespace AgentFactory.Cli.Notebooks;

/// <summary><c>notebook</c>: a Jupyter notebook in, agents and tools out. A conversion never runs the notebook.</summary>
internal static class NotebookCommands
{
    private const int MostBytes = 50 << 20;

    private static readonly Argument<string> FilePath = new("file") { Description = "A Jupyter notebook (.ipynb, nbformat 4)" };
    private static readonly Argument<string> Notebook = new("notebook") { Description = "The id of a conversion (nb_…)" };

    private static readonly Option<string?> Out = new("--out")
    {
        Description = "Also write agents, tools and report as files into this folder",
        HelpName = "DIR",
    };

    private static readonly Option<bool> DryRun = new("--dry-run") { Description = "Convert and report; install nothing" };
    private static readonly Option<bool> Force = new("--force") { Description = "Write into --out although it is not empty" };

    private static readonly Option<string?> Model = new("--model")
    {
        Description = "Give every agent this model instead of the notebook's",
        HelpName = "PROVIDER/MODEL",
    };

    private static readonly Option<int> Limit = Numbers.Limit(20);

    private static readonly Option<string> Format = new Option<string>("--format")
    {
        Description = "report (for people), json (everything found; the same as --json), or normalised (for comparisons; installs nothing)",
        HelpName = "FORMAT",
        DefaultValueFactory = _ => "report",
    }.AcceptOnlyFromAmong("report", "json", "normalised");

    public static Command Create() => new Command("notebook", "Turn Jupyter notebooks into agents").With(
        new Command("convert", "Convert a notebook and install its agents and tools")
            .With(FilePath, Out, Force, DryRun, Model, Format)
            .Does(ConvertAsync)
            .Examples(
                "notebook convert support.ipynb", "notebook convert support.ipynb --dry-run", "notebook convert support.ipynb --out draft",
                "notebook convert support.ipynb --format normalised"),
        new Command("list", "List conversions, newest first").With(Limit).Does(ListAsync).Examples("notebook list"),
        new Command("show", "Show the report of a conversion").With(Notebook).Does(ShowAsync)
            .Examples("notebook show nb_01JD3V0E6ZP5Q8M4T7W9X2Y1RK"),
        new Command("delete", "Delete a conversion; its agents and tools stay").With(Notebook).Does(DeleteAsync)
            .Examples("notebook delete nb_01JD3V0E6ZP5Q8M4T7W9X2Y1RK"));

    private static async Task ConvertAsync(CommandContext context)
    {
        var folder = context.Value(Out);
        if (folder is not null) OutputFolder.Check(folder, context.Value(Force));
        var file = await InputFile.ReadBytesAsync(context.Required(FilePath), MostBytes, context.CancellationToken);
        var conversion = new Lazy<NotebookConversion>(() => Convert(context, file));
        var format = context.Required(Format) == "report" && context.Json ? "json" : context.Required(Format);
        if (folder is not null)
        {
            await OutputFolder.WriteAsync(folder, ConversionDraft.Files(conversion.Value), context.CancellationToken);
            context.Print.Note($"wrote {folder}");
        }
        if (format == "normalised") context.Print.Json(NormalisedConversion.Of(conversion.Value));
        else if (context.Value(DryRun)) Show(context, format, conversion.Value);
        else await InstallAsync(context, format, file);
    }

    private static NotebookConversion Convert(CommandContext context, byte[] file)
    {
        var options = new ConversionOptions { FileName = Path.GetFileName(context.Required(FilePath)), Model = context.Value(Model) };
        return NotebookConverter.Convert(file, options, context.CancellationToken);
    }

    private static void Show(CommandContext context, string format, NotebookConversion conversion)
    {
        if (format == "json") context.Print.Json(conversion);
        else context.Print.Line(conversion.ToReport().TrimEnd());
    }

    private static async Task InstallAsync(CommandContext context, string format, byte[] file)
    {
        var query = "?name=" + Uri.EscapeDataString(Path.GetFileName(context.Required(FilePath)))
            + (context.Value(Model) is { } model ? "&model=" + Uri.EscapeDataString(model) : "");
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ipynb+json");
        var api = context.Connect();
        var notebook = await api.SendAsync(HttpMethod.Post, "/v1/notebooks" + query, content, null, context.CancellationToken);
        if (format == "json")
        {
            context.Print.Json(notebook);
            return;
        }
        context.Print.Line((notebook.Text("report") ?? "").TrimEnd());
        context.Print.Line();
        context.Print.Table(
            ["INSTALLED", "KIND", "CHANGE"], Installed(notebook, "agents", "agent").Concat(Installed(notebook, "tools", "tool")));
        if (notebook.Items("agents").Select(a => a.Text("name")).FirstOrDefault() is { } first)
            context.Print.Note($"\nAsk it: agent-factory ask {first} \"…\"   (without a provider key: add --model demo/offline)");
    }

    private static IEnumerable<string[]> Installed(JsonElement notebook, string member, string kind) =>
        notebook.Items(member).Select(item => new[] { item.Needed("name"), kind, item.Text("change") ?? "" });

    private static async Task ListAsync(CommandContext context)
    {
        var api = context.Connect();
        var notebooks = await api.ListAsync("/v1/notebooks", context.Value(Limit), context.CancellationToken);
        if (context.Json) context.Print.Json(notebooks);
        else context.Print.Table(["NOTEBOOK", "NAME", "AGENTS", "CONVERTED"], notebooks.Select(n => new[]
        {
            n.Needed("id"), n.Text("name") ?? "", string.Join(' ', n.Items("agents").Select(a => a.Text("name"))), n.Time("created_at"),
        }));
    }

    private static async Task ShowAsync(CommandContext context)
    {
        var api = context.Connect();
        var notebook = await api.GetAsync(PathOf(context), context.CancellationToken);
        if (context.Json) context.Print.Json(notebook);
        else context.Print.Line((notebook.Text("report") ?? "").TrimEnd());
    }

    private static async Task DeleteAsync(CommandContext context)
    {
        var api = context.Connect();
        await api.DeleteAsync(PathOf(context), context.CancellationToken);
        context.Print.Deleted(context.Json, context.Required(Notebook));
    }

    private static string PathOf(CommandContext context) => ApiPath.Of("notebooks", "notebook", context.Required(Notebook));
}
