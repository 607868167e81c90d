using System.Data.Common;
using System.Reflection;
using System.Runtime.CompilerServices;
using AgentFactory.Engines;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>
/// How the columns of one statement become values of <typeparamref name="T"/>: the first column where T is a column's type, else an object
/// whose properties are set from the columns of the same name.
/// </summary>
internal sealed class StatementRows<T>
{
    private readonly StoredType<T>? _single;
    private readonly ColumnWriter[] _columns = [];
    private readonly ConstructorInfo? _constructor;

    private StatementRows(DbDataReader reader)
    {
        _single = StoredTypes.Find(typeof(T)) as StoredType<T>;
        if (_single is not null) return;
        if (typeof(T).IsValueType)
            throw new NotSupportedException($"{typeof(T)} is neither a column's type nor a class: make the row a class or a record.");
        _constructor = typeof(T).GetConstructor(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance, []);
        _columns = [.. Enumerable.Range(0, reader.FieldCount).Select(i => ColumnWriter.Create(typeof(T), reader.GetName(i), i))];
    }

    public static StatementRows<T> Of(DatabaseStatement statement, DbDataReader reader)
    {
        if (statement.Rows is StatementRows<T> known) return known;
        var rows = new StatementRows<T>(reader);
        statement.Rows = rows;
        return rows;
    }

    public T Read(DbDataReader reader)
    {
        if (_single is not null) return _single.Read(reader, 0)!;
        // A positional record has no constructor without arguments; its properties are set all the same.
        var row = _constructor is null ? RuntimeHelpers.GetUninitializedObject(typeof(T)) : _constructor.Invoke(null);
        foreach (var column in _columns) column.Set(row, reader);
        return (T)row;
    }
}

/// <summary>Sets one property of a row from its column.</summary>
internal abstract class ColumnWriter
{
    public abstract ColumnWriter Of(StoredType type, MethodInfo setter, int column);

    public abstract void Set(object row, DbDataReader reader);

    public static ColumnWriter Create(Type row, string name, int column)
    {
        var property = row.GetProperty(name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
        if (property?.SetMethod is null)
            throw new ArgumentException($"The column {name} has no property in {row} that can be set.", nameof(name));
        return StoredTypes.Find(property.PropertyType)?.Column(property, column)
            ?? throw new NotSupportedException($"{row}.{property.Name} is a {property.PropertyType}, which no column holds.");
    }
}

/// <inheritdoc cref="ColumnWriter"/>
internal sealed class ColumnWriter<TRow, TValue> : ColumnWriter where TRow : class
{
    private StoredType<TValue> _type = null!;
    private Action<TRow, TValue?> _set = null!;
    private int _column;

    public override ColumnWriter Of(StoredType type, MethodInfo setter, int column)
    {
        (_type, _set, _column) = ((StoredType<TValue>)type, setter.CreateDelegate<Action<TRow, TValue?>>(), column);
        return this;
    }

    public override void Set(object row, DbDataReader reader) => _set((TRow)row, _type.Read(reader, _column));
}
