using System.Security.Cryptography;
using System.Text;
using Dapper;
using Npgsql;

namespace Mediation.Service.Accounts;

/// <summary>Counts attempts for each account name typed, known or not: after ten it is locked for a quarter of an hour.</summary>
public sealed class SignInAttempts(NpgsqlDataSource db, TimeProvider clock)
{
    public const int Allowed = 10;
    public static readonly TimeSpan Lock = TimeSpan.FromMinutes(15);

    /// <summary>Counts before the password is looked at, so that parallel guesses gain nothing. False: locked.</summary>
    public async Task<bool> BeginAsync(string user, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var count = await connection.ExecuteScalarAsync<int>(new CommandDefinition("""
            delete from sign_in_attempt where last_at <= @since;
            insert into sign_in_attempt as known (account, count, last_at) values (@account, 1, @now)
            on conflict (account) do update set
                count = known.count + 1,
                last_at = case when known.count < @Allowed then excluded.last_at else known.last_at end
            returning count
            """, new { account = Key(user), now, since = now - Lock, Allowed }, cancellationToken: cancellationToken));
        return count <= Allowed;
    }

    public async Task ForgetAsync(string user, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition(
            "delete from sign_in_attempt where account = @account", new { account = Key(user) }, cancellationToken: cancellationToken));
    }

    private static byte[] Key(string user) => SHA256.HashData(Encoding.UTF8.GetBytes(user));
}
