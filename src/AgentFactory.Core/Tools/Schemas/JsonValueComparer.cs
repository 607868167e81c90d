using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>
/// Equality as JSON Schema has it: numbers by value, objects whatever their order. Of members written twice the last one counts.
/// </summary>
internal sealed class JsonValueComparer : IEqualityComparer<JsonElement>
{
    public static readonly JsonValueComparer Instance = new();

    public bool Equals(JsonElement x, JsonElement y)
    {
        if (x.ValueKind != y.ValueKind) return false;
        return x.ValueKind switch
        {
            JsonValueKind.String => x.GetString() == y.GetString(),
            JsonValueKind.Number => ExactNumber.Of(x) == ExactNumber.Of(y),
            JsonValueKind.Array => x.EnumerateArray().SequenceEqual(y.EnumerateArray(), this),
            JsonValueKind.Object => MembersEqual(Members(x), Members(y)),
            _ => true,
        };
    }

    public int GetHashCode(JsonElement value)
    {
        var hash = new HashCode();
        hash.Add(value.ValueKind);
        switch (value.ValueKind)
        {
            case JsonValueKind.String:
                hash.Add(value.GetString());
                break;
            case JsonValueKind.Number:
                hash.Add(ExactNumber.Of(value));
                break;
            case JsonValueKind.Array:
                foreach (var item in value.EnumerateArray()) hash.Add(item, this);
                break;
            case JsonValueKind.Object:
                hash.Add(Members(value).Aggregate(0, (sum, member) => sum ^ HashCode.Combine(member.Key, GetHashCode(member.Value))));
                break;
        }
        return hash.ToHashCode();
    }

    private bool MembersEqual(Dictionary<string, JsonElement> x, Dictionary<string, JsonElement> y) =>
        x.Count == y.Count && x.All(member => y.TryGetValue(member.Key, out var other) && Equals(member.Value, other));

    private static Dictionary<string, JsonElement> Members(JsonElement value)
    {
        var members = new Dictionary<string, JsonElement>(StringComparer.Ordinal);
        foreach (var member in value.EnumerateObject()) members[member.Name] = member.Value;
        return members;
    }
}
