using System.Data.Common;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace AgentFactory.Engines;

/// <summary>What a store may want to know about a failed statement without naming a vendor.</summary>
internal static class DatabaseFaults
{
    /// <summary>True when a row with the same key or the same unique value exists: two callers raced for a name.</summary>
    public static bool IsUniqueViolation(this DbException fault) => fault is SqliteException sqlite
        ? sqlite.SqliteExtendedErrorCode is SQLITE_CONSTRAINT_UNIQUE or SQLITE_CONSTRAINT_PRIMARYKEY
        : fault.SqlState == "23505";
}
