using System.ComponentModel;
using AgentFactory.Core;
using Microsoft.AspNetCore.Mvc;

namespace AgentFactory.Server.Platform.Http;

/// <summary>One page of a list. <paramref name="Next"/> is the cursor of the page after it, null on the last.</summary>
internal sealed record Page<T>(IReadOnlyList<T> Data, [property: System.Text.Json.Serialization.JsonIgnore(
    Condition = System.Text.Json.Serialization.JsonIgnoreCondition.Never)] string? Next);

internal static class Page
{
    /// <summary>Makes a page of rows that were read with <c>LIMIT @Take</c> of <paramref name="query"/>: one more than it shows.</summary>
    public static Page<T> Of<TRow, T>(IReadOnlyList<TRow> rows, ListQuery query, Func<TRow, Guid> id, Func<TRow, T> show)
    {
        var more = rows.Count > query.Count;
        var shown = more ? rows.Take(query.Count) : rows;
        return new Page<T>([.. shown.Select(show)], more ? Cursor.Write(id(rows[query.Count - 1])) : null);
    }
}

/// <summary>What every list takes: <c>limit</c> and <c>cursor</c>. Used as <c>[AsParameters]</c>.</summary>
internal sealed record ListQuery(
    [property: FromQuery(Name = "limit"), Description("How many at most, 1 to 100; 20 when left out.")] int? Limit,
    [property: FromQuery(Name = "cursor"), Description("The value of next from the page before.")] string? Cursor)
{
    public const int Default = 20;
    public const int Most = 100;

    /// <summary>How many to show.</summary>
    public int Count => Limit switch
    {
        null => Default,
        >= 1 and <= Most => Limit.Value,
        _ => throw new AgentFactoryException(ErrorCodes.InvalidRequest, $"limit must be from 1 to {Most}.", "limit"),
    };

    /// <summary>How many rows to read: one more than shown tells whether there is a next page.</summary>
    public int Take => Count + 1;

    /// <summary>The id after which this page starts; null for the first.</summary>
    public Guid? After => Http.Cursor.Read(Cursor);
}
