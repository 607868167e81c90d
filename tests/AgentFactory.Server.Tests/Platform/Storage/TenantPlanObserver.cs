using System.Collections.Concurrent;
using System.Data.Common;
using System.Text.RegularExpressions;
using AgentFactory.Core;
using AgentFactory.Server.Platform.Storage;

namespace AgentFactory.Server.Tests.Platform.Storage;

/// <summary>
/// Proves tenant isolation on SQLite: asks the database for the plan of every statement that runs, and holds a fault against each one
/// that reaches a tenant's table by anything but <c>tenant_id = @tenant</c>. Give it to the server under test; <see cref="Faults"/> must
/// stay empty.
/// </summary>
/// <remarks>
/// Why a plan is proof: a SEARCH by <c>tenant_id=?</c> visits no other tenant's rows, and the text allows that column to be compared with
/// <c>@tenant</c> and with another table's tenant_id only, which is searched the same way. <c>@tenant</c> is bound by the unit of work.
/// </remarks>
internal sealed partial class TenantPlanObserver : IStatementObserver
{
    /// <summary>Tables that no tenant owns, or that are read before the tenant is known. A new one is added by hand.</summary>
    public static readonly IReadOnlySet<string> PlatformTables = new HashSet<string>(StringComparer.OrdinalIgnoreCase)
    {
        "schema_migrations", "sqlite_master", "tenants", "key_tenants", "run_leases", "master_keys",
    };

    private readonly ConcurrentDictionary<(string Sql, bool OfTenant), bool> _seen = new();
    private readonly ConcurrentQueue<string> _faults = new();

    /// <summary>What was found, one sentence and the statement each.</summary>
    public IReadOnlyList<string> Faults => [.. _faults];

    /// <summary>How many different statements were looked at.</summary>
    public int Statements => _seen.Count;

    public void Observe(string sql, TenantId? tenant, DbConnection connection)
    {
        if (!_seen.TryAdd((sql, tenant is not null), true)) return;
        foreach (var fault in FaultsOf(sql, tenant is not null, connection)) _faults.Enqueue($"{fault}: {sql}");
    }

    private static IEnumerable<string> FaultsOf(string sql, bool ofTenant, DbConnection connection)
    {
        // Literals and comments say nothing about columns; quotes and schema names are other ways to write the same table.
        var text = Decoration().Replace(Noise().Replace(sql, m => m.Value[0] == '-' ? " " : "''"), "");
        var tables = TablesIn(connection);
        var names = NamesIn(text, tables);
        var plan = PlanFaults(sql, text, connection, names).ToList();
        var touched = names.Values.SelectMany(t => t).Where(IsOfTenant).ToHashSet(StringComparer.OrdinalIgnoreCase);
        if (touched.Count == 0) return plan;
        return ofTenant
            ? [.. ComparisonFaults(text), .. InsertFaults(text), .. plan]
            : [$"A platform unit of work touches {string.Join(", ", touched)}"];
    }

    private static bool IsOfTenant(string table) => !PlatformTables.Contains(table);

    private static IEnumerable<string> PlanFaults(
        string sql, string text, DbConnection connection, Dictionary<string, HashSet<string>> names)
    {
        var inner = InnerNamesIn(text);
        foreach (var step in PlanOf(sql, connection))
        {
            if (Step().Match(step) is not { Success: true } match) continue;
            var name = Decoration().Replace(match.Groups["name"].Value, "");
            if (!names.TryGetValue(name, out var meant))
            {
                // A foreign key is looked up in a table that the statement does not name: by the tenant, as everything else.
                if (!inner.Contains(name) && !IsRowSource(step, name) && !IsSearchedByTenant(match.Groups["verb"].Value, step))
                    yield return $"The plan reaches {name}, which the statement does not seem to name ({step})";
            }
            else if (meant.Any(IsOfTenant) && !IsSearchedByTenant(match.Groups["verb"].Value, step))
            {
                yield return $"{name} is not searched by its tenant ({step})";
            }
        }
    }

    /// <summary>Names of common table expressions and sub-selects, and other names given to those.</summary>
    private static HashSet<string> InnerNamesIn(string text)
    {
        var inner = InnerNames().Matches(text).Select(m => m.Groups["name"].Value).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Source().Matches(text))
            if (match.Groups["alias"].Success && inner.Contains(match.Groups["table"].Value)) inner.Add(match.Groups["alias"].Value);
        return inner;
    }

    /// <summary>An automatic index doesn't count: it is built by reading the whole table.</summary>
    private static bool IsSearchedByTenant(string verb, string step) =>
        verb == "SEARCH" && step.Contains("(tenant_id=?", StringComparison.Ordinal)
        && !step.Contains("AUTOMATIC", StringComparison.Ordinal);

    /// <summary>Steps over rows that come from no table, or from sub-selects whose own steps stand in the same plan.</summary>
    private static bool IsRowSource(string step, string name) =>
        name is "CONSTANT" or "json_each" or "json_tree" || name.StartsWith('(')
        || step.Contains("VALUES CLAUSE", StringComparison.Ordinal);

    private static IEnumerable<string> ComparisonFaults(string text)
    {
        var bound = false;
        foreach (Match match in TenantUse().Matches(text))
        {
            var other = match.Groups["other"].Value;
            if (other is "@tenant") bound = true;
            else if (!OtherTenantColumn().IsMatch(other)) yield return $"tenant_id is compared with {match.Value.Trim()}";
        }
        if (TenantSet().IsMatch(text)) yield return "A row is moved to another tenant";
        if (!bound && !Insert().IsMatch(text)) yield return "tenant_id = @tenant is missing";
    }

    private static IEnumerable<string> InsertFaults(string text)
    {
        foreach (Match insert in Insert().Matches(text))
        {
            if (!IsOfTenant(insert.Groups["table"].Value)) continue;
            var rest = text[(insert.Index + insert.Length)..];
            var bound = rest.TrimStart().StartsWith("VALUES", StringComparison.OrdinalIgnoreCase)
                ? Rows(rest).All(IsTenant)
                : SelectsTenant().IsMatch(rest);
            if (!BeginsWithTenant(insert)) yield return "tenant_id is not the first column of an INSERT";
            if (!bound) yield return "An INSERT does not bind tenant_id to @tenant";
            if (Conflict().Match(rest) is { Success: true } conflict && !BeginsWithTenant(conflict))
                yield return "ON CONFLICT does not begin with tenant_id";
        }
    }

    private static bool BeginsWithTenant(Match list) => list.Groups["columns"].Value.Split(',')[0].Trim() == "tenant_id";

    /// <summary>The outermost parenthesised groups after VALUES, up to the first word that follows them.</summary>
    private static IEnumerable<string> Rows(string values)
    {
        var (depth, start) = (0, 0);
        for (var i = values.IndexOf("VALUES", StringComparison.OrdinalIgnoreCase) + 6; i < values.Length; i++)
        {
            if (values[i] == '(' && depth++ == 0) start = i + 1;
            else if (values[i] == ')' && --depth == 0) yield return values[start..i];
            else if (depth == 0 && char.IsLetter(values[i])) yield break;
        }
    }

    private static bool IsTenant(string row) => row.Split(',')[0].Trim() == "@tenant";

    /// <summary>Every name under which the statement reaches a table of the database: the table's own and its aliases.</summary>
    private static Dictionary<string, HashSet<string>> NamesIn(string text, HashSet<string> tables)
    {
        var names = new Dictionary<string, HashSet<string>>(StringComparer.OrdinalIgnoreCase);
        void Add(string name, string table)
        {
            if (!names.TryGetValue(name, out var meant)) names[name] = meant = new(StringComparer.OrdinalIgnoreCase);
            meant.Add(table);
        }

        foreach (Match match in Source().Matches(text))
        {
            var table = match.Groups["table"].Value;
            if (!tables.Contains(table)) continue;
            Add(table, table);
            if (match.Groups["alias"] is { Success: true } alias) Add(alias.Value, table);
        }
        return names;
    }

    private static HashSet<string> TablesIn(DbConnection connection) =>
        [.. Read(connection, "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')", 0), "sqlite_master"];

    private static List<string> PlanOf(string sql, DbConnection connection) => Read(connection, "EXPLAIN QUERY PLAN " + sql, 3);

    private static List<string> Read(DbConnection connection, string sql, int column)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in ParameterNames.In(sql))
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ("@" + name, DBNull.Value);
            command.Parameters.Add(parameter);
        }
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(reader.GetString(column));
        return rows;
    }

    [GeneratedRegex(@"'[^']*'|--[^\n]*")]
    private static partial Regex Noise();

    [GeneratedRegex(@"[""`\[\]]|\b(?:main|temp)\.", RegexOptions.IgnoreCase)]
    private static partial Regex Decoration();

    [GeneratedRegex(@"\b(?<name>\w+)\s*(?:\([^()]*\))?\s*\bAS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(|\)\s+(?:AS\s+)?(?<name>\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex InnerNames();

    [GeneratedRegex(@"^(?<verb>SCAN|SEARCH) (?<name>\S+)")]
    private static partial Regex Step();

    private const string Keyword = @"(?!(?:FROM|WHERE|SET|ON|JOIN|LEFT|INNER|CROSS|ORDER|GROUP|LIMIT|VALUES|SELECT|USING|UNION)\b)";

    [GeneratedRegex(
        @"(?:\b(?:FROM|JOIN|INTO|UPDATE)|,)\s+" + Keyword + @"(?<table>\w+)(?:\s+(?:AS\s+)?" + Keyword + @"(?<alias>\w+))?",
        RegexOptions.IgnoreCase)]
    private static partial Regex Source();

    [GeneratedRegex(
        @"\btenant_id\s*(?:=|==|<>|!=|<=|>=|<|>|\bIN\b|\bIS\b|\bLIKE\b|\bBETWEEN\b)\s*(?<other>\S+?)(?=[\s);,]|$)",
        RegexOptions.IgnoreCase)]
    private static partial Regex TenantUse();

    [GeneratedRegex(@"^\w+\.tenant_id$")]
    private static partial Regex OtherTenantColumn();

    [GeneratedRegex(@"\bSET\b(?:(?!\bWHERE\b)[\s\S])*?\btenant_id\s*=", RegexOptions.IgnoreCase)]
    private static partial Regex TenantSet();

    [GeneratedRegex(@"\bINSERT\s+(?:OR\s+\w+\s+)?INTO\s+(?<table>\w+)\s*\((?<columns>[^)]*)\)", RegexOptions.IgnoreCase)]
    private static partial Regex Insert();

    [GeneratedRegex(@"\A\s*SELECT\s+@tenant\s*,", RegexOptions.IgnoreCase)]
    private static partial Regex SelectsTenant();

    [GeneratedRegex(@"\bON\s+CONFLICT\s*\((?<columns>[^)]*)\)", RegexOptions.IgnoreCase)]
    private static partial Regex Conflict();
}
