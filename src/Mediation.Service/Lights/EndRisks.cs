using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Lights;

/// <summary>
/// The part of the sweep that belongs to the risk light: what was set until a day falls back on the next, with an event.
/// Any number of nodes may run it: the case's row is locked while it is decided.
/// </summary>
[Requires(Permission.RunJobs)]
public sealed record EndRisks : IRequest<EndRisks.Result>
{
    /// <param name="Failed">Cases that could not be decided or written; the others were.</param>
    public sealed record Result(int FellBack, int Failed)
    {
        public override string ToString() => $"fellBack {FellBack}, failed {Failed}";
    }

    public sealed class Handler(NpgsqlDataSource db, CaseSession session, Keys keys, ILogger<EndRisks> log)
        : IRequestHandler<EndRisks, Result>
    {
        private readonly List<Guid> passed = [];
        private int fellBack;
        private int failed;

        public async Task<Result> Handle(EndRisks request, CancellationToken cancellationToken)
        {
            var context = await session.ContextAsync(null, null, cancellationToken);
            while (await NextAsync(context, cancellationToken))
            {
            }

            return new Result(fellBack, failed);
        }

        /// <summary>One case, one transaction: few fall back in a night, and one that fails holds nobody up.</summary>
        private async Task<bool> NextAsync(DecideContext context, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (await connection.QueryFirstOrDefaultAsync<Due>(new CommandDefinition("""
                select c.id, c.head_hash, c.state::text as state from risk_end r join cases c on c.id = r.case_id
                where r.until_date < @Today and c.id <> all(@passed) order by r.until_date limit 1 for no key update of c skip locked
                """, new { context.Today, passed = passed.ToArray() }, transaction, cancellationToken: cancellationToken)) is not { } due)
                return false;
            passed.Add(due.Id);
            try
            {
                var state = CaseJson.ParseCase(due.State);
                var events = Decide.Handle(state, new CaseCommand.EndRisk(), context).Events;
                if (events.Count == 0) return true;
                await using var batch = new NpgsqlBatch(connection, transaction);
                var rows = new CaseBatch(keys);
                rows.Add(CaseChange.From(state, due.HeadHash, due.Id, events, context.Now, context.On, context.Actor), draft: null);
                rows.AddTo(batch);
                await batch.ExecuteNonQueryAsync(cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                fellBack++;
            }
            catch (Exception broken) when (broken is not (OutOfMemoryException or OperationCanceledException))
            {
                failed++;
                log.LogError("The risk of case {Case} cannot fall back: {Error}", due.Id,
                    broken is PostgresException refused ? refused.SqlState : broken.GetType().Name);
            }

            return true;
        }

        private sealed record Due(Guid Id, byte[] HeadHash, string State);
    }
}
