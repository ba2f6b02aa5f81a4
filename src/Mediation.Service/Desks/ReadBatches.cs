using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Desks;

/// <summary>What became of the last files that the caller sent.</summary>
[Requires(Permission.ReferAsCourt)]
public sealed record ReadBatches : IRequest<IReadOnlyList<ReadBatches.Row>>
{
    /// <param name="Answered">A mediation body has signed for them.</param>
    /// <param name="Returned">Not taken in, or ended without agreement: the papers go back.</param>
    public sealed record Row(
        Guid Id, DateTimeOffset ReceivedAt, long Sent, long Rejected, long Answered, long Late, long Settled, long Returned);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller) : IRequestHandler<ReadBatches, IReadOnlyList<Row>>
    {
        private const int Most = 5;

        public async Task<IReadOnlyList<Row>> Handle(ReadBatches request, CancellationToken cancellationToken)
        {
            var scope = CaseScope.Of(caller.Value);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return (await connection.QueryAsync<Row>(new CommandDefinition($"""
                select b.id, b.received_at, count(*) as sent, count(*) filter (where r.result = 'rejected') as rejected,
                    count(*) filter (where c.stage in ('mediation', 'closure')) as answered,
                    count(*) filter (where c.is_open and c.timeliness = 2) as late,
                    count(*) filter (where c.outcome in ('settled', 'partial')) as settled,
                    count(*) filter (where c.outcome in ('failed', 'notAccepted', 'guided')) as returned
                from (select id, received_at from referral_batch where user_name = @user order by received_at desc limit {Most}) b
                join referral_batch_row r on r.batch_id = b.id
                left join cases c on c.id = r.case_id and {scope.Sql}
                group by 1, 2 order by 2 desc
                """, new { user = caller.Value.User, scopeLow = scope.Low, scopeHigh = scope.High, scopeBody = scope.Body },
                cancellationToken: cancellationToken))).AsList();
        }
    }
}
