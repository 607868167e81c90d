using Microsoft.Data.Sqlite;

namespace AgentFactory.Engines.Embedded;

/// <summary>How connections are opened, in one place: durability is decided here.</summary>
internal static class SqliteConnections
{
    public static SqliteConnection OpenWriter(string path)
    {
        if (!OperatingSystem.IsWindows() && !File.Exists(path))
            // SQLite gives its journal files the mode of the database, so this keeps all of them from other users.
            new FileStream(path, new FileStreamOptions
            {
                Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            }).Dispose();
        // FULL: each commit waits for the disk; NORMAL would lose acknowledged commits in a power cut. fullfsync: on macOS a plain fsync
        // stops at the drive's cache; elsewhere it means nothing. No mmap: a failing disk would kill the process instead of a statement.
        return Open(path, SqliteOpenMode.ReadWriteCreate,
            """
            PRAGMA busy_timeout = 5000;
            PRAGMA journal_mode = WAL;
            PRAGMA synchronous = FULL;
            PRAGMA fullfsync = ON;
            PRAGMA checkpoint_fullfsync = ON;
            PRAGMA foreign_keys = ON;
            PRAGMA temp_store = MEMORY;
            PRAGMA cache_size = -4096;
            PRAGMA journal_size_limit = 67108864;
            """);
    }

    public static SqliteConnection OpenReader(string path) => Open(path, SqliteOpenMode.ReadOnly,
        """
        PRAGMA busy_timeout = 5000;
        PRAGMA query_only = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -1024;
        """);

    private static SqliteConnection Open(string path, SqliteOpenMode mode, string pragmas)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false }.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = pragmas;
            command.ExecuteNonQuery();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
