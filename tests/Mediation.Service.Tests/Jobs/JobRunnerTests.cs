using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Service.Jobs;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Jobs;

public sealed class JobRunnerTests
{
    private static readonly DateTimeOffset Minute = TestCases.Monday;

    [Fact]
    public async Task One_firing_on_two_nodes_runs_once()
    {
        await using var cases = await TestCases.CreateAsync();
        await using var second = ServiceApp.Build([], cases.Settings);
        var runs = 0;
        var job = new Job("count", "0 * * * * ?", TimeSpan.FromMinutes(5),
            (_, _) => Task.FromResult($"run {Interlocked.Increment(ref runs)}"));
        var nodes = new[] { cases.Services.GetRequiredService<JobRunner>(), second.Services.GetRequiredService<JobRunner>() };

        var claimed = await Task.WhenAll(
            Enumerable.Range(0, 10).Select(n => Task.Run(() => nodes[n % 2].RunAsync(job, Minute, CancellationToken.None))));

        Assert.Equal((1, 1), (runs, claimed.Count(mine => mine)));
        Assert.Equal("run 1",
            await cases.ScalarAsync<string>("select result from job_run where name = 'count' and succeeded and ended_at is not null"));
        Assert.True(await nodes[1].RunAsync(job, Minute.AddMinutes(1), CancellationToken.None));
    }

    [Fact]
    public async Task A_job_that_fails_is_recorded_without_what_it_said_and_the_next_firing_runs()
    {
        await using var cases = await TestCases.CreateAsync();
        var runner = cases.Services.GetRequiredService<JobRunner>();
        var job = new Job("fails", "0 * * * * ?", TimeSpan.FromMinutes(5),
            (_, _) => throw new InvalidOperationException("测试甲 19900000001"));

        Assert.True(await runner.RunAsync(job, Minute, CancellationToken.None));
        Assert.True(await runner.RunAsync(job, Minute.AddMinutes(1), CancellationToken.None));

        Assert.Equal(2, await cases.ScalarAsync<int>(
            "select count(*)::int from job_run where not succeeded and ended_at is not null and result = 'InvalidOperationException'"));
    }

    [Fact]
    public async Task A_run_that_a_stopping_node_cuts_off_says_so()
    {
        await using var cases = await TestCases.CreateAsync();
        using var stop = new CancellationTokenSource();
        var job = new Job("long", "0 * * * * ?", TimeSpan.FromMinutes(5), async (_, token) =>
        {
            await stop.CancelAsync();
            token.ThrowIfCancellationRequested();
            return "";
        });

        await cases.Services.GetRequiredService<JobRunner>().RunAsync(job, Minute, stop.Token);

        Assert.Equal("OperationCanceledException", await cases.ScalarAsync<string>("select result from job_run where not succeeded"));
    }

    [Fact]
    public async Task Every_job_of_the_list_runs_as_the_service_itself()
    {
        await using var cases = await TestCases.CreateAsync();
        var runner = cases.Services.GetRequiredService<JobRunner>();

        foreach (var job in JobList.All) Assert.True(await runner.RunAsync(job, Minute, CancellationToken.None));

        Assert.Equal(JobList.All.Count, await cases.ScalarAsync<int>("select count(*)::int from job_run where succeeded"));
    }

    [Fact]
    public async Task Old_answers_and_runs_are_forgotten_and_younger_ones_kept()
    {
        await using var cases = await TestCases.CreateAsync();
        await using (var connection = await cases.Db.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("""
                insert into idempotency (account, key, request_hash, status, body, created_at)
                    select 'a', n::text, '', 200, '', @now - n * interval '1 day' from generate_series(1, 9) n;
                insert into job_run (name, scheduled_for, node, started_at) select 'x', @now - n * interval '1 day', '', @now
                    from generate_series(1, 33) n;
                insert into division values ('99', '某省', 'province', null);
                insert into body (code, name, kind, level, division, mediates)
                    values ('99-centre', '中心', 'centre', 'province', '99', false);
                insert into app_user values ('someone', '某人', 'clerk', '99-centre', '99', '', 'stamp', true);
                insert into form_draft (user_name, form, body, saved_at) select 'someone', '/cases/' || n, '', @now - n * interval '1 day'
                from generate_series(1, 16) n
                """, new { now = cases.Clock.GetUtcNow() });
        }

        var result = await cases.SendAsync(new PruneOld());

        Assert.Equal((2, 3, 2), (result.Answers, result.Runs, result.Drafts));
        Assert.Equal((7, 30), (await cases.ScalarAsync<int>("select count(*)::int from idempotency"),
            await cases.ScalarAsync<int>("select count(*)::int from job_run")));
    }

    [Fact]
    public void Schedules_are_in_the_time_of_Shanghai()
    {
        var at = new DateTimeOffset(2026, 11, 23, 1, 0, 30, TimeSpan.Zero);

        Assert.Equal(new DateTimeOffset(2026, 11, 23, 1, 1, 0, TimeSpan.Zero), JobList.All.Single(job => job.Name == "sweep").Next(at));
        Assert.Equal(new DateTimeOffset(2026, 11, 23, 19, 40, 0, TimeSpan.Zero), JobList.All.Single(job => job.Name == "prune").Next(at));
        Assert.All(JobList.All, job => Assert.NotNull(job.Next(at)));
    }

    [Fact]
    public async Task A_start_ahead_of_time_shows_stale_cases_overdue_before_it_listens()
    {
        await using var cases = await TestCases.CreateAsync(TimeProvider.System.GetUtcNow());
        var one = await cases.AcceptedAsync();
        await using var node = ServiceApp.Build([], cases.Settings with { Clock = new ShiftedTime(TimeSpan.FromDays(40)), Jobs = true });
        node.Urls.Add("http://127.0.0.1:0");

        await node.StartAsync();

        Assert.Equal(Domain.Deadlines.Timeliness.Overdue, (await cases.LoadAsync(one.Id)).State.Timeliness);
        Assert.True(
            await cases.ScalarAsync<bool>("select bool_and(succeeded) from job_run where scheduled_for > now() + interval '39 days'"));
        using var client = new HttpClient { BaseAddress = new Uri(node.Urls.First()) };
        Assert.Equal("ok", (await client.GetFromJsonAsync<JsonElement>("/healthz/ready")).GetProperty("status").GetString());
        await node.StopAsync();
    }

    [Fact]
    public async Task A_node_without_jobs_fires_nothing()
    {
        await using var cases = await TestCases.CreateAsync();
        await using var node = ServiceApp.Build([], cases.Settings with { Jobs = false });
        node.Urls.Add("http://127.0.0.1:0");

        await node.StartAsync();
        await node.StopAsync();

        Assert.Equal(0, await cases.ScalarAsync<int>("select count(*)::int from job_run"));
    }

    [Fact]
    public async Task A_late_job_leaves_the_service_ready_but_degraded_and_an_administrator_sees_which()
    {
        await using var service = await TestService.StartAsync();
        using var admin = service.As(service.Accounts.First(account => account.Role == "admin").User);
        using var clerk = service.As(service.Accounts.First(account => account.Role == "clerk").User);
        Assert.Equal("ok", (await admin.GetFromJsonAsync<JsonElement>("/healthz/ready")).GetProperty("status").GetString());
        service.Clock.Advance(TimeSpan.FromMinutes(6));

        var late = await admin.GetFromJsonAsync<JsonElement>("/healthz/ready");
        var listed = await admin.GetFromJsonAsync<JsonElement>("/api/v1/jobs");

        Assert.Equal("degraded", late.GetProperty("status").GetString());
        Assert.Contains("sweep", late.GetProperty("lateJobs").EnumerateArray().Select(name => name.GetString()));
        var sweep = listed.GetProperty("items").EnumerateArray().Single(item => item.GetProperty("name").GetString() == "sweep");
        Assert.Equal("late", sweep.GetProperty("state").GetString());
        Assert.Equal(HttpStatusCode.Forbidden, (await clerk.GetAsync(new Uri("/api/v1/jobs", UriKind.Relative))).StatusCode);
    }

    [Fact]
    public async Task An_administrator_runs_a_job_now_and_sees_what_it_did_and_nobody_else_may()
    {
        await using var service = await TestService.StartAsync();
        using var admin = service.As("admin");
        using var clerk = service.As("clerk.430104");

        var ran = await (await admin.PostAsJsonAsync("/api/v1/jobs/fold/run", new { })).JsonAsync();
        using var again = await admin.PostAsJsonAsync("/api/v1/jobs/fold/run", new { });
        using var unknown = await admin.PostAsJsonAsync("/api/v1/jobs/nosuch/run", new { });
        using var refused = await clerk.PostAsJsonAsync("/api/v1/jobs/fold/run", new { });

        Assert.Equal("waiting", ran.GetProperty("state").GetString());
        var last = ran.GetProperty("last");
        Assert.Equal(("admin", true), (last.GetProperty("askedBy").GetString(), last.GetProperty("succeeded").GetBoolean()));
        Assert.NotEqual(JsonValueKind.Null, last.GetProperty("endedAt").ValueKind);
        // the test's clock stands: the same instant
        Assert.Equal((HttpStatusCode.Conflict, "job.running"),
            (again.StatusCode, (await again.JsonAsync()).GetProperty("code").GetString()));
        Assert.Equal((HttpStatusCode.NotFound, HttpStatusCode.Forbidden), (unknown.StatusCode, refused.StatusCode));
        service.Clock.Advance(TimeSpan.FromSeconds(1));
        using var later = await admin.PostAsJsonAsync("/api/v1/jobs/fold/run", new { });
        Assert.Equal(HttpStatusCode.OK, later.StatusCode);
    }

    [Fact]
    public async Task A_job_that_runs_on_another_node_is_not_run_beside_it()
    {
        await using var service = await TestService.StartAsync();
        using var admin = service.As("admin");
        await using var connection = await service.Db.OpenConnectionAsync();
        await connection.ExecuteAsync("""
            insert into job_run (name, scheduled_for, node, started_at, lease_until)
            values ('fold', @now, 'other:1', @now, now() + interval '1 hour')
            """,
            new { now = service.Clock.GetUtcNow().AddSeconds(-5) });

        using var refused = await admin.PostAsJsonAsync("/api/v1/jobs/fold/run", new { });

        Assert.Equal(HttpStatusCode.Conflict, refused.StatusCode);
        Assert.Equal("running", (await admin.GetFromJsonAsync<JsonElement>("/api/v1/jobs")).GetProperty("items").EnumerateArray()
            .Single(item => item.GetProperty("name").GetString() == "fold").GetProperty("state").GetString());
    }

    [Fact]
    public async Task A_run_whose_node_was_lost_is_marked_and_taken_over_once_unless_a_later_run_did_the_work()
    {
        await using var cases = await TestCases.CreateAsync();
        await using (var connection = await cases.Db.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("""
                insert into job_run (name, scheduled_for, node, started_at, lease_until, ended_at, succeeded) values
                    ('prune', @now - interval '5 minutes', 'dead:1', @now, now() - interval '1 second', null, null),
                    ('closeMonth', @now - interval '5 minutes', 'alive:1', @now, now() + interval '1 hour', null, null),
                    ('sweep', @now - interval '5 minutes', 'dead:1', @now, now() - interval '1 second', null, null),
                    ('sweep', @now - interval '4 minutes', 'alive:1', @now, null, @now, true),
                    ('fold', @now - interval '5 minutes', 'older:1', now(), null, null, null)
                """, new { now = cases.Clock.GetUtcNow() });
        }

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => cases.SendAsync(new TakeOver()))));

        Assert.Equal((2, 1), (results.Sum(result => result.BrokenOff), results.Sum(result => result.TakenOver)));
        Assert.Equal(2, await cases.ScalarAsync<int>(
            "select count(*)::int from job_run where result = 'brokenOff' and not succeeded and node = 'dead:1'"));
        Assert.True(await cases.ScalarAsync<bool>("select succeeded from job_run where name = 'prune' and scheduled_for = @now",
            new { now = cases.Clock.GetUtcNow() }));
        Assert.Equal(2, await cases.ScalarAsync<int>("select count(*)::int from job_run where ended_at is null"));
    }

    [Fact]
    public async Task Clocks_that_no_sweep_has_advanced_for_five_minutes_are_counted_as_late()
    {
        await using var cases = await TestCases.CreateAsync();
        var one = await cases.AcceptedAsync();
        var health = cases.Services.GetRequiredService<JobHealth>();
        cases.Clock.Advance(one.RunningClocks.Min(clock => clock.NextAt)!.Value - cases.Clock.GetUtcNow() + TimeSpan.FromMinutes(5));
        Assert.Equal(0, await health.LateClocksAsync(CancellationToken.None));

        cases.Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(1, await health.LateClocksAsync(CancellationToken.None));
        await cases.SweepAsync();
        Assert.Equal(0, await health.LateClocksAsync(CancellationToken.None));
    }
}
