using Microsoft.Data.Sqlite;
using static SQLitePCL.raw;

namespace AgentFactory.Engines.Embedded;

/// <summary>How connections are opened, in one place: durability is decided here.</summary>
internal static class SqliteConnections
{
    public static SqliteConnection OpenWriter(string path)
    {
        if (!File.Exists(path)) CreateForOwner(path);
        // FULL: each commit waits for the disk; NORMAL would lose acknowledged commits in a power cut. fullfsync: on macOS a plain fsync
        // stops at the drive's cache; elsewhere it means nothing. No mmap: a failing disk would kill the process instead of a statement.
        // The settings alone don't look at the file: the last line does, so that a damaged one is refused at start.
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
            SELECT count(*) FROM sqlite_master;
            """);
    }

    public static SqliteConnection OpenReader(string path) => Open(path, SqliteOpenMode.ReadOnly,
        """
        PRAGMA busy_timeout = 5000;
        PRAGMA query_only = ON;
        PRAGMA temp_store = MEMORY;
        PRAGMA cache_size = -1024;
        """);

    public static void Copy(string source, string target, CancellationToken cancellationToken)
    {
        if (File.Exists(target)) throw new IOException($"{target} exists already.");
        using var connection = Open(source, SqliteOpenMode.ReadOnly, "PRAGMA busy_timeout = 5000;");
        using var interrupt = cancellationToken.Register(() => sqlite3_interrupt(connection.Handle));
        try
        {
            CreateForOwner(target);
            using var command = connection.CreateCommand();
            command.CommandText = "VACUUM INTO @target";
            command.Parameters.AddWithValue("@target", target);
            command.ExecuteNonQuery();
            using var copy = new FileStream(target, FileMode.Open, FileAccess.ReadWrite);
            copy.Flush(flushToDisk: true);
        }
        catch (SqliteException e)
        {
            File.Delete(target);
            cancellationToken.ThrowIfCancellationRequested();
            if (SqliteFaults.Translate(e, target) is { } refusal) throw refusal;
            throw;
        }
    }

    public static string? FindDamage(string path)
    {
        try
        {
            using var connection = OpenReader(path);
            using var command = connection.CreateCommand();
            command.CommandText = "PRAGMA quick_check(1)";
            return command.ExecuteScalar() is "ok" ? null : $"{path} is damaged.";
        }
        catch (SqliteException e)
        {
            return $"{path} is not a sound database: {e.Message}";
        }
    }

    /// <summary>SQLite gives its journal files the mode of the database, so this keeps all of them from other users.</summary>
    private static void CreateForOwner(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        new FileStream(path, options).Dispose();
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode, string pragmas)
    {
        var settings = new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false };
        var connection = new SqliteConnection(settings.ToString());
        try
        {
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = pragmas;
            // Not ExecuteNonQuery: past the first statement that gives a row it keeps errors to itself.
            using (var results = command.ExecuteReader())
                while (results.NextResult()) results.Read();
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }
}
