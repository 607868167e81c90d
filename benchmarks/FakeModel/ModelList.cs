namespace FakeModel;

/// <summary>GET /v1/models: one model, for clients that list before they call.</summary>
internal static class ModelList
{
    public static IResult Handle() => Results.Text(
        """{"object":"list","data":[{"id":"fake","object":"model","created":1700000000,"owned_by":"fake"}]}""", "application/json");
}
