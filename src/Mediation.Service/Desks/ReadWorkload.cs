using Dapper;
using Mediation.Service.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Desks;

/// <summary>The mediators of the caller's body, who has least to do first; counting stops where the work list's does.</summary>
[Requires(Permission.Assign)]
public sealed record ReadWorkload : IRequest<IReadOnlyList<ReadWorkload.Row>>
{
    public sealed record Row(string User, string Name, string[] Specialities, DateOnly? TermUntil, long Open, long Overdue);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock)
        : IRequestHandler<ReadWorkload, IReadOnlyList<Row>>
    {
        public async Task<IReadOnlyList<Row>> Handle(ReadWorkload request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return (await connection.QueryAsync<Row>(new CommandDefinition($"""
                select m.user_name as user, u.display_name as name, m.specialities, m.term_until,
                    (select count(*) from (select 1 from cases c where c.is_open and c.mediator = m.user_name
                        limit {CountCases.Most}) few) as open,
                    (select count(*) from (select 1 from cases c where c.is_open and c.mediator = m.user_name and c.timeliness = 2
                        and c.due_at <= @now limit {CountCases.Most}) few) as overdue
                from mediator m join app_user u on u.name = m.user_name
                where m.body = @body and u.active order by 5, 6, 1 limit 50
                """, new { body = caller.Value.Body, now = clock.GetUtcNow().UtcDateTime }, cancellationToken: cancellationToken)))
                .AsList();
        }
    }
}
