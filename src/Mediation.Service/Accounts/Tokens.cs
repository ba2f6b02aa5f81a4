using System.Buffers.Text;
using System.Security.Cryptography;
using Dapper;
using Npgsql;

namespace Mediation.Service.Accounts;

/// <summary>API tokens: 32 random bytes, shown once; only their hash is stored.</summary>
public static class Tokens
{
    public static string New() => "med_" + Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    /// <returns>The token; it cannot be read again.</returns>
    public static async Task<string> IssueAsync(
        NpgsqlConnection connection, string user, string label, DateTimeOffset? expiresAt, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var token = New();
        var now = clock.GetUtcNow();
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into api_token (id, user_name, label, hash, created_at, expires_at) values (@id, @user, @label, @hash, @now, @expiresAt)
            """, new { id = Guid.CreateVersion7(now), user, label, hash = AccountStore.Hash(token), now, expiresAt },
            cancellationToken: cancellationToken));
        return token;
    }

    /// <summary>False when there is no such token, or it was revoked before.</summary>
    public static async Task<bool> RevokeAsync(
        NpgsqlConnection connection, Guid id, TimeProvider clock, CancellationToken cancellationToken) =>
        await connection.ExecuteAsync(new CommandDefinition(
            "update api_token set revoked_at = @now where id = @id and revoked_at is null",
            new { id, now = clock.GetUtcNow() }, cancellationToken: cancellationToken)) > 0;
}
