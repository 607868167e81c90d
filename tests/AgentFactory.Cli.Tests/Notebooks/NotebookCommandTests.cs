using System.Text.Json;
using AgentFactory.Cli.Connection;
using AgentFactory.Cli.Tests.Harness;

namespace AgentFactory.Cli.Tests.Notebooks;

public sealed class NotebookCommandTests
{
    [Theory, ClassData(typeof(EveryPlace))]
    public async Task A_notebook_becomes_an_agent_that_answers(Place place)
    {
        await using var cli = await TestCli.StartAsync(place);
        var file = cli.File("survey.ipynb", Samples.Notebook);
        var converted = (await cli.RunAsync("notebook", "convert", file, "--model", "demo/offline")).Succeeds();
        Assert.Matches("(?m)^surveyor +agent +created$", converted.Output);
        Assert.Matches("(?m)^area +tool +created$", converted.Output);
        Assert.Contains("agent-factory ask surveyor", converted.Error, StringComparison.Ordinal);
        Assert.Matches("(?m)^surveyor +agent +unchanged$", await cli.OutputAsync("notebook", "convert", file, "--model", "demo/offline"));
        Assert.Equal("demo/offline", Assert.Single((await cli.JsonAsync("agent", "list")).EnumerateArray()).Text("model"));

        var list = (await cli.JsonAsync("notebook", "list")).EnumerateArray().ToList();
        Assert.Equal(2, list.Count);
        var id = list[0].Needed("id");
        Assert.Contains(id, await cli.OutputAsync("notebook", "list"), StringComparison.Ordinal);
        Assert.StartsWith((await cli.OutputAsync("notebook", "show", id)).TrimEnd(), converted.Output);
        Assert.Equal(id, (await cli.JsonAsync("notebook", "show", id)).Text("id"));
        Assert.Equal(id, (await cli.JsonAsync("notebook", "delete", id)).Text("deleted"));
        (await cli.RunAsync("notebook", "show", id)).Fails(3, "no such notebook");
    }

    [Fact]
    public async Task A_dry_run_installs_nothing_and_needs_no_server()
    {
        await using var cli = await TestCli.StartAsync();
        cli.Environment["AGENT_FACTORY_SERVER"] = "http://127.0.0.1:1";
        var file = cli.File("survey.ipynb", Samples.Notebook);
        Assert.Contains("surveyor", await cli.OutputAsync("notebook", "convert", file, "--dry-run"), StringComparison.Ordinal);
        Assert.Equal(1, (await cli.JsonAsync("notebook", "convert", file, "--dry-run")).NeededList("agents").GetArrayLength());
        Assert.Equal(JsonValueKind.Object, (await cli.JsonAsync("notebook", "convert", file, "--format", "normalised")).ValueKind);
        Assert.False(Directory.Exists(cli.DataPath));
    }

    [Fact]
    public async Task Every_format_but_the_report_is_json()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        var file = cli.File("survey.ipynb", Samples.Notebook);
        var installed = (await cli.RunAsync("notebook", "convert", file, "--format", "json")).Succeeds().Json;
        Assert.Equal("surveyor", installed.NeededList("agents")[0].Text("name"));
        var normalised = (await cli.RunAsync("notebook", "convert", file, "--format", "normalised")).Succeeds().Json;
        Assert.Contains("Surveyor", normalised.GetRawText(), StringComparison.Ordinal);
        (await cli.RunAsync("notebook", "convert", file, "--format", "xml")).Fails(2, "xml");
    }

    [Fact]
    public async Task The_draft_is_written_into_a_folder_that_may_be_made()
    {
        await using var cli = await TestCli.StartAsync();
        var (file, folder) = (cli.File("survey.ipynb", Samples.Notebook), cli.Free("deep/draft"));
        string[] convert = ["notebook", "convert", file, "--dry-run", "--out"];
        Assert.Contains($"wrote {folder}\n", (await cli.RunAsync([.. convert, folder])).Succeeds().Error, StringComparison.Ordinal);
        // The agent's file is one to create it from, once its tool is there.
        (await cli.RunAsync("agent", "create", Path.Combine(folder, "agents/surveyor.yaml"))).Fails(2, "area");
        (await cli.RunAsync("tool", "create", Path.Combine(folder, "tools/area.json"))).Succeeds();
        (await cli.RunAsync("agent", "create", Path.Combine(folder, "agents/surveyor.yaml"))).Succeeds();

        (await cli.RunAsync([.. convert, folder])).Fails(5, "is not empty", "--force");
        (await cli.RunAsync([.. convert, folder, "--force"])).Succeeds();
        (await cli.RunAsync([.. convert, ""])).Fails(2, "--out is empty");
        (await cli.RunAsync([.. convert, file])).Fails(5, "is a file");
        (await cli.RunAsync([.. convert, Path.Combine(file, "below")])).Fails(2, "cannot be written");
        (await cli.RunAsync([.. convert, "no\0path"])).Fails(2);
    }

    [Fact]
    public async Task What_is_no_notebook_is_refused_in_a_sentence()
    {
        await using var cli = await TestCli.StartAsync(Place.Socket);
        foreach (var (content, part) in ((string, string)[])
        [
            ("", "empty"), ("hello", "JSON"), ("[]", ""), ("{}", "nbformat"), ("""{"nbformat": 3, "worksheets": []}""", "3"),
            ("""{"nbformat": 4, "cells": 7}""", "cells"), (new string('[', 100_000), ""), ("{\"nbformat\": 4, \"cells\": [", ""),
        ])
        {
            (await cli.RunAsync("notebook", "convert", cli.File("no.ipynb", content))).Fails(2, part);
            (await cli.RunAsync("notebook", "convert", cli.File("no.ipynb", content), "--dry-run")).Fails(2, part);
        }
        Assert.Equal("none\n", (await cli.RunAsync("notebook", "list")).Succeeds().Error);
        (await cli.RunAsync("notebook", "delete", "nb_nothing")).Fails(3, "no such notebook");
        (await cli.RunAsync("notebook", "convert", cli.File("ok.ipynb", Samples.Notebook), "--model", "no model")).Fails(2, "model");
    }

    [Fact]
    public async Task What_is_no_file_is_refused_before_it_is_read()
    {
        await using var cli = await TestCli.StartAsync();
        (await cli.RunAsync("notebook", "convert", cli.Free("missing.ipynb"))).Fails(3, "There is no file", "missing.ipynb");
        (await cli.RunAsync("notebook", "convert", cli.Free("no/folder.ipynb"))).Fails(3, "There is no file");
        (await cli.RunAsync("notebook", "convert", Path.GetDirectoryName(cli.DataPath)!)).Fails(2, "is a folder");
        (await cli.RunAsync("notebook", "convert", "")).Fails(2);
        (await cli.RunAsync("notebook", "convert", "no\0name")).Fails(2);
        var huge = cli.File("huge.ipynb", "");
        using (var file = File.OpenWrite(huge)) file.SetLength((50L << 20) + 1);
        (await cli.RunAsync("notebook", "convert", huge)).Fails(2, "more than 50 MB");
    }
}
