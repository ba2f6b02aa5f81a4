using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Desks;

/// <summary>The sessions that are to be held in the caller's own cases, in the order of time.</summary>
/// <param name="From">First day, Asia/Shanghai.</param>
/// <param name="Days">How many days from it.</param>
[Requires(Permission.Conduct)]
public sealed record ReadSessions(DateOnly From, int Days) : IRequest<IReadOnlyList<ReadSessions.Item>>
{
    public sealed record Item(string CaseNo, DateTimeOffset StartsAt, string Kind, string? Place);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ReadSessions, IReadOnlyList<Item>>
    {
        public async Task<IReadOnlyList<Item>> Handle(ReadSessions request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return (await connection.QueryAsync<Item>(new CommandDefinition("""
                select c.case_no, (s ->> 'startsAt')::timestamptz as starts_at, s ->> 'kind' as kind, t.body as place
                from cases c cross join lateral json_array_elements(coalesce(c.state -> 'sessions', '[]')) s
                left join case_text t on t.id = (s -> 'place' ->> 'id')::uuid
                where c.is_open and c.mediator = @user and s ->> 'state' = 'scheduled'
                    and (s ->> 'startsAt')::timestamptz >= @start and (s ->> 'startsAt')::timestamptz < @finish
                order by 2, 1 limit 100
                """, new
            {
                user = caller.Value.User,
                start = ShanghaiTime.StartOf(request.From).UtcDateTime,
                finish = ShanghaiTime.StartOf(request.From.AddDays(request.Days)).UtcDateTime,
            }, cancellationToken: cancellationToken))).AsList();
        }
    }
}
