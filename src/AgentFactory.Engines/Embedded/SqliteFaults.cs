using AgentFactory.Core;
using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace AgentFactory.Engines.Embedded;

/// <summary>What went wrong below the SQL, said so that an operator can act.</summary>
internal static class SqliteFaults
{
    /// <summary>Null for faults that are about a statement, not about the disk or the file.</summary>
    public static AgentFactoryException? Translate(SqliteException fault, string path) => fault.SqliteErrorCode switch
    {
        SQLITE_FULL => Unavailable(fault,
            $"The disk that holds {path} is full. Nothing of this call was stored; free space, then repeat it."),
        SQLITE_READONLY => Unavailable(fault, $"{path} can't be written. Give this user the right to write the file and its folder."),
        SQLITE_CANTOPEN or SQLITE_PERM => CannotOpen(fault, path),
        SQLITE_IOERR => Unavailable(fault,
            $"Reading or writing {path} failed (SQLite {fault.SqliteExtendedErrorCode}). Check the disk and the system log."),
        SQLITE_NOTADB or SQLITE_CORRUPT => Unavailable(fault,
            $"{path} is damaged or is no database of this product. Stop the server and restore a backup: agent-factory data restore FILE."),
        SQLITE_BUSY or SQLITE_LOCKED => Unavailable(fault,
            $"Another program holds {path} locked. Close it: only the server may open this file."),
        SQLITE_NOMEM => Unavailable(fault, "The machine has no memory left for the database."),
        _ => null,
    };

    public static AgentFactoryException CannotOpen(Exception fault, string path) =>
        Unavailable(fault, $"{path} can't be opened. Check that its folder exists and that this user may write there.");

    private static AgentFactoryException Unavailable(Exception fault, string message) =>
        new(ErrorCodes.Unavailable, message, inner: fault) { RetryAfter = 5 };
}
