using System.Diagnostics;
using Dapper;
using Mediation.Service.Tests.Platform;
using Npgsql;

namespace Mediation.Service.Tests.Jobs;

/// <summary>Nodes as they are: processes of their own on one database.</summary>
public sealed class JobProcessesTests
{
    [Fact]
    public async Task Two_processes_fire_by_their_own_schedule_and_a_minute_runs_on_one_of_them()
    {
        await using var cases = await TestCases.CreateAsync();
        await using var owner = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cases.Owner) { Pooling = false }.ConnectionString);
        await owner.OpenAsync();
        var nodes = Enumerable.Range(0, 2).Select(n => ServiceProcess.Start(cases.Owner, $"firing{n}", TimeSpan.Zero)).ToArray();
        try
        {
            await Task.WhenAll(nodes.Select(node => node.Ready)).WaitAsync(TimeSpan.FromMinutes(5));
            var ready = await owner.ExecuteScalarAsync<DateTime>("select now()");
            var since = Stopwatch.GetTimestamp();
            // Five jobs are due each minute, at seconds of their own; a firing is named after its minute, what was
            // caught up at the start after its instant.
            while (await owner.ExecuteScalarAsync<int>("""
                select count(distinct name)::int from job_run where succeeded and started_at > @ready
                    and scheduled_for = date_trunc('minute', scheduled_for)
                    and name in ('sweep', 'endRisks', 'recount', 'fold', 'takeOver')
                """, new { ready }) < 2)
            {
                Assert.True(Stopwatch.GetElapsedTime(since) < TimeSpan.FromMinutes(5), "It was never fired.");
                await Task.Delay(50);
            }

            Assert.Equal(0,
                await owner.ExecuteScalarAsync<int>("select count(*)::int from job_run where scheduled_for > now() or succeeded is false"));
        }
        finally
        {
            foreach (var node in nodes) node.Dispose();
        }
    }

    [Fact]
    public async Task Three_processes_run_each_firing_once_and_go_on_with_the_job_of_one_that_is_killed()
    {
        await using var cases = await TestCases.CreateAsync();
        await using var owner = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(cases.Owner) { Pooling = false }.ConnectionString);
        await owner.OpenAsync();
        var nodes = Enumerable.Range(0, 3).Select(n => ServiceProcess.Start(cases.Owner, $"node{n}", TimeSpan.Zero)).ToArray();
        try
        {
            await Task.WhenAll(nodes.Select(node => node.Ready)).WaitAsync(TimeSpan.FromMinutes(5));
            foreach (var node in nodes) Assert.StartsWith("ready", await node.SaysAsync(), StringComparison.Ordinal);
            const int firings = 30;
            var first = new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero);
            for (var n = 0; n < firings; n++)
                foreach (var node in nodes) node.Fire("fold", first.AddMinutes(n));
            var ran = 0;
            foreach (var node in nodes)
                for (var n = 0; n < firings; n++)
                    if (await node.SaysAsync() == "ran") ran++;
            Assert.Equal((firings, firings), (ran, await owner.ExecuteScalarAsync<int>(
                "select count(*)::int from job_run where scheduled_for >= @first and succeeded", new { first })));

            // What the job clears is locked: its node holds the run, and is killed.
            await using (var transaction = await owner.BeginTransactionAsync())
            {
                await owner.ExecuteAsync("lock table idempotency in access exclusive mode", transaction: transaction);
                nodes[0].Fire("prune", first.AddDays(1));
                while (!await owner.ExecuteScalarAsync<bool>(
                    "select exists (select 1 from pg_locks where relation = 'idempotency'::regclass and not granted)",
                    transaction: transaction))
                    await Task.Yield();
                await nodes[0].KillAsync();
                await transaction.RollbackAsync();
            }

            Assert.True(await owner.ExecuteScalarAsync<bool>(
                "select ended_at is null and lease_until > now() from job_run where name = 'prune' and scheduled_for = @at",
                new { at = first.AddDays(1) }));
            nodes[1].Fire("takeOver", first.AddDays(2));
            Assert.Equal("ran", await nodes[1].SaysAsync());
            Assert.Equal("broken off 0, taken over 0", await ResultAsync(2)); // its lease holds yet
            await owner.ExecuteAsync("""
                update job_run set lease_until = now() - interval '1 second', scheduled_for = now()
                where name = 'prune' and ended_at is null
                """);
            foreach (var node in nodes[1..]) node.Fire("takeOver", first.AddDays(3));
            foreach (var node in nodes[1..]) await node.SaysAsync();
            // Its own schedule may have come first with it, and be at work.
            while (!await owner.ExecuteScalarAsync<bool>(
                "select bool_and(ended_at is not null) from job_run where name in ('prune', 'takeOver')"))
                await Task.Delay(5);
            Assert.Equal(1,
                await owner.ExecuteScalarAsync<int>("select count(*)::int from job_run where result = 'broken off 1, taken over 1'"));
            Assert.Equal(("brokenOff", false), await owner.QuerySingleAsync<(string, bool)>(
                "select result, succeeded from job_run where name = 'prune' and result = 'brokenOff'"));
            Assert.True(await owner.ExecuteScalarAsync<bool>(
                "select succeeded from job_run where name = 'prune' order by scheduled_for desc limit 1"));

            Assert.Equal(0, await nodes[1].TerminateAsync());

            Task<string?> ResultAsync(int day) => owner.ExecuteScalarAsync<string>(
                "select result from job_run where name = 'takeOver' and scheduled_for = @at", new { at = first.AddDays(day) });
        }
        finally
        {
            foreach (var node in nodes) node.Dispose();
        }
    }
}
