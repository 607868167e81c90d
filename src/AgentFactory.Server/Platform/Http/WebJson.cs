using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using AgentFactory.Core;

namespace AgentFactory.Server.Platform.Http;

/// <summary>The wire's rules with what only requests need: what a record declares is what must be sent.</summary>
internal static class WebJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        Wire.Configure(options);
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.TypeInfoResolver = (options.TypeInfoResolver ?? new DefaultJsonTypeInfoResolver())
            .WithAddedModifier(RequireWhatCannotBeNull);
    }

    /// <summary>
    /// A constructor's parameter that can't be null and has no default must be sent. The serializer's own switch would demand the
    /// nullable ones as well.
    /// </summary>
    private static void RequireWhatCannotBeNull(JsonTypeInfo type)
    {
        if (type.Kind != JsonTypeInfoKind.Object) return;
        foreach (var property in type.Properties)
            if (property.AssociatedParameter is { HasDefaultValue: false, IsNullable: false }) property.IsRequired = true;
    }
}
