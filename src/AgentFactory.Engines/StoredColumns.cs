using System.Data;
using Microsoft.Data.Sqlite;

namespace AgentFactory.Engines;

/// <summary>
/// How a value stands in a column of each engine. SQLite: a uuid is 16 bytes in network order, so that version-7 ids sort by time;
/// a timestamp is an integer of microseconds since 1970 in UTC; a boolean is 0 or 1. PostgreSQL has these types itself.
/// </summary>
internal static class StoredColumns
{
    public static void Write(IDbDataParameter parameter, Guid value) =>
        parameter.Value = parameter is SqliteParameter ? value.ToByteArray(bigEndian: true) : value;

    public static void Write(IDbDataParameter parameter, DateTimeOffset value)
    {
        // Both engines keep microseconds: what is read back equals what was written only if the rest is cut here.
        var microseconds = Microseconds(value);
        parameter.Value = parameter is SqliteParameter ? microseconds : FromMicroseconds(microseconds).UtcDateTime;
    }

    public static void Write(IDbDataParameter parameter, bool value) => parameter.Value = parameter is SqliteParameter ? (value ? 1L : 0L) : value;

    public static Guid ReadGuid(object value) => value is byte[] bytes ? new Guid(bytes, bigEndian: true) : (Guid)value;

    public static DateTimeOffset ReadTime(object value) => value switch
    {
        long microseconds => FromMicroseconds(microseconds),
        DateTime utc => new DateTimeOffset(DateTime.SpecifyKind(utc, DateTimeKind.Utc)),
        _ => (DateTimeOffset)value,
    };

    public static bool ReadBoolean(object value) => value is long number ? number != 0 : (bool)value;

    private static long Microseconds(DateTimeOffset value) => (value.UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    private static DateTimeOffset FromMicroseconds(long value) => new(DateTime.UnixEpoch.Ticks + value * TimeSpan.TicksPerMicrosecond, TimeSpan.Zero);
}
