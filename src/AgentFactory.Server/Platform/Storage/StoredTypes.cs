using System.Data.Common;
using System.Reflection;
using AgentFactory.Engines;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>
/// The types a column may have in C#. Listed one by one, so that a compiler ahead of time sees every generic type it must make code for:
/// a cold start then compiles nothing.
/// </summary>
internal static class StoredTypes
{
    private static readonly Dictionary<Type, StoredType> Known = new StoredType[]
    {
        new StoredType<string>(StoredColumns.Read<string>),
        new StoredType<byte[]>(StoredColumns.Read<byte[]>),
        new StoredType<long>(StoredColumns.Read<long>), new StoredType<long?>(static (r, c) => StoredColumns.Read<long>(r, c)),
        new StoredType<int>(StoredColumns.Read<int>), new StoredType<int?>(static (r, c) => StoredColumns.Read<int>(r, c)),
        new StoredType<bool>(StoredColumns.Read<bool>), new StoredType<bool?>(static (r, c) => StoredColumns.Read<bool>(r, c)),
        new StoredType<double>(StoredColumns.Read<double>), new StoredType<double?>(static (r, c) => StoredColumns.Read<double>(r, c)),
        new StoredType<Guid>(StoredColumns.Read<Guid>), new StoredType<Guid?>(static (r, c) => StoredColumns.Read<Guid>(r, c)),
        new StoredType<DateTimeOffset>(StoredColumns.Read<DateTimeOffset>),
        new StoredType<DateTimeOffset?>(static (r, c) => StoredColumns.Read<DateTimeOffset>(r, c)),
    }.ToDictionary(t => t.Type);

    public static StoredType? Find(Type type) => Known.GetValueOrDefault(type);
}

/// <summary>One type of <see cref="StoredTypes"/>.</summary>
internal abstract class StoredType
{
    public abstract Type Type { get; }

    public abstract ArgumentReader Argument(PropertyInfo property);

    public abstract ColumnWriter Column(PropertyInfo property, int column);
}

/// <inheritdoc cref="StoredType"/>
internal sealed class StoredType<T>(Func<DbDataReader, int, T> read) : StoredType
{
    private static readonly bool MayBeNull = default(T) is null;

    public override Type Type => typeof(T);

    public T? Read(DbDataReader reader, int column) => MayBeNull && reader.IsDBNull(column) ? default : read(reader, column);

    public override ArgumentReader Argument(PropertyInfo property) =>
        Make<ArgumentReader, ArgumentReader<object, T>>(property).Of(property.GetMethod!);

    public override ColumnWriter Column(PropertyInfo property, int column) =>
        Make<ColumnWriter, ColumnWriter<object, T>>(property).Of(this, property.SetMethod!, column);

    /// <summary><typeparamref name="TShape"/> is the same type for <c>object</c>, named so that its code exists before run time.</summary>
    private static TBase Make<TBase, TShape>(PropertyInfo property) where TShape : TBase =>
        (TBase)Activator.CreateInstance(typeof(TShape).GetGenericTypeDefinition().MakeGenericType(property.DeclaringType!, typeof(T)))!;
}
