using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>
/// Compiled schemas by the hash of their text, so that the same tool is compiled once however often its version is read. Thread-safe.
/// </summary>
public sealed class JsonSchemaCache
{
    private const int MaxEntries = 2_048;

    private readonly ConcurrentDictionary<string, JsonSchema> _compiled = new(StringComparer.Ordinal);

    /// <summary>As <see cref="JsonSchema.Compile"/>, which it calls for a schema it hasn't seen.</summary>
    public JsonSchema Get(JsonElement schema)
    {
        var key = Convert.ToHexString(SHA256.HashData(JsonMarshal.GetRawUtf8Value(schema)));
        if (_compiled.TryGetValue(key, out var known)) return known;
        var compiled = JsonSchema.Compile(schema);
        // Starting over is simpler than an eviction order, and as rare as two thousand tools in use at once.
        if (_compiled.Count >= MaxEntries) _compiled.Clear();
        _compiled[key] = compiled;
        return compiled;
    }
}
