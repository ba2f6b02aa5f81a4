using Dapper;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Journal;
using Npgsql;

namespace Mediation.Service.Registry;

/// <summary>Who is who: bodies, mediators, names for display. Answers are up to 30 seconds old.</summary>
public sealed class BodyDirectory(NpgsqlDataSource db, TimeProvider clock) : ICaseDirectory
{
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(30);
    private readonly TimedCache<string, BodyRow?> bodies = new(clock, Kept);
    private readonly TimedCache<string, string?> centres = new(clock, Kept);
    private readonly TimedCache<string, MediatorRow?> mediators = new(clock, Kept);
    private readonly TimedCache<string, string?> people = new(clock, Kept);
    private readonly TimedCache<string, string?> divisions = new(clock, Kept);

    public ValueTask<BodyRow?> FindBodyAsync(string code, CancellationToken cancellationToken) => bodies.GetAsync(code, async _ =>
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return await connection.QuerySingleOrDefaultAsync<BodyRow>(new CommandDefinition(
            "select code, name, kind, level, division, mediates, categories, active from body where code = @code",
            new { code }, cancellationToken: cancellationToken));
    });

    /// <summary>The nearest centre from the division upwards; null where the division does not exist.</summary>
    public async ValueTask<BodyRow?> CentreOfAsync(string division, CancellationToken cancellationToken)
    {
        var code = await centres.GetAsync(division, async _ =>
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.ExecuteScalarAsync<string?>(new CommandDefinition("""
                select code from body
                where division = any(@path) and kind = 'centre' and active and exists (select 1 from division where code = @division)
                order by length(division) desc, code limit 1
                """, new { division, path = PathOf(division) }, cancellationToken: cancellationToken));
        });
        return code is null ? null : await FindBodyAsync(code, cancellationToken);
    }

    public ValueTask<MediatorRow?> FindMediatorAsync(string user, CancellationToken cancellationToken) =>
        mediators.GetAsync(user, async _ =>
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QuerySingleOrDefaultAsync<MediatorRow>(new CommandDefinition("""
                select m.user_name as user, u.display_name, m.body, m.term_from, m.term_until, m.specialities, m.identity_hash,
                    m.phone_hash, u.active
                from mediator m join app_user u on u.name = m.user_name where m.user_name = @user
                """, new { user }, cancellationToken: cancellationToken));
        });

    /// <summary>The body's name; its code where it is unknown.</summary>
    public async ValueTask<string> NameOfBodyAsync(string code, CancellationToken cancellationToken) =>
        (await FindBodyAsync(code, cancellationToken))?.Name ?? code;

    /// <summary>The display name of an account; its user name where it is unknown.</summary>
    public async ValueTask<string> NameOfUserAsync(string user, CancellationToken cancellationToken) =>
        await people.GetAsync(user, key => NameAsync("select display_name from app_user where name = @key", key, cancellationToken))
            ?? user;

    /// <summary>Whether there is such an account and it is not closed.</summary>
    public async ValueTask<bool> HasUserAsync(string user, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
            "select exists (select 1 from app_user where name = @user and active)", new { user }, cancellationToken: cancellationToken));
    }

    /// <summary>The division's own name; its code where it is unknown.</summary>
    public async ValueTask<string> NameOfDivisionAsync(string code, CancellationToken cancellationToken) =>
        await divisions.GetAsync(code, key => NameAsync("select name from division where code = @key", key, cancellationToken)) ?? code;

    private async Task<string?> NameAsync(string sql, string key, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<string?>(new CommandDefinition(sql, new { key }, cancellationToken: cancellationToken));
    }

    // GB/T 2260 and GB/T 10114: each level's code begins with that of the level above, of 2, 4, 6, 9 and 12 digits.
    private static string[] PathOf(string division) =>
        [.. new[] { 2, 4, 6, 9, 12 }.Where(length => length <= division.Length).Select(length => division[..length])];
}
