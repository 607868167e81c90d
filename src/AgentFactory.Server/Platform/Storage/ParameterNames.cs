namespace AgentFactory.Server.Platform.Storage;

/// <summary>Finds the <c>@names</c> in a statement, each once, leaving out what stands in quotes and comments.</summary>
internal static class ParameterNames
{
    public static IReadOnlyList<string> In(string sql)
    {
        var names = new List<string>();
        for (var i = 0; i < sql.Length; i++)
        {
            if (sql[i] is '\'' or '"')
            {
                var end = sql.IndexOf(sql[i], i + 1);
                i = end < 0 ? sql.Length : end;
            }
            else if (sql[i] == '-' && sql.AsSpan(i).StartsWith("--"))
            {
                var end = sql.IndexOf('\n', i);
                i = end < 0 ? sql.Length : end;
            }
            else if (sql[i] == '@')
            {
                var end = i + 1;
                while (end < sql.Length && (char.IsAsciiLetterOrDigit(sql[end]) || sql[end] == '_')) end++;
                var name = sql[(i + 1)..end];
                if (name.Length > 0 && !names.Contains(name)) names.Add(name);
                i = end - 1;
            }
        }
        return names;
    }
}
