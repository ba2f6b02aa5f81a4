using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using MediatR;
using Npgsql;

namespace Mediation.Service.Deadlines;

/// <summary>
/// Computes live clocks again where a policy was said to reach them or a year of the calendar has arrived: case by case in
/// their order, each slice with its progress in one transaction, so that it goes on after whatever broke it off.
/// </summary>
[Requires(Permission.RunJobs)]
public sealed record RecountClocks : IRequest<RecountClocks.Result>
{
    private const int Slice = 2000;

    public sealed record Result(int Moved, int Recounted, int Failed)
    {
        public override string ToString() => $"moved {Moved}, recounted {Recounted}, failed {Failed}";
    }

    /// <summary>Puts the request into the batch of what causes it.</summary>
    internal static void Ask(NpgsqlBatch batch, RecountCause cause, string by, string user, DateTimeOffset now) => CaseBatch.Put(batch,
        "insert into clock_recount (id, cause, by, requested_by, requested_at) values ($1, $2, $3, $4, $5)",
        Guid.CreateVersion7(now), cause.Camel(), by, user, now.UtcDateTime);

    public sealed class Handler(
        NpgsqlDataSource db, TimeProvider clock, Keys keys, WorkingCalendarSource calendar, DeadlinePolicySource policies,
        ICaseLadders ladders, ILogger<RecountClocks> log)
        : IRequestHandler<RecountClocks, Result>
    {
        private readonly HashSet<Guid> passed = [];
        private int moved, recounted;

        public async Task<Result> Handle(RecountClocks request, CancellationToken cancellationToken)
        {
            // What causes it may be newer than what this node has in memory.
            policies.Forget();
            calendar.Forget();
            var tried = new HashSet<Guid>();
            while (await NextAsync(tried, cancellationToken))
            {
            }

            return new Result(moved, recounted, passed.Count);
        }

        /// <returns>False when nothing is left for this run.</returns>
        private async Task<bool> NextAsync(HashSet<Guid> finished, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            var context = new DecideContext(now, ShanghaiTime.DateOf(now), Decide.System,
                await calendar.GetAsync(cancellationToken), await policies.GetAsync(cancellationToken))
            { Ladders = await ladders.GetAsync(cancellationToken) };
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (await connection.QueryFirstOrDefaultAsync<Asked>(new CommandDefinition("""
                select id, cause, by, requested_at, after_case from clock_recount
                where done_at is null and id <> all(@finished) order by requested_at limit 1 for update skip locked
                """, new { finished = finished.ToArray() }, transaction, cancellationToken: cancellationToken)) is not { } asked)
                return false;
            var end = await connection.QueryFirstOrDefaultAsync<Guid?>(new CommandDefinition(
                "select case_id from clock where case_id > @AfterCase order by case_id, key offset @Slice limit 1",
                new { asked.AfterCase, Slice }, transaction, cancellationToken: cancellationToken));
            var command = new CaseCommand.Recompute(asked.Cause, asked.By);
            var changes = (await TakeAsync(transaction, asked, end, cancellationToken)).Select(row => Decided(row, command, context))
                .OfType<CaseChange>().ToList();
            try
            {
                await WriteAsync(transaction, asked, end, changes, now, cancellationToken);
            }
            catch (PostgresException refused) when (!refused.IsTransient)
            {
                await transaction.RollbackAsync(cancellationToken);
                // One row that the database refuses must not keep the rest waiting; the next round leaves it out.
                foreach (var change in changes) await AloneAsync(change, cancellationToken);
                return true;
            }

            Count(changes);
            if (end is null) finished.Add(asked.Id);
            return true;
        }

        private static async Task<List<Stored>> TakeAsync(
            NpgsqlTransaction transaction, Asked asked, Guid? end, CancellationToken cancellationToken)
        {
            var (firstDay, lastDay) = asked.Cause == RecountCause.Calendar
                ? (new DateOnly(int.Parse(asked.By, System.Globalization.CultureInfo.InvariantCulture), 1, 1),
                    new DateOnly(int.Parse(asked.By, System.Globalization.CultureInfo.InvariantCulture), 12, 31))
                : (DateOnly.MinValue, DateOnly.MaxValue);
            // The steps of the ladder that come after a due day count working days too: the year reaches a month back.
            return (await transaction.Connection!.QueryAsync<Stored>(new CommandDefinition("""
                select c.id, c.version, c.head_hash, c.state::text as state from cases c where c.id in (
                    select case_id from clock where case_id > @AfterCase and (@end::uuid is null or case_id <= @end)
                        and state in ('running', 'paused')
                        and (@policy or (due_on >= @firstDay::date - 31 and started_on <= @lastDay)))
                order by c.id for no key update
                """, new { asked.AfterCase, end, policy = asked.Cause == RecountCause.Policy, firstDay, lastDay }, transaction,
                cancellationToken: cancellationToken))).AsList();
        }

        private async Task WriteAsync(NpgsqlTransaction transaction, Asked asked, Guid? end, List<CaseChange> changes, DateTimeOffset now,
            CancellationToken cancellationToken)
        {
            await using var batch = new NpgsqlBatch(transaction.Connection, transaction);
            var rows = new CaseBatch(keys);
            foreach (var change in changes) rows.Add(change, draft: null);
            rows.AddTo(batch);
            // Other nodes may have started clocks by what they still had in memory: until that is past it begins anew.
            var over = end is null && now >= asked.RequestedAt + (2 * DeadlinePolicySource.Kept);
            CaseBatch.Put(batch, "update clock_recount set after_case = $2, moved = moved + $3, done_at = $4 where id = $1",
                asked.Id, end ?? Guid.Empty, Moved(changes), over ? now.UtcDateTime : null);
            await batch.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        private async Task AloneAsync(CaseChange change, CancellationToken cancellationToken)
        {
            try
            {
                await using var batch = db.CreateBatch();
                var rows = new CaseBatch(keys);
                rows.Add(change, draft: null);
                rows.AddTo(batch);
                await batch.ExecuteNonQueryAsync(cancellationToken);
                Count([change]);
            }
            catch (PostgresException refused) when (!refused.IsTransient)
            {
                Pass(change.After.Id, refused.SqlState);
            }
        }

        private CaseChange? Decided(Stored row, CaseCommand.Recompute command, DecideContext context)
        {
            if (passed.Contains(row.Id)) return null;
            try
            {
                var state = CaseJson.ParseCase(row.State);
                if (state.Version != row.Version)
                    throw new InvalidOperationException("The stored fold is of another version than its row.");
                var decision = Decide.Handle(state, command, context);
                return decision.Events.Count == 0
                    ? null : CaseChange.From(state, row.HeadHash, row.Id, decision.Events, context.Now, context.On, context.Actor);
            }
            catch (Exception broken) when (broken is not OutOfMemoryException)
            {
                Pass(row.Id, broken.GetType().Name);
                return null;
            }
        }

        private void Pass(Guid id, string error)
        {
            passed.Add(id);
            log.LogError("The clocks of case {Case} cannot be computed again: {Error}", id, error);
        }

        private void Count(List<CaseChange> changes)
        {
            moved += Moved(changes);
            recounted += changes.Sum(change => change.Events.Count);
        }

        private static int Moved(List<CaseChange> changes) =>
            changes.SelectMany(change => change.Events)
                .Count(row => row.Event is CaseEvent.ClockRecomputed happened && happened.From != happened.To);

        private sealed record Asked(Guid Id, RecountCause Cause, string By, DateTimeOffset RequestedAt, Guid AfterCase);

        private sealed record Stored(Guid Id, int Version, byte[] HeadHash, string State);
    }
}
