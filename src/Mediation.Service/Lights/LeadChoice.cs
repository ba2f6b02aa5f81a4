using Dapper;
using Mediation.Service.Platform.Journal;
using Npgsql;

namespace Mediation.Service.Lights;

/// <summary>
/// Who may answer for a red or major case: heads of its body and centre, and the supervisors of its divisions, all of whom see it.
/// </summary>
public sealed class LeadChoice(NpgsqlDataSource db)
{
    /// <param name="Label">Name and body.</param>
    public sealed record Person(string User, string Label);

    public async Task<IReadOnlyList<Person>> OfAsync(CaseView view, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return [.. await connection.QueryAsync<Person>(new CommandDefinition("""
            select u.name as user, u.display_name || ' (' || b.name || ')' as label
            from app_user u join body b on b.code = u.body
            where u.active and (u.role = 'head' and (u.body = @Body or b.kind = 'centre' and starts_with(@Division, u.division))
                or u.role = 'supervisor' and starts_with(@Division, u.division))
            order by length(u.division) desc, u.role, u.name limit 100
            """, new { view.Body, view.Division }, cancellationToken: cancellationToken))];
    }
}
