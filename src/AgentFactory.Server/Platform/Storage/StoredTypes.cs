using System.Data;
using AgentFactory.Engines;
using Dapper;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>Teaches Dapper the three types whose column form differs between the engines. Must come before any query: Dapper caches.</summary>
internal static class StoredTypes
{
    static StoredTypes()
    {
        Register(StoredColumns.Write, StoredColumns.ReadGuid);
        Register(StoredColumns.Write, StoredColumns.ReadTime);
        Register(StoredColumns.Write, StoredColumns.ReadBoolean);
    }

    /// <summary>Registers once for the process.</summary>
    public static void EnsureRegistered() => System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(StoredTypes).TypeHandle);

    private static void Register<T>(Action<IDbDataParameter, T> write, Func<object, T> read) where T : struct
    {
        SqlMapper.RemoveTypeMap(typeof(T));
        SqlMapper.RemoveTypeMap(typeof(T?));
        SqlMapper.AddTypeHandler(new Handler<T>(write, read));
    }

    private sealed class Handler<T>(Action<IDbDataParameter, T> write, Func<object, T> read) : SqlMapper.TypeHandler<T> where T : struct
    {
        public override void SetValue(IDbDataParameter parameter, T value) => write(parameter, value);

        public override T Parse(object value) => read(value);
    }
}
