using System.Collections.Concurrent;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Mediation.Service.Platform.Callers;
using Npgsql;

namespace Mediation.Service.Accounts;

/// <summary>An active account with what only signing in may see.</summary>
public sealed record Account(Caller Caller, string PasswordHash, string Stamp)
{
    public ClaimsPrincipal ToPrincipal()
    {
        var principal = Caller.ToPrincipal(AccountsSetup.Cookie);
        ((ClaimsIdentity)principal.Identity!).AddClaim(new Claim("stamp", Stamp));
        return principal;
    }
}

/// <summary>Finds active accounts, by name or by API token.</summary>
public sealed class AccountStore(NpgsqlDataSource db, TimeProvider clock)
{
    /// <summary>How long a revoked token may still work.</summary>
    public static readonly TimeSpan TokenCache = TimeSpan.FromSeconds(10);

    private const int Largest = 10_000;
    private readonly ConcurrentDictionary<string, (Caller Caller, DateTimeOffset Until)> tokens = new();

    public async Task<Account?> FindAsync(string user, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition("""
            select u.name, u.display_name, u.role, u.body, b.kind, u.division, u.password_hash, u.security_stamp
            from app_user u join body b on b.code = u.body
            where u.name = @user and u.active
            """, new { user }, cancellationToken: cancellationToken));
        return row is null ? null : new Account(row.ToCaller(), row.PasswordHash, row.SecurityStamp);
    }

    public async Task<Caller?> FindByTokenAsync(string token, CancellationToken cancellationToken)
    {
        // Only the hash is compared, by the index: how long that takes says nothing about the token.
        var hash = Hash(token);
        var key = Convert.ToHexStringLower(hash);
        var now = clock.GetUtcNow();
        if (tokens.TryGetValue(key, out var known) && now < known.Until) return known.Caller;

        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var row = await connection.QuerySingleOrDefaultAsync<TokenRow>(new CommandDefinition("""
            select u.name, u.display_name, u.role, u.body, b.kind, u.division, t.expires_at
            from api_token t join app_user u on u.name = t.user_name join body b on b.code = u.body
            where t.hash = @hash and t.revoked_at is null and (t.expires_at is null or t.expires_at > @now) and u.active
            """, new { hash, now }, cancellationToken: cancellationToken));
        if (row is null)
        {
            tokens.TryRemove(key, out _);
            return null;
        }

        if (tokens.Count >= Largest) tokens.Clear();
        var until = now + TokenCache;
        tokens[key] = (row.ToCaller(), row.ExpiresAt < until ? row.ExpiresAt.Value : until);
        return row.ToCaller();
    }

    public static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    private sealed record Row(string Name, string DisplayName, Role Role, string Body, string Kind, string Division,
        string PasswordHash, string SecurityStamp)
    {
        public Caller ToCaller() => new(Name, DisplayName, Role, Body, Kind, Division);
    }

    private sealed record TokenRow(
        string Name, string DisplayName, Role Role, string Body, string Kind, string Division, DateTimeOffset? ExpiresAt)
    {
        public Caller ToCaller() => new(Name, DisplayName, Role, Body, Kind, Division);
    }
}
