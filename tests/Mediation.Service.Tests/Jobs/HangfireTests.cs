using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Html.Parser;
using Dapper;
using Hangfire;
using Hangfire.Storage;
using Mediation.Service.Demonstration;
using Mediation.Service.Jobs;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Registry;
using Mediation.Service.Tests.Platform;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Mediation.Service.Tests.Jobs;

public sealed class HangfireTests
{
    private static readonly DateTimeOffset Minute = TestCases.Monday;

    [Fact]
    public async Task A_run_that_failed_is_thrown_and_tried_again_under_its_own_instant_until_a_later_run_has_succeeded()
    {
        await using var cases = await TestCases.CreateAsync(Minute.AddSeconds(30));
        var firing = Firing(cases, cases.Clock);
        var (runs, fails) = (0, true);
        var job = new Job("count", "0 * * * * ?", TimeSpan.FromMinutes(5),
            (_, _) => fails ? throw new InvalidOperationException("测试甲 19900000001") : Task.FromResult($"run {++runs}"));

        var failed = await Assert.ThrowsAsync<InvalidOperationException>(() => firing.FireAsync(job, Minute, CancellationToken.None));
        cases.Clock.Advance(TimeSpan.FromSeconds(30));
        fails = false;
        await firing.FireAsync(job, Minute, CancellationToken.None);
        await firing.FireAsync(job, Minute, CancellationToken.None);

        Assert.Equal("count: InvalidOperationException", failed.Message);
        Assert.Equal(1, runs);
        Assert.Equal([false, true], await RunsAsync(cases, "count"));
    }

    [Fact]
    public async Task A_firing_that_has_succeeded_or_is_under_way_on_any_node_is_left_alone()
    {
        await using var cases = await TestCases.CreateAsync(Minute.AddSeconds(30));
        await using (var connection = await cases.Db.OpenConnectionAsync())
        {
            await connection.ExecuteAsync("""
                insert into job_run (name, scheduled_for, node, started_at, lease_until, ended_at, succeeded) values
                    ('done', @Minute, 'other:1', @Minute, null, @Minute, true),
                    ('held', @Minute, 'other:1', @Minute, now() + interval '1 minute', null, null)
                """, new { Minute });
        }

        foreach (var name in new[] { "done", "held" })
        {
            await Firing(cases, cases.Clock).FireAsync(new Job(name, "0 * * * * ?", TimeSpan.FromMinutes(5),
                (_, _) => throw new InvalidOperationException()), Minute, CancellationToken.None);
            Assert.Single(await RunsAsync(cases, name));
        }
    }

    [Fact]
    public async Task A_run_longer_than_its_interval_is_not_joined_by_the_next()
    {
        await using var cases = await TestCases.CreateAsync();
        var firing = Firing(cases, cases.Clock);
        var (begun, end) = (new TaskCompletionSource(), new TaskCompletionSource<string>());
        var job = new Job("long", "0 * * * * ?", TimeSpan.FromMinutes(5), (_, _) =>
        {
            begun.SetResult();
            return end.Task;
        });

        var first = firing.FireAsync(job, Minute, CancellationToken.None);
        await begun.Task;
        await firing.FireAsync(job, Minute.AddMinutes(1), CancellationToken.None);
        end.SetResult("done");
        await first;

        Assert.Equal([true], await RunsAsync(cases, "long"));
    }

    [Fact]
    public async Task A_run_is_named_after_the_minute_it_was_due_in_on_the_clock_of_the_service()
    {
        await using var cases = await TestCases.CreateAsync();
        var (firing, ahead) = (Firing(cases, cases.Clock), Firing(cases, new ShiftedTime(TimeSpan.FromDays(40))));
        Job Of(string name) => JobList.All.Single(job => job.Name == name);

        Assert.Equal(Minute, firing.Scheduled(Of("sweep"), Minute.AddSeconds(7)));
        Assert.Equal(Minute, firing.Scheduled(Of("takeOver"), Minute.AddSeconds(62))); // due at 45, seen in the next minute
        Assert.Equal(Minute.AddMinutes(90), firing.Scheduled(Of("prune"), Minute.AddMinutes(90).AddSeconds(20))); // missed, caught up
        Assert.Equal(Minute.AddDays(40), ahead.Scheduled(Of("sweep"), Minute.AddSeconds(7)));
    }

    [Fact]
    public async Task A_node_puts_the_one_list_and_only_an_administrator_looks_into_it()
    {
        var database = await TestCluster.CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("mediation-hangfire-").FullName;
        await using var db = Database.Open(database);
        var accounts = (await DemoDirectory.LoadAsync(db, folder, TimeProvider.System)).ToDictionary(account => account.User,
            account => account.Token, StringComparer.Ordinal);
        Directory.Delete(folder, recursive: true);
        using var node = ServiceProcess.Start(database, "dashboard", TimeSpan.Zero);
        var address = await node.Ready.WaitAsync(TimeSpan.FromMinutes(5));
        using var admin = Client(address, accounts["admin"]);
        using var clerk = Client(address, accounts["clerk.430104"]);
        using var nobody = Client(address, null);

        using var shown = await admin.GetAsync(Dashboard("/recurring"));
        var page = new HtmlParser().ParseDocument(await shown.Content.ReadAsStringAsync());
        using var trigger = new HttpRequestMessage(HttpMethod.Post, Dashboard("/recurring/trigger"))
        { Content = new FormUrlEncodedContent([new("jobs[]", "sweep")]) };
        trigger.Headers.Add(page.QuerySelector("meta[name=csrf-header]")!.GetAttribute("content")!,
            page.QuerySelector("meta[name=csrf-token]")!.GetAttribute("content"));
        using var triggered = await admin.SendAsync(trigger);
        using var jobs = await admin.GetAsync(new Uri("/jobs", UriKind.Relative));
        using var unknown = await nobody.GetAsync(Dashboard(""));

        Assert.Equal(HttpStatusCode.OK, shown.StatusCode);
        foreach (var job in JobList.All)
            Assert.Single(page.QuerySelectorAll("tbody tr"), row => row.TextContent.Contains(job.Cron, StringComparison.Ordinal)
                && row.TextContent.Contains(job.Name, StringComparison.Ordinal));
        Assert.Equal(SecurityHeaders.WithStyleAttributes, shown.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Equal(HttpStatusCode.Unauthorized, triggered.StatusCode); // to look at only
        Assert.Contains("href=\"/jobs/hangfire\"", await jobs.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("style-src-attr", jobs.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
        foreach (var path in new[] { "", "/recurring", "/js18240", "/nosuch" })
            Assert.Equal(HttpStatusCode.Forbidden, (await clerk.GetAsync(Dashboard(path))).StatusCode);
        Assert.Equal((HttpStatusCode.Redirect, "/sign-in"), (unknown.StatusCode, unknown.Headers.Location!.AbsolutePath));
    }

    [Fact]
    public async Task A_job_that_left_the_list_leaves_Hangfire_with_the_next_start_and_what_was_disabled_comes_back()
    {
        await using var cases = await TestCases.CreateAsync(TimeProvider.System.GetUtcNow());
        await using var node = ServiceApp.Build([], cases.Settings with { Jobs = true });
        var setup = node.Services.GetServices<IHostedService>().OfType<HangfireServer>().Single();
        await setup.StartAsync(CancellationToken.None);
        var recurring = node.Services.GetRequiredService<IRecurringJobManager>();
        recurring.AddOrUpdate<HangfireFiring>("old", firing => firing.RunAsync("old", null!, CancellationToken.None),
            "0 0 3 * * ?", new RecurringJobOptions());
        recurring.RemoveIfExists("sweep");

        await setup.StartAsync(CancellationToken.None);

        using var connection = node.Services.GetRequiredService<JobStorage>().GetConnection();
        Assert.Equal(JobList.All.Select(job => (job.Name, job.Cron, "Asia/Shanghai")).Order(),
            connection.GetRecurringJobs().Select(job => (job.Id, job.Cron, job.TimeZoneId)).Order());
    }

    [Fact]
    public async Task The_lock_that_a_killed_node_left_holds_the_others_up_for_seconds_alone()
    {
        await using var cases = await TestCases.CreateAsync(TimeProvider.System.GetUtcNow());
        await using var node = ServiceApp.Build([], cases.Settings with { Jobs = true });
        await node.Services.GetServices<IHostedService>().OfType<HangfireServer>().Single().StartAsync(CancellationToken.None);
        await using var connection = await cases.Db.OpenConnectionAsync();
        await connection.ExecuteAsync("insert into hangfire.lock (resource, acquired) values ('hangfire:recurring-jobs:lock', now())");

        using (var storage = node.Services.GetRequiredService<JobStorage>().GetConnection())
        using (storage.AcquireDistributedLock("recurring-jobs:lock", TimeSpan.FromSeconds(15)))
            Assert.Equal(1, await connection.ExecuteScalarAsync<int>("select count(*)::int from hangfire.lock"));

        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("select count(*)::int from hangfire.lock"));
    }

    private static Uri Dashboard(string path) => new(HangfireSetup.Dashboard + path, UriKind.Relative);

    private static HttpClient Client(Uri address, string? token)
    {
        var client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = address };
        if (token is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    private static HangfireFiring Firing(TestCases cases, TimeProvider clock) =>
        ActivatorUtilities.CreateInstance<HangfireFiring>(cases.Services, clock);

    private static async Task<List<bool>> RunsAsync(TestCases cases, string name)
    {
        await using var connection = await cases.Db.OpenConnectionAsync();
        return [.. await connection.QueryAsync<bool>(
            "select coalesce(succeeded, false) from job_run where name = @name order by scheduled_for", new { name })];
    }
}
