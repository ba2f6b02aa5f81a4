using System.Net;
using Dapper;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Pages;

public sealed class JobPagesTests : IAsyncLifetime
{
    private readonly Desk desk = new();

    public async ValueTask InitializeAsync() => await desk.InitializeAsync();

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Fact]
    public async Task The_administrator_sees_each_job_and_runs_one_from_its_row()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "admin");
        await browser.OpenAsync("/jobs"); // from here on it waits for the jobs
        desk.Service.Clock.Advance(TimeSpan.FromMinutes(6));
        var page = await browser.OpenAsync("/jobs");
        var sweep = page.QuerySelector("button[value=sweep]")!.Closest("tr")!;
        Assert.Contains("尚未运行", sweep.TextContent, StringComparison.Ordinal);
        Assert.Contains("任务逾时", page.QuerySelector(".notice.bad")!.TextContent, StringComparison.Ordinal);

        var (status, location, _) = await browser.SendAsync(page, new() { ["job"] = ["sweep"] });

        Assert.Equal((HttpStatusCode.Redirect, "/jobs"), (status, location));
        var after = await browser.OpenAsync("/jobs");
        Assert.Contains("“扫描期限”已执行完毕", after.QuerySelector(".flash")!.TextContent, StringComparison.Ordinal);
        var row = after.QuerySelector("button[value=sweep]")!.Closest("tr")!.TextContent;
        Assert.Contains("由 admin 启动", row, StringComparison.Ordinal);
        Assert.Contains("escalations 0", row, StringComparison.Ordinal);
        Assert.DoesNotContain("扫描期限", after.QuerySelector(".notice.bad")?.TextContent ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_job_that_runs_already_is_not_started_again_and_the_page_says_so()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, "admin");
        var page = await browser.OpenAsync("/jobs");
        await using var connection = await desk.Service.Db.OpenConnectionAsync();
        await connection.ExecuteAsync("""
            insert into job_run (name, scheduled_for, node, started_at, lease_until)
            values ('prune', @now, 'other:1', @now, now() + interval '1 hour')
            """,
            new { now = desk.Service.Clock.GetUtcNow() });

        var (status, _, refused) = await browser.SendAsync(page, new() { ["job"] = ["prune"] });

        Assert.Equal(HttpStatusCode.Conflict, status);
        Assert.Contains("该任务正在运行", refused.QuerySelector(".error-summary")!.TextContent, StringComparison.Ordinal);
        Assert.Contains("正在运行", refused.QuerySelector("button[value=prune]")!.Closest("tr")!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_may_not_run_jobs_does_not_see_the_page()
    {
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);

        Assert.Equal(HttpStatusCode.Forbidden, (await browser.GetAsync("/jobs")).Status);
        Assert.Null((await browser.OpenAsync("/")).QuerySelector("nav a[href='/jobs']"));
    }
}
