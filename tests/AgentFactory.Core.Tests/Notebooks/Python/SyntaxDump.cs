using System.Collections;
using System.Globalization;
using System.Numerics;
using System.Reflection;
using System.Text;
using AgentFactory.Core.Notebooks.Python;
using Module = AgentFactory.Core.Notebooks.Python.Module;

namespace AgentFactory.Core.Tests.Notebooks.Python;

/// <summary>Writes a tree in the form of dump_trees.py, which writes CPython's: one value a line, every field and position.</summary>
internal sealed class SyntaxDump(SourceText source, bool fieldPositions)
{
    private static readonly Dictionary<Type, PropertyInfo[]> Fields = [];
    private readonly List<string> lines = [];

    public static List<string> Of(Module module, bool fieldPositions = true)
    {
        var dump = new SyntaxDump(module.Source, fieldPositions);
        dump.Write("root", module, inString: false);
        return dump.lines;
    }

    private void Write(string name, object? value, bool inString)
    {
        switch (value)
        {
            case string or byte[]:
                lines.Add($"{name} {Scalar(value)}");
                break;
            case IList items:
                lines.Add(string.Create(CultureInfo.InvariantCulture, $"{name} [{items.Count}"));
                foreach (var item in items)
                {
                    Write("-", item, inString);
                }

                break;
            case Node node:
                WriteNode(name, node, inString);
                break;
            default:
                lines.Add($"{name} {Scalar(value)}");
                break;
        }
    }

    private void WriteNode(string name, Node node, bool inString)
    {
        var isShown = node is not (Arguments or Comprehension or WithItem or MatchCase or Module) && (fieldPositions || !inString);
        var span = isShown ? source.Span(node) : default;
        var place = isShown ? $" {span.Line}:{span.Column}-{span.EndLine}:{span.EndColumn}" : "";
        lines.Add($"{name} {Kind(node)}{place}");
        foreach (var field in FieldsOf(node.GetType()))
        {
            var value = field.GetValue(node);
            switch (node, field.Name)
            {
                case (Try, nameof(Try.IsStar)) or (FunctionDef or For or With, "IsAsync"):
                    break;
                case (AnnAssign, nameof(AnnAssign.Simple)) or (Comprehension, nameof(Comprehension.IsAsync)):
                    Write(Plain(field.Name), new BigInteger((bool)value! ? 1 : 0), inString);
                    break;
                case (FormattedValue or Interpolation, "Conversion"):
                    Write("conversion", new BigInteger((char?)value ?? -1), inString);
                    break;
                case (ImportFrom, nameof(ImportFrom.Level)):
                    Write("level", new BigInteger((int)value!), inString);
                    break;
                case (Arg, nameof(Arg.Name)):
                    Write("arg", value, inString);
                    break;
                default:
                    Write(Plain(field.Name), value, inString || node is JoinedStr);
                    break;
            }
        }
    }

    private static string Kind(Node node) => node switch
    {
        FunctionDef { IsAsync: true } or For { IsAsync: true } or With { IsAsync: true } => "async" + Plain(node.GetType().Name),
        Try { IsStar: true } => "trystar",
        _ => Plain(node.GetType().Name),
    };

    private static PropertyInfo[] FieldsOf(Type type)
    {
        lock (Fields)
        {
            if (!Fields.TryGetValue(type, out var fields))
            {
                var parameters = type.GetConstructors().MaxBy(constructor => constructor.GetParameters().Length)!.GetParameters();
                fields = Fields[type] = [.. parameters.Select(parameter => type.GetProperty(parameter.Name!)!)];
            }

            return fields;
        }
    }

    private static string Plain(string name) => name.ToLowerInvariant();

    private static string Scalar(object? value) => value switch
    {
        null => "None",
        true => "True",
        false => "False",
        Ellipsis => "Ellipsis",
        string text => Text(text),
        byte[] bytes => "b:" + Convert.ToHexStringLower(bytes),
        BigInteger number => (number.Sign < 0 ? "i:-" : "i:") + Hex(BigInteger.Abs(number)),
        double number => "f:" + Bits(number),
        Complex number => "c:" + Bits(number.Real) + Bits(number.Imaginary),
        Enum word => word.ToString(),
        _ => throw new ArgumentException(value.GetType().Name),
    };

    private static string Hex(BigInteger number) =>
        number.IsZero ? "0" : number.ToString("x", CultureInfo.InvariantCulture).TrimStart('0');

    private static string Bits(double number) =>
        double.IsNaN(number) ? "nan" : BitConverter.DoubleToUInt64Bits(number).ToString("x16", CultureInfo.InvariantCulture);

    private static string Text(string text)
    {
        var result = new StringBuilder("s:");
        foreach (var c in text)
        {
            var isPlain = c is >= ' ' and < '\x7f' and not '\\';
            _ = isPlain ? result.Append(c) : result.Append('\\').Append(((int)c).ToString("x4", CultureInfo.InvariantCulture));
        }

        return result.ToString();
    }
}
