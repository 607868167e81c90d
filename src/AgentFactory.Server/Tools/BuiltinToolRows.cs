using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AgentFactory.Core.Tools;

namespace AgentFactory.Server.Tools;

/// <summary>The tools that ship with the product, in the form in which a tenant's own are read. One instance a process.</summary>
internal sealed class BuiltinToolRows
{
    private readonly Dictionary<string, ToolRow> _byName;

    public BuiltinToolRows(IEnumerable<ToolDefinition> builtins) =>
        _byName = builtins.ToDictionary(t => t.Name, Row, StringComparer.Ordinal);

    public IReadOnlyCollection<string> Names => _byName.Keys;

    public ToolRow? Find(string name) => _byName.GetValueOrDefault(name);

    public ToolRow? Find(Guid id) => _byName.Values.FirstOrDefault(r => r.ToolId == id);

    /// <summary>Those older than <paramref name="before"/>, the newest first: in a list they come after everything a tenant made.</summary>
    public IEnumerable<ToolRow> Before(Guid before) => _byName.Values.Where(r => r.ToolId < before).OrderByDescending(r => r.ToolId);

    private static ToolRow Row(ToolDefinition tool) =>
        new() { ToolId = IdOf(tool.Name), Name = tool.Name, Definition = ToolRow.Write(tool), IsBuiltin = true };

    /// <summary>
    /// The same id in every installation: version 8 of RFC 9562, made from the name, with a time before that of any other id.
    /// </summary>
    private static Guid IdOf(string name)
    {
        var bytes = SHA256.HashData(Encoding.UTF8.GetBytes("builtin/" + name)).AsSpan(0, 16);
        BinaryPrimitives.WriteUInt32BigEndian(bytes, 0);
        BinaryPrimitives.WriteUInt16BigEndian(bytes[4..], 0);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x80);
        bytes[8] = (byte)((bytes[8] & 0x3F) | 0x80);
        return new Guid(bytes, bigEndian: true);
    }
}
