using AgentFactory.Core.Notebooks.Python;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Functions, classes and imports.</summary>
internal static class Definitions
{
    public static void Run(Statement statement, Frame frame, Interpreter interpreter)
    {
        switch (statement)
        {
            case FunctionDef function:
                frame.Scope.Bind(function.Name, Define(function, frame, interpreter, null));
                break;
            case ClassDef type:
                Define(type, frame, interpreter);
                break;
            case Import import:
                foreach (var alias in import.Names) BindImport(alias, frame.Scope, interpreter);
                break;
            case ImportFrom from:
                BindImport(from, frame.Scope, interpreter);
                break;
        }
    }

    /// <summary>The value of a lambda.</summary>
    public static FunctionValue Define(Lambda lambda, Frame frame, Interpreter interpreter)
    {
        var function = new FunctionValue("<lambda>", lambda, lambda.Args, frame.Cell, frame.Scope);
        AddDefaults(function, frame, interpreter);
        return function;
    }

    private static void BindImport(ImportFrom from, Scope scope, Interpreter interpreter)
    {
        var module = new string('.', from.Level) + from.Module;
        foreach (var alias in from.Names)
        {
            var (name, path) = (alias.Asname ?? alias.Name, module.EndsWith('.') ? module + alias.Name : $"{module}.{alias.Name}");
            if (alias.Name == "*") interpreter.StarImports.Add(module);
            else if (interpreter.Files.HasModule(module) && interpreter.Module.Find(alias.Name) is { } own) scope.Bind(name, own);
            else if (interpreter.Files.HasModule(path)) scope.Bind(name, new ModuleValue(interpreter.Module));
            else scope.Bind(name, Known(path));
        }
    }

    private static void BindImport(Alias alias, Scope scope, Interpreter interpreter)
    {
        if (interpreter.Files.HasModule(alias.Name)) scope.Bind(alias.Asname ?? alias.Name.Split('.')[0], new ModuleValue(interpreter.Module));
        else if (alias.Asname is { } name) scope.Bind(name, new ExternalValue(alias.Name));
        else
        {
            var top = alias.Name.Split('.')[0];
            scope.Bind(top, new ExternalValue(top));
        }
    }

    private static Value Known(string path) => KnownConstants.Find(path) ?? new ExternalValue(path);

    private static FunctionValue Define(FunctionDef definition, Frame frame, Interpreter interpreter, ClassValue? type)
    {
        var scope = type is null ? frame.Scope : type.Scope;
        var function = new FunctionValue(definition.Name, definition, definition.Args, frame.Cell, scope) { Class = type };
        AddDefaults(function, frame, interpreter);
        foreach (var decorator in definition.DecoratorList) Decorate(function, decorator, frame, interpreter);
        interpreter.Functions.Add(function);
        return function;
    }

    private static void Decorate(FunctionValue function, Expression decorator, Frame frame, Interpreter interpreter)
    {
        switch (interpreter.Expressions.Evaluate(decorator, frame))
        {
            case ExternalValue { Path: "builtins.staticmethod" }:
                function.IsStatic = true;
                break;
            case ExternalValue { Path: "builtins.classmethod" }:
                function.IsClassMethod = true;
                break;
            case ExternalValue { Path: "builtins.property" or "functools.cached_property" }:
                function.IsProperty = true;
                break;
            case ExternalValue external:
                function.Decorations.Add(new Decoration(external.Path, null));
                break;
            case ResultValue result:
                function.Decorations.Add(new Decoration(result.Call.Path, result.Call));
                break;
        }
    }

    private static void AddDefaults(FunctionValue function, Frame frame, Interpreter interpreter)
    {
        var parameters = function.Parameters;
        var positional = parameters.PosOnlyArgs.Concat(parameters.Args).ToList();
        var first = positional.Count - parameters.Defaults.Count;
        for (var i = 0; i < parameters.Defaults.Count && first + i >= 0; i++)
            function.Defaults[positional[first + i].Name] = interpreter.Expressions.Evaluate(parameters.Defaults[i], frame);
        for (var i = 0; i < parameters.KwOnlyArgs.Count; i++)
        {
            if (i < parameters.KwDefaults.Count && parameters.KwDefaults[i] is { } given)
                function.Defaults[parameters.KwOnlyArgs[i].Name] = interpreter.Expressions.Evaluate(given, frame);
        }
    }

    private static void Define(ClassDef definition, Frame frame, Interpreter interpreter)
    {
        var bases = definition.Bases.Select(b => interpreter.Expressions.Evaluate(b, frame)).ToList();
        var type = new ClassValue(definition, frame.Cell, frame.Scope, bases);
        foreach (var decorator in definition.DecoratorList)
        {
            var value = interpreter.Expressions.Evaluate(decorator, frame);
            if (value is ExternalValue external) type.Decorations.Add(new Decoration(external.Path, null));
            else if (value is ResultValue result) type.Decorations.Add(new Decoration(result.Call.Path, result.Call));
        }
        // Names of the body are seen by the body itself and by nothing inside its functions.
        var body = frame.Inside(new Scope(frame.Scope));
        foreach (var statement in definition.Body) AddMember(type, statement, body, interpreter);
        interpreter.Classes.Add(type);
        frame.Scope.Bind(definition.Name, type);
    }

    private static void AddMember(ClassValue type, Statement statement, Frame body, Interpreter interpreter)
    {
        switch (statement)
        {
            case FunctionDef method:
                body.Scope.Bind(method.Name, Define(method, body, interpreter, type));
                break;
            case AnnAssign { Target: Name name } field:
                var value = field.Value is null ? null : interpreter.Expressions.Evaluate(field.Value, body);
                type.Fields.Add(new ClassField(name.Id, field.Annotation, value));
                if (value is not null) body.Scope.Bind(name.Id, value);
                break;
            default:
                interpreter.Statements.Run([statement], body);
                break;
        }
        foreach (var (name, value) in body.Scope.Names) type.Members[name] = value;
    }
}
