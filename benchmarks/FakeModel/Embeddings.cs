using System.Runtime.InteropServices;
using System.Text.Json;

namespace FakeModel;

/// <summary>
/// POST /v1/embeddings: a hashed bag of words and word pairs, scaled to length 1. Texts that share words are near each
/// other, so retrieval over the fake model's vectors ranks sensibly and repeats exactly.
/// </summary>
internal static class Embeddings
{
    public static Task HandleAsync(ModelCall call)
    {
        var asked = call.Body.TryGetProperty("dimensions", out var d) && d.TryGetInt32(out var n) ? n : 0;
        var dim = asked is > 0 and <= 4096 ? asked : call.Options.EmbedDim;
        var base64 = call.Body.TryGetProperty("encoding_format", out var f) && f.ValueEquals("base64");
        return call.JsonAsync(w =>
        {
            w.WriteStartObject();
            w.WriteString("object", "list");
            w.WriteStartArray("data");
            var i = 0;
            foreach (var text in Inputs(call.Body))
            {
                var v = Embed(text, dim);
                w.WriteStartObject();
                w.WriteString("object", "embedding");
                w.WriteNumber("index", i++);
                if (base64) w.WriteBase64String("embedding", MemoryMarshal.AsBytes<float>(v));
                else
                {
                    w.WriteStartArray("embedding");
                    foreach (var x in v) w.WriteNumberValue(x);
                    w.WriteEndArray();
                }
                w.WriteEndObject();
            }
            w.WriteEndArray();
            w.WriteString("model", call.Model);
            w.WriteStartObject("usage");
            w.WriteNumber("prompt_tokens", call.PromptTokens);
            w.WriteNumber("total_tokens", call.PromptTokens);
            w.WriteEndObject();
            w.WriteEndObject();
        });
    }

    public static float[] Embed(string text, int dim)
    {
        var v = new float[dim];
        uint previous = 0, hash = 2166136261;
        var inWord = false;
        for (var i = 0; i <= text.Length; i++)
        {
            var c = i < text.Length ? text[i] : ' ';
            if (char.IsLetterOrDigit(c)) { hash = (hash ^ char.ToLowerInvariant(c)) * 16777619; inWord = true; continue; }
            if (!inWord) continue;
            Add(v, hash, 1f);
            if (previous != 0) Add(v, hash * 31 + previous, 0.5f);
            (previous, hash, inWord) = (hash, 2166136261, false);
        }
        var length = MathF.Sqrt(v.Sum(x => x * x));
        if (length == 0) v[0] = 1; else for (var i = 0; i < dim; i++) v[i] /= length;
        return v;
    }

    private static void Add(float[] v, uint hash, float weight)
    {
        hash ^= hash >> 15; hash *= 0x2c1b3c6d; hash ^= hash >> 12;
        v[hash % (uint)v.Length] += (hash & 0x8000_0000) == 0 ? weight : -weight;
    }

    private static IEnumerable<string> Inputs(JsonElement body)
    {
        if (!body.TryGetProperty("input", out var input)) yield break;
        if (input.ValueKind == JsonValueKind.String) { yield return input.GetString()!; yield break; }
        if (input.ValueKind != JsonValueKind.Array) yield break;
        if (input.GetArrayLength() > 0 && input[0].ValueKind == JsonValueKind.Number) { yield return input.GetRawText(); yield break; }
        foreach (var x in input.EnumerateArray()) yield return x.ValueKind == JsonValueKind.String ? x.GetString()! : x.GetRawText();
    }
}
