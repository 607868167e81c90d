using AgentFactory.Core;
using AgentFactory.Server.Platform.Storage;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;

namespace AgentFactory.Server.Data;

internal static class DataEndpoints
{
    public static async Task<Ok<BackupResponse>> BackUp(BackUpRequest body, DataBackup backup, CancellationToken cancellationToken)
    {
        if (!Path.IsPathFullyQualified(body.Path))
            throw new AgentFactoryException(ErrorCodes.Invalid,
                "path must be a full path on the server's machine, like /var/backups/agent-factory.afbackup.", "path");
        var manifest = await backup.BackupAsync(body.Path, body.IncludeMasterKey, cancellationToken);
        return TypedResults.Ok(new BackupResponse(
            body.Path, new FileInfo(body.Path).Length, manifest.Release, manifest.HasMasterKey, manifest.CreatedAt));
    }
}
