using System.Diagnostics;
using System.Globalization;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Tests.Platform;
using Npgsql;

namespace Mediation.Service.Tests.Escalation;

/// <summary>
/// Three processes on one database, killed while they sweep. Where a process stands when it is killed is not left to luck:
/// a trigger holds its transaction at the row, or at the commit, that its name says, until the test lets go.
/// </summary>
public sealed class SweepProcessesTests
{
    private const int Cases = 1000;
    private const int Nodes = 3;
    private const int Kills = 10;

    private const string Gate = """
        create function hold() returns trigger language plpgsql as $$
        declare
            name text := current_setting('application_name');
            row integer := coalesce(nullif(current_setting('hold.row', true), ''), '0')::integer + 1;
        begin
            perform set_config('hold.row', row::text, true);
            if split_part(name, '-', 1) = tg_argv[0] and row >= split_part(name, '-', 2)::integer then
                perform pg_advisory_xact_lock_shared(hashtext(name));
            end if;
            return null;
        end $$;
        create trigger hold_row after insert on case_event for each row when (new.kind = 'escalated') execute function hold('row');
        create constraint trigger hold_commit after insert on case_event deferrable initially deferred
        for each row when (new.kind = 'escalated')
            execute function hold('commit')
        """;

    [Fact]
    public async Task A_thousand_cases_due_in_one_minute_are_escalated_once_each_while_ten_of_three_sweeping_nodes_are_killed()
    {
        await using var cases = await TestCases.CreateAsync();
        var due = await DueTogetherAsync(cases, Cases);
        await using var owner = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cases.Owner) { Pooling = false }.ConnectionString);
        await owner.OpenAsync();
        await owner.ExecuteAsync(Gate);
        var ahead = due.AddSeconds(1) - TimeProvider.System.GetUtcNow();
        using var fleet = new Fleet(cases.Owner, owner, ahead);

        await fleet.KeepAsync(Nodes);
        while (fleet.Killed < Kills)
        {
            await fleet.KillOneInMidSweepAsync();
            await fleet.KeepAsync(Nodes);
        }

        Assert.InRange(await Escalations(owner), 1, Cases - 1); // who was killed in its commit had it done
        await fleet.OpenGatesAsync();
        await fleet.UntilAsync(async () => await Escalations(owner) == Cases && !await fleet.IsBusyAsync());

        Assert.Equal(Cases, await Escalations(owner));
        Assert.Equal(Cases,
            await owner.ExecuteScalarAsync<int>("select count(distinct case_id)::int from case_event where kind = 'escalated'"));
        Assert.Equal((Cases, Cases), await owner.QuerySingleAsync<(int, int)>(
            "select count(*)::int, count(distinct case_id)::int from notice where kind = 'escalated'"));
        Assert.Equal(0, await owner.ExecuteScalarAsync<int>("select count(*)::int from clock where next_at <= @due", new { due }));
        var findings = new StringWriter();
        Assert.True(0 == (await VerifyChain.RunAsync(cases.Db, cases.Keys, findings, CancellationToken.None)).Findings,
            findings.ToString());
        Assert.True(0 == (await RebuildCheck.RunAsync(cases.Db, findings, CancellationToken.None)).Findings, findings.ToString());
    }

    [Fact]
    public async Task A_clock_that_jumps_a_day_forward_and_back_sends_nothing_twice_and_loses_nothing()
    {
        await using var straight = await TestCases.CreateAsync();
        await using var jumping = await TestCases.CreateAsync();
        var due = await DueTogetherAsync(straight, 3);
        Assert.Equal(due, await DueTogetherAsync(jumping, 3));
        jumping.Clock.Advance(due.AddHours(-1) - jumping.Clock.GetUtcNow());
        straight.Clock.Advance(due.AddHours(-1) - straight.Clock.GetUtcNow());

        jumping.Clock.Advance(TimeSpan.FromDays(1)); // ahead: what is due tomorrow goes out today
        await jumping.SweepAsync();
        Assert.True(await jumping.ScalarAsync<int>("select count(*)::int from case_event where kind = 'escalated'") > 0);
        jumping.Clock.Advance(TimeSpan.FromDays(-1)); // and back: nobody is told again, and who comes now is not forgotten
        await jumping.SweepAsync();
        await jumping.RegisteredAsync();
        await straight.RegisteredAsync();
        for (var hour = 0; hour < 24 * 40; hour += 6)
        {
            foreach (var cases in new[] { straight, jumping })
            {
                cases.Clock.Advance(TimeSpan.FromHours(6));
                await cases.SweepAsync();
            }
        }

        Assert.Equal(await StepsAsync(straight), await StepsAsync(jumping));
        Assert.Equal(await jumping.ScalarAsync<int>("select count(*)::int from case_event where kind = 'escalated'"),
            await jumping.ScalarAsync<int>("select count(*)::int from notice where kind = 'escalated'"));
    }

    /// <summary>Cases at intake, all of one minute; the instant at which their first clock runs out.</summary>
    private static async Task<DateTimeOffset> DueTogetherAsync(TestCases cases, int count)
    {
        var all = await Task.WhenAll(Enumerable.Range(0, 4).Select(lane => Task.Run(async () =>
        {
            Case? last = null;
            for (var n = lane; n < count; n += 4) last = await cases.RegisteredAsync();
            return last;
        })));
        return all[0]!.RunningClocks.Min(clock => clock.DueAt);
    }

    private static async Task<List<string>> StepsAsync(TestCases cases)
    {
        await using var connection = await cases.Db.OpenConnectionAsync();
        return [.. await connection.QueryAsync<string>("""
            select c.case_no || ' ' || e.kind || ' ' || (e.body ->> 'clock') || ' ' || coalesce(e.body ->> 'step', '')
            from case_event e join cases c on c.id = e.case_id where e.kind in ('dueSoon', 'overdue', 'escalated') order by 1
            """)];
    }

    private static Task<int> Escalations(NpgsqlConnection owner) =>
        owner.ExecuteScalarAsync<int>("select count(*)::int from case_event where kind = 'escalated'");

    /// <summary>The processes that run; each has a gate under its name, which the owner's session keeps closed.</summary>
    private sealed class Fleet(string database, NpgsqlConnection owner, TimeSpan ahead) : IDisposable
    {
        private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5); // of a machine under load; the rest of the time nobody waits
        private readonly Random random = new(20261123);
        private readonly List<ServiceProcess> running = [];
        private int started;

        public int Killed { get; private set; }

        public async Task KeepAsync(int count)
        {
            while (running.Count < count)
            {
                started++;
                var name = started is 4 or 8
                    ? $"commit-1-{started}" : string.Create(CultureInfo.InvariantCulture, $"row-{random.Next(1, 200)}-{started}");
                await owner.ExecuteAsync("select pg_advisory_lock(hashtext(@name))", new { name });
                running.Add(ServiceProcess.Start(database, name, ahead));
            }
        }

        public async Task KillOneInMidSweepAsync()
        {
            ServiceProcess? held = null;
            await UntilAsync(async () =>
            {
                var waiting = (await owner.QueryAsync<string>(
                    "select application_name from pg_stat_activity where datname = current_database() and wait_event = 'advisory'"))
                    .ToHashSet();
                held = running.Find(node => waiting.Contains(node.Name));
                return held is not null;
            });
            await held!.KillAsync();
            await owner.ExecuteAsync("select pg_advisory_unlock(hashtext(@Name))", new { held.Name });
            // The server ends the dead one's transaction; only then are its cases free.
            await UntilAsync(async () => await owner.ExecuteScalarAsync<int>(
                "select count(*)::int from pg_stat_activity where application_name = @Name", new { held.Name }) == 0);
            running.Remove(held);
            held.Dispose();
            Killed++;
        }

        public async Task OpenGatesAsync() => await owner.ExecuteAsync("select pg_advisory_unlock_all()");

        public async Task<bool> IsBusyAsync() =>
            await owner.ExecuteScalarAsync<bool>(
                "select exists (select 1 from pg_stat_activity where application_name = any(@names) and state <> 'idle')",
                new { names = running.Select(node => node.Name).ToArray() });

        /// <summary>Asks until it is so. A node whose sweep found nothing free sweeps again.</summary>
        public async Task UntilAsync(Func<Task<bool>> isSo)
        {
            var since = Stopwatch.GetTimestamp();
            while (!await isSo())
            {
                Assert.True(Stopwatch.GetElapsedTime(since) < Patience, "It never came to that.");
                foreach (var node in running.Where(node => node.Heard() is not null))
                    node.Fire("sweep", TimeProvider.System.GetUtcNow() + ahead);
                await owner.ExecuteAsync("select pg_stat_clear_snapshot()");
                await Task.Delay(10);
            }
        }

        public void Dispose()
        {
            foreach (var node in running) node.Dispose();
        }
    }
}
