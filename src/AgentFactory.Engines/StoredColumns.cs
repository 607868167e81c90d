using System.Data.Common;
using Microsoft.Data.Sqlite;

namespace AgentFactory.Engines;

/// <summary>
/// How a value stands in a column of each engine. SQLite: a uuid is 16 bytes in network order, so that version-7 ids sort by time;
/// a timestamp is an integer of microseconds since 1970 in UTC; a boolean is 0 or 1. PostgreSQL has these types itself.
/// </summary>
internal static class StoredColumns
{
    public static void Write<T>(DbParameter parameter, T value)
    {
        // Each test of T is decided when the code for that T is compiled: nothing is boxed but what the parameter itself must hold.
        var sqlite = parameter is SqliteParameter;
        parameter.Value = value switch
        {
            null => DBNull.Value,
            Guid id => sqlite ? id.ToByteArray(bigEndian: true) : id,
            DateTimeOffset at => sqlite ? ToMicroseconds(at) : FromMicroseconds(ToMicroseconds(at)).UtcDateTime,
            bool flag => sqlite ? (flag ? 1L : 0L) : flag,
            _ => value,
        };
    }

    /// <summary>Reads a column that is not null.</summary>
    public static T Read<T>(DbDataReader reader, int column)
    {
        if (typeof(T) == typeof(string)) return (T)(object)reader.GetString(column);
        if (typeof(T) == typeof(long)) return (T)(object)reader.GetInt64(column);
        if (typeof(T) == typeof(int)) return (T)(object)reader.GetInt32(column);
        if (typeof(T) == typeof(bool)) return (T)(object)reader.GetBoolean(column);
        if (typeof(T) == typeof(double)) return (T)(object)reader.GetDouble(column);
        if (typeof(T) == typeof(byte[])) return (T)(object)reader.GetFieldValue<byte[]>(column);
        var sqlite = reader is SqliteDataReader;
        if (typeof(T) == typeof(Guid))
            return (T)(object)(sqlite ? new Guid(reader.GetFieldValue<byte[]>(column), bigEndian: true) : reader.GetGuid(column));
        if (typeof(T) == typeof(DateTimeOffset))
            return (T)(object)(sqlite ? FromMicroseconds(reader.GetInt64(column)) : ToUtc(reader.GetDateTime(column)));
        throw new NotSupportedException($"A column can't be read as {typeof(T)}.");
    }

    /// <summary>Both engines keep microseconds: what is read back equals what was written only if the rest is cut.</summary>
    private static long ToMicroseconds(DateTimeOffset value) => (value.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static DateTimeOffset FromMicroseconds(long value) =>
        ToUtc(new DateTime(DateTime.UnixEpoch.Ticks + value * TimeSpan.TicksPerMicrosecond));

    private static DateTimeOffset ToUtc(DateTime value) => new(DateTime.SpecifyKind(value, DateTimeKind.Utc));
}
