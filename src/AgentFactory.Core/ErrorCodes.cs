namespace AgentFactory.Core;

/// <summary>One kind of refusal: the stable word in <c>code</c>, the HTTP status it travels with, and its title.</summary>
public sealed record ErrorCode(string Code, int Status, string Title);

/// <summary>The catalogue of every refusal the product makes. Each has a section in docs/errors.md; a test compares the two.</summary>
public static class ErrorCodes
{
    public static readonly ErrorCode InvalidRequest = new("invalid_request", 400, "The request is not valid");
    public static readonly ErrorCode InvalidJson = new("invalid_json", 400, "The body is not the JSON this route takes");
    public static readonly ErrorCode InvalidCursor = new("invalid_cursor", 400, "The cursor is not one this list gave");
    public static readonly ErrorCode Unauthenticated = new("unauthenticated", 401, "No valid key or token was sent");
    public static readonly ErrorCode Forbidden = new("forbidden", 403, "The key does not allow this");
    public static readonly ErrorCode NotFound = new("not_found", 404, "There is no such thing in this tenant");
    public static readonly ErrorCode MethodNotAllowed = new("method_not_allowed", 405, "This route does not take that method");
    public static readonly ErrorCode NotAcceptable = new("not_acceptable", 406, "The route has no answer in a form that is accepted");
    public static readonly ErrorCode Conflict = new("conflict", 409, "The thing is in a state that does not allow this");
    public static readonly ErrorCode NameTaken = new("name_taken", 409, "The name is already used in this tenant");
    public static readonly ErrorCode IdempotencyInProgress = new("idempotency_in_progress", 409, "The same request is still under way");
    public static readonly ErrorCode OutcomeUnknown = new(
        "outcome_unknown", 409, "Whether the interrupted request took effect is not known");
    public static readonly ErrorCode Gone = new("gone", 410, "It was erased");
    public static readonly ErrorCode PreconditionFailed = new("precondition_failed", 412, "The thing changed since it was read");
    public static readonly ErrorCode TooLarge = new("too_large", 413, "The body is larger than this route takes");
    public static readonly ErrorCode UnsupportedMediaType = new(
        "unsupported_media_type", 415, "This route does not take that content type");
    public static readonly ErrorCode Invalid = new("invalid", 422, "The content breaks a rule");
    public static readonly ErrorCode IdempotencyMismatch = new("idempotency_mismatch", 422, "The key was used with another request");
    public static readonly ErrorCode PreconditionRequired = new("precondition_required", 428, "If-Match is missing");
    public static readonly ErrorCode RateLimited = new("rate_limited", 429, "Too many requests");
    public static readonly ErrorCode SessionBusy = new("session_busy", 409, "The session has a run under way");
    public static readonly ErrorCode ModelUnknown = new("model_unknown", 422, "No provider serves that model");
    public static readonly ErrorCode PriceUnknown = new("price_unknown", 422, "The model has no known price");
    public static readonly ErrorCode CredentialMissing = new("credential_missing", 422, "The provider has no key");
    public static readonly ErrorCode ProviderFailed = new("provider_failed", 502, "The model provider failed");
    public static readonly ErrorCode SandboxUnavailable = new("sandbox_unavailable", 422, "This machine has no sandbox for Python tools");
    public static readonly ErrorCode NotebookInvalid = new("notebook_invalid", 422, "The file is not a notebook that can be read");
    public static readonly ErrorCode DataFolderBusy = new("data_folder_busy", 503, "Another process owns the data folder");
    public static readonly ErrorCode SchemaTooNew = new("schema_too_new", 503, "The data was written by a newer release");
    public static readonly ErrorCode Unavailable = new("unavailable", 503, "The server cannot take this now");
    public static readonly ErrorCode Internal = new("internal", 500, "Something failed on our side");
}
