using System.Reflection;
using System.Security.Cryptography;
using System.Text;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>One file of the schema, <c>NNNN_noun.sql</c>, or <c>NNNN_noun.postgres.sql</c> for what only that engine has.</summary>
/// <param name="Name">The file's name: what is recorded once it has been applied.</param>
internal sealed record Migration(string Name, string Sql)
{
    private const string Prefix = "schema/";

    /// <summary>SHA-256 of the text in hexadecimal. Line ends don't count: a checkout may turn them.</summary>
    public string Checksum => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));

    /// <summary>The engine it is for; null for all.</summary>
    public string? Dialect => Name.Split('.') is [_, var dialect, "sql"] ? dialect : null;

    /// <summary>Every file of this release for <paramref name="dialect"/>, in order; an engine's own follow what is for all.</summary>
    public static IReadOnlyList<Migration> Embedded(string dialect) => InOrder(ReadEmbedded(), dialect);

    public static IReadOnlyList<Migration> InOrder(IEnumerable<Migration> migrations, string dialect) =>
        [.. migrations.Where(m => m.Dialect is null || m.Dialect == dialect)
            .OrderBy(m => m.Name.Split('.')[0], StringComparer.Ordinal).ThenBy(m => m.Dialect is null ? 0 : 1)];

    private static IEnumerable<Migration> ReadEmbedded()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var resource in assembly.GetManifestResourceNames().Where(r => r.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(resource)!);
            yield return new Migration(resource[Prefix.Length..], reader.ReadToEnd());
        }
    }
}
