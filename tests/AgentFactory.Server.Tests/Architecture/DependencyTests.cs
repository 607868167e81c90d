using System.Reflection;
using System.Text.RegularExpressions;
using AgentFactory.Core;
using AgentFactory.Engines;

namespace AgentFactory.Server.Tests.Architecture;

/// <summary>Who may use whom.</summary>
public sealed partial class DependencyTests
{
    private static readonly Assembly Core = typeof(AgentFactoryException).Assembly;
    private static readonly Assembly Engines = typeof(IDatabaseEngine).Assembly;
    private static readonly Assembly Server = typeof(AgentFactoryServer).Assembly;

    /// <summary>
    /// Which other nouns a noun's folder in Server may use. Each line may name only nouns of lines above it, which keeps the table
    /// without circles.
    /// Everybody may use Platform; Platform uses nobody.
    /// </summary>
    private static readonly (string Noun, string[] Uses)[] Nouns =
    [
        ("Keys", []),
        ("Tenants", ["Keys"]),
        ("Data", []),
        ("Secrets", []),
        ("Models", []),
        ("Tools", []),
        ("Agents", ["Tools"]),
        ("Notebooks", ["Agents", "Tools"]),
        ("Sessions", []),
        ("Runs", ["Sessions"]),
    ];

    [Fact]
    public void Projects_point_one_way()
    {
        Assert.DoesNotContain(Core.GetReferencedAssemblies(), a => IsOurs(a));
        Assert.Equal(["AgentFactory.Core"], OwnReferences(Engines));
        Assert.Equal(["AgentFactory.Core", "AgentFactory.Engines"], OwnReferences(Server));
    }

    [Fact]
    public void Core_stands_on_the_base_library_and_abstractions() =>
        Assert.DoesNotContain(Core.GetReferencedAssemblies(), a =>
            !a.Name!.StartsWith("System", StringComparison.Ordinal)
            && !(a.Name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)
                && a.Name.EndsWith("Abstractions", StringComparison.Ordinal))
            && a.Name is not ("netstandard" or "Microsoft.CSharp"));

    [Fact]
    public void Engines_know_no_web() =>
        Assert.DoesNotContain(Engines.GetReferencedAssemblies(), a => a.Name!.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));

    [Theory]
    [InlineData("Microsoft.Data.Sqlite")]
    [InlineData("SQLitePCLRaw")]
    [InlineData("Npgsql")]
    [InlineData("OpenAI")]
    [InlineData("Anthropic")]
    [InlineData("Stripe")]
    [InlineData("StackExchange.Redis")]
    [InlineData("AWSSDK")]
    public void Vendors_stay_in_engines(string vendor)
    {
        Assert.DoesNotContain(Core.GetReferencedAssemblies(), a => a.Name!.StartsWith(vendor, StringComparison.Ordinal));
        Assert.DoesNotContain(Server.GetReferencedAssemblies(), a => a.Name!.StartsWith(vendor, StringComparison.Ordinal));
    }

    [Fact]
    public void Nouns_use_each_other_only_along_the_table()
    {
        var above = new HashSet<string>();
        foreach (var (noun, uses) in Nouns)
        {
            Assert.All(uses, used => Assert.Contains(used, above));
            above.Add(noun);
        }
        var faults = from file in Repository.Files("src/AgentFactory.Server", "*.cs")
                     let folder = file.Split('/') is [_, _, var first, _, ..] ? first : null
                     where folder is not null
                     from used in Used().Matches(Repository.Read(file)).Select(m => m.Groups[1].Value).Distinct()
                     where used != folder && used != "Platform" && !MayUse(folder, used)
                     select $"{file} uses {used}";
        Assert.Empty(faults);
    }

    [Fact]
    public void Every_noun_folder_is_in_the_table() => Assert.DoesNotContain(
        Directory.EnumerateDirectories(Path.Combine(Repository.Root, "src/AgentFactory.Server")).Select(d => Path.GetFileName(d)!),
        d => d is not ("Platform" or "bin" or "obj" or "Properties") && Nouns.All(n => n.Noun != d));

    [Fact]
    public void Types_are_internal_and_sealed_outside_core()
    {
        var types = Engines.GetTypes().Concat(Server.GetTypes())
            .Where(t => t.Namespace?.StartsWith("AgentFactory", StringComparison.Ordinal) == true).ToList();
        Assert.DoesNotContain(types, t => t.IsPublic);
        Assert.DoesNotContain(types, t => t is { IsClass: true, IsSealed: false, IsAbstract: false } && !IsGenerated(t));
    }

    [Fact]
    public void Namespaces_follow_folders()
    {
        var faults = from project in (string[])["Core", "Engines", "Server"]
                     from file in Repository.Files($"src/AgentFactory.{project}", "*.cs")
                     let folder = Path.GetDirectoryName(file)!.Replace('\\', '/')["src/".Length..].Replace('/', '.')
                     let declared = Declared().Match(Repository.Read(file)).Groups[1].Value
                     where declared != folder && declared.Length > 0
                     select $"{file} declares {declared}";
        Assert.Empty(faults);
    }

    [Fact]
    public void Only_platform_reads_the_environment()
    {
        var faults = from file in Repository.Files("src/AgentFactory.Server", "*.cs")
            .Concat(Repository.Files("src/AgentFactory.Core", "*.cs"))
                     where !file.Contains("/Platform/", StringComparison.Ordinal)
                         && !file.EndsWith("/ServerOptions.cs", StringComparison.Ordinal)
                     where Repository.Read(file).Contains("GetEnvironmentVariable", StringComparison.Ordinal)
                     select file;
        Assert.Empty(faults);
    }

    private static bool MayUse(string folder, string used) => Nouns.FirstOrDefault(n => n.Noun == folder).Uses?.Contains(used) == true;

    private static bool IsOurs(AssemblyName name) => name.Name!.StartsWith("AgentFactory.", StringComparison.Ordinal);

    private static IEnumerable<string> OwnReferences(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Where(IsOurs).Select(a => a.Name!).Order();

    private static bool IsGenerated(Type type) =>
        type.IsDefined(typeof(System.Runtime.CompilerServices.CompilerGeneratedAttribute))
            || type.Name.Contains('<', StringComparison.Ordinal);

    [GeneratedRegex(@"AgentFactory\.Server\.([A-Z][A-Za-z]+)(?=[.;])")]
    private static partial Regex Used();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex Declared();
}
