using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Platform.Telemetry;
using Mediation.Service.Registry;
using MediatR;
using Npgsql;

namespace Mediation.Service.Escalation;

/// <summary>
/// Warns, marks overdue and escalates whatever has fallen due, until nothing is due. Any number of nodes may run it at
/// once: the row of a case is locked while it is decided, and each step is unique in the table.
/// </summary>
[Requires(Permission.RunJobs)]
public sealed record SweepClocks : IRequest<SweepClocks.Result>
{
    private const int BatchSize = 200;

    /// <param name="Failed">Cases that could not be decided or written; the others were.</param>
    public sealed record Result(int DueSoon, int Overdue, int Escalations, int Failed)
    {
        public override string ToString() => $"dueSoon {DueSoon}, overdue {Overdue}, escalations {Escalations}, failed {Failed}";
    }

    public sealed class Handler(NpgsqlDataSource db, TimeProvider clock, Keys keys, WorkingCalendarSource calendar,
        DeadlinePolicySource policies, LadderSource ladders, ILogger<SweepClocks> log)
        : IRequestHandler<SweepClocks, Result>
    {
        /// <summary>
        /// Cases that this run does not look at again: they failed, or their clock's row says due and their state does not.
        /// </summary>
        private readonly HashSet<Guid> passed = [];
        private readonly List<CaseEvent> written = [];
        private int failed;

        public async Task<Result> Handle(SweepClocks request, CancellationToken cancellationToken)
        {
            while (await BatchAsync(only: null, cancellationToken))
            {
            }

            var result = new Result(written.Count(happened => happened is CaseEvent.DueSoon), written.Count(happened =>
                happened is CaseEvent.Overdue), written.Count(happened => happened is CaseEvent.Escalated), failed);
            Counted.Swept("dueSoon", result.DueSoon);
            Counted.Swept("overdue", result.Overdue);
            Counted.Swept("escalated", result.Escalations);
            Counted.Swept("failed", result.Failed);
            return result;
        }

        /// <returns>False when nothing was due that nobody else has taken.</returns>
        private async Task<bool> BatchAsync(Guid? only, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            var context = new DecideContext(now, ShanghaiTime.DateOf(now), Decide.System,
                await calendar.GetAsync(cancellationToken), await policies.GetAsync(cancellationToken))
            { Ladders = await ladders.GetAsync(cancellationToken) };
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var due = await TakeAsync(transaction, now, only, cancellationToken);
            if (due.Count == 0) return false;
            var changes = due.Select(row => Decided(row, context)).OfType<CaseChange>().ToList();
            try
            {
                await WriteAsync(transaction, changes, cancellationToken);
            }
            catch (PostgresException refused) when (!refused.IsTransient)
            {
                await transaction.RollbackAsync(cancellationToken);
                if (only is { } id)
                {
                    Fail(id, refused);
                    return true;
                }

                // One row that the database refuses must not keep the rest waiting.
                foreach (var change in changes) await BatchAsync(change.After.Id, cancellationToken);
                return true;
            }

            foreach (var row in due.Where(row => !passed.Contains(row.Id))) Counted.Late(now - row.NextAt);
            written.AddRange(changes.SelectMany(change => change.Events, (_, row) => row.Event));
            return true;
        }

        // "no key": whoever adds a row that refers to the case need not wait. A row that changed between this statement's
        // snapshot and the lock is read again by PostgreSQL, so what is decided on is always the newest.
        private async Task<List<Due>> TakeAsync(
            NpgsqlTransaction transaction, DateTimeOffset now, Guid? only, CancellationToken cancellationToken)
        {
            var rows = await transaction.Connection!.QueryAsync<Due>(new CommandDefinition($"""
                select c.id, c.version, c.head_hash, c.state::text as state, k.next_at
                from clock k join cases c on c.id = k.case_id
                where k.next_at <= @now and k.case_id <> all(@passed) {(only is null ? "" : "and k.case_id = @only")}
                order by k.next_at limit {BatchSize}
                for no key update of c skip locked
                """, new { now, passed = passed.ToArray(), only }, transaction, cancellationToken: cancellationToken));
            return [.. rows.DistinctBy(row => row.Id)];
        }

        /// <summary>Null: nothing to write for this case.</summary>
        private CaseChange? Decided(Due row, DecideContext context)
        {
            try
            {
                var state = CaseJson.ParseCase(row.State);
                if (state.Version != row.Version)
                    throw new InvalidOperationException("The stored fold is of another version than its row.");
                var decision = Decide.Handle(state, new CaseCommand.Tick(), context);
                if (decision.Events.Count > 0)
                    return CaseChange.From(state, row.HeadHash, row.Id, decision.Events, context.Now, context.On, context.Actor);
                passed.Add(row.Id);
            }
            catch (Exception broken) when (broken is not OutOfMemoryException)
            {
                Fail(row.Id, broken);
            }

            return null;
        }

        private async Task WriteAsync(NpgsqlTransaction transaction, List<CaseChange> changes, CancellationToken cancellationToken)
        {
            if (changes.Count == 0) return;
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            var rows = new CaseBatch(keys);
            foreach (var change in changes) rows.Add(change, draft: null);
            rows.AddTo(batch);
            await batch.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        private void Fail(Guid id, Exception why)
        {
            passed.Add(id);
            failed++;
            log.LogError("The sweep cannot advance case {Case}: {Error}", id,
                why is PostgresException refused ? refused.SqlState : why.GetType().Name);
        }

        private sealed record Due(Guid Id, int Version, byte[] HeadHash, string State, DateTimeOffset NextAt);
    }
}
