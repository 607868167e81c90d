using System.Collections.Frozen;
using AgentFactory.Core.Notebooks.Values;

namespace AgentFactory.Core.Notebooks.Programs;

/// <summary>Names that Python itself binds.</summary>
internal static class Builtins
{
    private static readonly FrozenSet<string> Names = new[]
    {
        "abs", "aiter", "all", "anext", "any", "ascii", "bin", "bool", "breakpoint", "bytearray", "bytes", "callable", "chr",
        "classmethod", "compile", "complex", "delattr", "dict", "dir", "divmod", "enumerate", "eval", "exec", "filter", "float",
        "format", "frozenset", "getattr", "globals", "hasattr", "hash", "help", "hex", "id", "input", "int", "isinstance",
        "issubclass", "iter", "len", "list", "locals", "map", "max", "memoryview", "min", "next", "object", "oct", "open", "ord",
        "pow", "print", "property", "range", "repr", "reversed", "round", "set", "setattr", "slice", "sorted", "staticmethod", "str",
        "sum", "super", "tuple", "type", "vars", "zip", "__import__", "__name__", "__file__", "__doc__", "NotImplemented", "Ellipsis",
        "BaseException", "Exception", "ArithmeticError", "AssertionError", "AttributeError", "ConnectionError", "EOFError",
        "FileExistsError", "FileNotFoundError", "ImportError", "IndexError", "IOError", "KeyError", "KeyboardInterrupt", "LookupError",
        "ModuleNotFoundError", "NameError", "NotImplementedError", "OSError", "OverflowError", "PermissionError", "RecursionError",
        "RuntimeError", "StopAsyncIteration", "StopIteration", "SyntaxError", "SystemExit", "TimeoutError", "TypeError",
        "UnicodeDecodeError", "UnicodeEncodeError", "UnicodeError", "ValueError", "Warning", "ZeroDivisionError", "DeprecationWarning",
        "UserWarning", "RuntimeWarning", "FutureWarning", "ExceptionGroup", "BaseExceptionGroup", "GeneratorExit",
    }.ToFrozenSet(StringComparer.Ordinal);

    public static bool Has(string name) => Names.Contains(name);

    public static Value? Find(string name) => name switch
    {
        "__name__" => TextValue.Of("__main__"),
        _ => Names.Contains(name) ? new ExternalValue("builtins." + name) : null,
    };
}
