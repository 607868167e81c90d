using System.Text.Json;

namespace AgentFactory.Core.Tools.Schemas;

/// <summary>Turns the document into nodes, finds what its references name, and refuses circles that would never end.</summary>
internal sealed class SchemaCompiler(JsonElement document)
{
    // The drafts whose keywords mean the same here; what they had otherwise is refused where it stands.
    private static readonly string[] Drafts =
    [
        "json-schema.org/draft/2020-12/schema", "json-schema.org/draft/2019-09/schema", "json-schema.org/draft-07/schema",
        "json-schema.org/draft-06/schema", "json-schema.org/schema",
    ];

    private readonly Dictionary<string, SchemaNode> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> _anchors = new(StringComparer.Ordinal);
    private readonly Queue<(RefRule Rule, string Reference, string Pointer)> _references = [];
    private string _id = "";

    public static AgentFactoryException Fault(string pointer, string problem) => new(
        ErrorCodes.Invalid, $"The JSON Schema is not usable at {(pointer.Length == 0 ? "its root" : pointer)}: {problem}.", pointer);

    public SchemaNode Compile()
    {
        var root = Node("", document, 0);
        while (_references.TryDequeue(out var reference)) reference.Rule.Target = Find(reference.Reference, reference.Pointer);
        RefuseCircles();
        return root;
    }

    /// <summary>The schema at a place of the document; the same one however it is reached.</summary>
    public SchemaNode Node(string pointer, JsonElement schema, int depth)
    {
        if (_nodes.TryGetValue(pointer, out var known)) return known;
        if (depth > JsonSchema.MaxDepth) throw Fault(pointer, $"it nests more than {JsonSchema.MaxDepth} deep");
        var node = new SchemaNode(pointer);
        _nodes.Add(pointer, node);
        switch (schema.ValueKind)
        {
            case JsonValueKind.True:
                break;
            case JsonValueKind.False:
                node.Rules.Add(new NeverRule());
                break;
            case JsonValueKind.Object:
                new KeywordReader(this, node, schema, depth).Read();
                break;
            default:
                throw Fault(pointer, "a schema is an object, true or false");
        }
        return node;
    }

    public void Reference(RefRule rule, string reference, string pointer) => _references.Enqueue((rule, reference, pointer));

    public void Anchor(string name, SchemaNode node, string pointer)
    {
        if (!_anchors.TryAdd(name, node.Pointer)) throw Fault(pointer, $"the anchor '{name}' is given twice");
    }

    public void Id(string id, string pointer)
    {
        if (pointer != "/$id") throw Fault(pointer, "$id is supported at the root only; give the part an $anchor and refer to that");
        _id = id.TrimEnd('#');
    }

    public static void Draft(string draft, string pointer)
    {
        if (!Drafts.Any(known => draft.TrimEnd('#') is var name && (name == "https://" + known || name == "http://" + known)))
            throw Fault(pointer, "that dialect is not supported; write the schema in https://json-schema.org/draft/2020-12/schema");
    }

    private SchemaNode Find(string reference, string pointer)
    {
        var hash = reference.IndexOf('#', StringComparison.Ordinal);
        var address = hash < 0 ? reference : reference[..hash];
        if (address.Length > 0 && address != _id)
            throw Fault(pointer, "the reference leads out of the document; copy what it names into $defs and refer to it as #/$defs/name");
        var fragment = hash < 0 ? "" : Uri.UnescapeDataString(reference[(hash + 1)..]);
        if (fragment.Length > 0 && fragment[0] != '/')
        {
            if (!_anchors.TryGetValue(fragment, out var anchored)) throw Fault(pointer, $"there is no $anchor '{fragment}'");
            return _nodes[anchored];
        }
        if (!SchemaPointer.TryFind(document, fragment, out var target)) throw Fault(pointer, $"there is nothing at '#{fragment}'");
        return Node(Canonical(fragment), target, fragment.Count(c => c == '/'));
    }

    /// <summary>One spelling for each place, so that a schema reached by name and by nesting is one node.</summary>
    private static string Canonical(string pointer) =>
        string.Join('/', pointer.Split('/').Select(token => SchemaPointer.Escape(SchemaPointer.Unescape(token))));

    /// <summary>
    /// A schema that leads back to itself without going into the value (<c>{"$ref": "#"}</c>) can't be checked. Schemas that lead nowhere
    /// are taken away until none is left, or only such that lead into a circle.
    /// </summary>
    private void RefuseCircles()
    {
        var successors = _nodes.Values.ToDictionary(node => node, node => node.InPlace.ToHashSet());
        var predecessors = successors
            .SelectMany(pair => pair.Value.Select(to => (to, from: pair.Key)))
            .ToLookup(edge => edge.to, edge => edge.from);
        var free = new Queue<SchemaNode>(successors.Where(pair => pair.Value.Count == 0).Select(pair => pair.Key));
        while (free.TryDequeue(out var node))
        {
            successors.Remove(node);
            foreach (var from in predecessors[node])
            {
                if (successors[from].Remove(node) && successors[from].Count == 0) free.Enqueue(from);
            }
        }
        if (successors.Count == 0) return;
        var seen = new HashSet<SchemaNode>();
        var at = successors.Keys.First();
        while (seen.Add(at)) at = successors[at].First();
        throw Fault(at.Pointer, "it refers to itself without going into the value (into a property or an item), so it would never end");
    }
}
