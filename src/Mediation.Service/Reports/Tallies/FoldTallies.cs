using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Tallies;

/// <summary>
/// Moves the appended deltas to the entries and adds them to the kept figures. One statement deletes what it adds: run
/// twice, or twice at once, it changes nothing.
/// </summary>
[Requires(Permission.RunJobs)]
public sealed record FoldTallies : IRequest<FoldTallies.Result>
{
    // A statement ends after 30 seconds, and one delta becomes some fifty rows.
    private const int AtOnce = 5000;
    private const long Lock = 0x4D454449_464F4C44; // "MEDIFOLD"

    public sealed record Result(long Deltas)
    {
        public override string ToString() => $"deltas {Deltas}";
    }

    public sealed class Handler(NpgsqlDataSource db) : IRequestHandler<FoldTallies, Result>
    {
        public async Task<Result> Handle(FoldTallies request, CancellationToken cancellationToken)
        {
            var (total, folded) = (0L, 0L);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            do
            {
                folded = await FoldAsync(connection, cancellationToken);
                total += folded;
            }
            while (folded == AtOnce);
            return new Result(total);
        }

        // The lock only keeps two nodes from waiting for each other's rows in opposite order.
        private static async Task<long> FoldAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(@Lock)", new { Lock }, transaction,
                cancellationToken: cancellationToken));
            var folded = await connection.ExecuteScalarAsync<long>(new CommandDefinition("""
                with gone as (
                    delete from tally_delta where ctid = any(array(select ctid from tally_delta limit @AtOnce)) returning tally_delta.*
                ), entered as (
                    insert into tally_entry select g.* from gone g
                ), added as (
                    insert into tally as t (scope, dimension, month, key, measure, days, amount)
                    select f.scope, f.dimension, g.month, f.key, f.measure, g.days, sum(f.amount)
                    from gone g cross join lateral tally_of(row(g.*)::tally_delta) f where tally_is_kept(f.scope)
                    group by 1, 2, 3, 4, 5, 6
                    on conflict (scope, dimension, month, key, measure, days) do update set amount = t.amount + excluded.amount
                )
                select count(*) from gone
                """, new { AtOnce }, transaction, cancellationToken: cancellationToken));
            await transaction.CommitAsync(cancellationToken);
            return folded;
        }
    }
}
