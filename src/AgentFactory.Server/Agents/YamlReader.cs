using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using AgentFactory.Core;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace AgentFactory.Server.Agents;

/// <summary>
/// Reads one YAML document as JSON, by the core schema of YAML 1.2. What JSON cannot hold, or what makes a small file large
/// (anchors and aliases), is refused with its line.
/// </summary>
internal sealed partial class YamlReader
{
    private const int MostDepth = 63; // Wire.Options reads 64

    private readonly Parser _parser;
    private readonly Utf8JsonWriter _json;

    private YamlReader(string yaml, Utf8JsonWriter json) => (_parser, _json) = (new Parser(new StringReader(yaml)), json);

    /// <exception cref="AgentFactoryException"><c>invalid_json</c>: the text is not such a document; the message has the line.</exception>
    public static byte[] ToJson(ReadOnlySpan<byte> utf8)
    {
        var yaml = Decode(utf8);
        var output = new ArrayBufferWriter<byte>(utf8.Length + 256);
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { MaxDepth = MostDepth + 1, Encoder = Wire.Options.Encoder });
        try
        {
            new YamlReader(yaml, json).ReadDocument();
        }
        catch (YamlException e)
        {
            throw Refuse(e.Start, e.Message);
        }
        json.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static string Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            throw new AgentFactoryException(ErrorCodes.InvalidJson, $"The YAML is not valid UTF-8 at byte {e.Index}.", inner: e);
        }
    }

    private void ReadDocument()
    {
        _parser.Consume<StreamStart>();
        if (_parser.Accept<StreamEnd>(out _)) throw Refuse("The document is empty.");
        _parser.Consume<DocumentStart>();
        ReadNode(0);
        _parser.Consume<DocumentEnd>();
        if (_parser.Accept<DocumentStart>(out var second)) throw Refuse(second.Start, "There is a second document; send one.");
        _parser.Consume<StreamEnd>();
    }

    private void ReadNode(int depth)
    {
        var node = _parser.Consume<ParsingEvent>();
        if (node is AnchorAlias) throw Refuse(node.Start, "Aliases (*name) are not taken; write the value out.");
        if (node is not NodeEvent { Anchor.IsEmpty: true } value)
            throw Refuse(node.Start, "Anchors (&name) are not taken; write each value where it belongs.");
        if (!value.Tag.IsEmpty) throw Refuse(node.Start, "Tags (!name) are not taken; quote a value that is text.");
        if (depth > MostDepth) throw Refuse(node.Start, $"It is nested more than {MostDepth} deep.");
        switch (value)
        {
            case Scalar scalar:
                WriteScalar(scalar);
                break;
            case SequenceStart:
                _json.WriteStartArray();
                while (!_parser.TryConsume<SequenceEnd>(out _)) ReadNode(depth + 1);
                _json.WriteEndArray();
                break;
            default:
                ReadMapping(depth);
                break;
        }
    }

    private void ReadMapping(int depth)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        _json.WriteStartObject();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            if (!_parser.TryConsume<Scalar>(out var key) || !key.Anchor.IsEmpty || !key.Tag.IsEmpty)
                throw Refuse(_parser.Current?.Start ?? Mark.Empty, "A key must be plain text.");
            if (key is { Value: "<<", Style: ScalarStyle.Plain })
                throw Refuse(key.Start, "Merge keys (<<) are not taken; write the members out.");
            if (!seen.Add(key.Value)) throw Refuse(key.Start, $"The key '{Short(key.Value)}' stands there twice.");
            _json.WritePropertyName(key.Value);
            ReadNode(depth + 1);
        }
        _json.WriteEndObject();
    }

    private void WriteScalar(Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain) _json.WriteStringValue(text);
        else if (text is "" or "~" or "null" or "Null" or "NULL") _json.WriteNullValue();
        else if (text is "true" or "True" or "TRUE") _json.WriteBooleanValue(true);
        else if (text is "false" or "False" or "FALSE") _json.WriteBooleanValue(false);
        else if (JsonNumber().IsMatch(text)) _json.WriteRawValue(text);
        else if (OtherNumber().IsMatch(text)) _json.WriteRawValue(Number(scalar));
        else _json.WriteStringValue(text);
    }

    /// <summary>Numbers that YAML has and JSON writes otherwise: <c>+1</c>, <c>007</c>, <c>.5</c>, <c>0x1F</c>, <c>0o17</c>.</summary>
    private static string Number(Scalar scalar)
    {
        var text = scalar.Value;
        try
        {
            if (text.StartsWith("0x", StringComparison.Ordinal))
                return Convert.ToUInt64(text[2..], 16).ToString(CultureInfo.InvariantCulture);
            if (text.StartsWith("0o", StringComparison.Ordinal))
                return Convert.ToUInt64(text[2..], 8).ToString(CultureInfo.InvariantCulture);
            return decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is OverflowException or FormatException)
        {
            throw Refuse(scalar.Start, "The number cannot be kept exactly; quote it if it is text.");
        }
    }

    public static AgentFactoryException Refuse(string what) => new(ErrorCodes.InvalidJson, $"The YAML cannot be taken: {what}");

    private static AgentFactoryException Refuse(Mark at, string what) => Refuse($"line {at.Line}, column {at.Column}: {what}");

    private static string Short(string text) => text.Length <= 60 ? text : text[..60] + "…";

    [GeneratedRegex(@"\A-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber();

    [GeneratedRegex(
        @"\A([+-]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][+-]?[0-9]+)?|0x[0-9a-fA-F]+|0o[0-7]+|[+-]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex OtherNumber();
}
