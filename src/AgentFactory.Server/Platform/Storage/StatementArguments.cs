using System.Data.Common;
using System.Reflection;
using AgentFactory.Core;
using AgentFactory.Engines;

namespace AgentFactory.Server.Platform.Storage;

/// <summary>
/// How an object's properties become the parameters of one statement: each <c>@name</c> in the text takes the property of that name,
/// whatever its case. Worked out once per statement, with typed delegates: nothing is compiled at run time or looked up by name per call.
/// </summary>
internal sealed class StatementArguments
{
    private const string Tenant = "tenant";

    // SQLite keeps a copy of what was bound until the statement is bound again.
    private const int LargeValue = 64 << 10;

    private readonly Type? _type;
    private readonly bool _ofTenant;
    private readonly (ArgumentReader Reader, DbParameter Parameter)[] _properties;
    private readonly DbParameter? _tenant;

    private StatementArguments(DbCommand command, Type? type, bool ofTenant)
    {
        _type = type;
        _ofTenant = ofTenant;
        var readers = new List<(ArgumentReader, DbParameter)>();
        foreach (var name in ParameterNames.In(command.CommandText))
        {
            var parameter = command.CreateParameter();
            parameter.ParameterName = "@" + name;
            command.Parameters.Add(parameter);
            if (ofTenant && name == Tenant) _tenant = parameter;
            else readers.Add((ArgumentReader.Create(type, name), parameter));
        }
        _properties = [.. readers];
    }

    public static StatementArguments Bind(DatabaseStatement statement, object? args, TenantId? tenant)
    {
        var known = statement.Arguments as StatementArguments;
        if (known is null || known._type != args?.GetType() || known._ofTenant != tenant is not null)
        {
            statement.Command.Parameters.Clear();
            known = new StatementArguments(statement.Command, args?.GetType(), tenant is not null);
            statement.Arguments = known;
        }
        foreach (var (reader, parameter) in known._properties) reader.Write(args!, parameter);
        if (known._tenant is not null) StoredColumns.Write(known._tenant, tenant!.Value.Value);
        return known;
    }

    /// <summary>Lets go of the values. True when one was so large that the statement should not be kept either.</summary>
    public bool Release()
    {
        var large = false;
        foreach (var (_, parameter) in _properties)
        {
            large |= parameter.Value is string { Length: > LargeValue } or byte[] { Length: > LargeValue };
            parameter.Value = DBNull.Value;
        }
        return large;
    }
}

/// <summary>Reads one property of an argument object into a parameter.</summary>
internal abstract class ArgumentReader
{
    public abstract ArgumentReader Of(MethodInfo getter);

    public abstract void Write(object args, DbParameter parameter);

    public static ArgumentReader Create(Type? args, string name)
    {
        var property = args?.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .FirstOrDefault(p => string.Equals(p.Name, name, StringComparison.OrdinalIgnoreCase));
        if (property is null)
            throw new ArgumentException($"The statement names @{name}, and its arguments have no such property.", nameof(args));
        if (args!.IsValueType) throw new ArgumentException("Arguments are an anonymous object or a record class.", nameof(args));
        return StoredTypes.Find(property.PropertyType)?.Argument(property)
            ?? throw new NotSupportedException($"@{name} is a {property.PropertyType}, which has no form in a column. Convert it first.");
    }
}

/// <inheritdoc cref="ArgumentReader"/>
internal sealed class ArgumentReader<TArgs, TValue> : ArgumentReader where TArgs : class
{
    private Func<TArgs, TValue> _read = null!;

    // Not a constructor's parameter: calling one through reflection compiles a stub at run time.
    public override ArgumentReader Of(MethodInfo getter)
    {
        _read = getter.CreateDelegate<Func<TArgs, TValue>>();
        return this;
    }

    public override void Write(object args, DbParameter parameter) => StoredColumns.Write(parameter, _read((TArgs)args));
}
