using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Cases;

/// <summary>The group in which a case is now, for its page; null where it is in none.</summary>
[Requires(Permission.GroupCases)]
public sealed record FindGroupOf(Guid Case) : IRequest<FindGroupOf.Group?>
{
    public sealed record Group(Guid Id, string Name);

    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<FindGroupOf, Group?>
    {
        public async Task<Group?> Handle(FindGroupOf request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return await connection.QuerySingleOrDefaultAsync<Group>(new CommandDefinition("""
                select g.id, g.name from case_group_member m join case_group g on g.id = m.group_id
                where m.case_id = @Case and m.removed_at is null
                """, new { request.Case }, cancellationToken: cancellationToken));
        }
    }
}
