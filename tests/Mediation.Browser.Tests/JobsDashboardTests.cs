namespace Mediation.Browser.Tests;

/// <summary>Hangfire's dashboard, which is not ours: whether it works under our rules for pages, and for whom.</summary>
public sealed class JobsDashboardTests(Visit visit)
{
    private const string Dashboard = "/jobs/hangfire";

    [Fact]
    public async Task An_administrator_comes_from_the_jobs_to_the_dashboard_and_sees_the_list_and_the_node_but_no_button()
    {
        var page = await visit.SignedInAsync("admin");
        await page.GotoAsync("/jobs");

        await page.ClickAsync($"a[href='{Dashboard}']");
        await page.ArriveAsync(Dashboard);
        await page.WaitForSelectorAsync("h1.page-header");
        await page.KeepPictureAsync("hangfire");

        await page.GotoAsync(Dashboard + "/recurring");
        var jobs = await page.Locator("tbody tr").AllInnerTextsAsync();
        Assert.Equal(9, jobs.Count);
        Assert.All(["sweep", "closeMonth", "takeOver"], name => Assert.Contains(jobs, row => row.Contains(name, StringComparison.Ordinal)));
        Assert.All(jobs, row => Assert.Contains("Asia/Shanghai", row, StringComparison.Ordinal));
        Assert.Equal(0, await page.Locator(".js-jobs-list-command, input[type=checkbox]").CountAsync());
        // Its style sheet came and was taken.
        Assert.NotEqual("rgba(0, 0, 0, 0)",
            await page.EvaluateAsync<string>("getComputedStyle(document.querySelector('.navbar')).backgroundColor"));

        await page.GotoAsync(Dashboard + "/servers");
        Assert.Single(await page.Locator("tbody tr").AllInnerTextsAsync());
        await page.ClickAsync("a[href='/jobs']");
        await page.ArriveAsync("/jobs");
    }

    [Fact]
    public async Task Others_are_refused_and_who_is_signed_out_comes_to_the_sign_in()
    {
        var clerk = await visit.SignedInAsync(Visit.Clerk);
        var anyone = await visit.OpenAsync("/sign-in");

        foreach (var path in new[] { "", "/recurring", "/jobs/succeeded" })
        {
            Assert.Equal(403, (await clerk.GotoAsync(Dashboard + path))!.Status);
            Assert.DoesNotContain("Hangfire", await clerk.InnerTextAsync("body"), StringComparison.OrdinalIgnoreCase);
            await anyone.GotoAsync(Dashboard + path);
            await anyone.ArriveAsync("/sign-in");
        }

        await clerk.GotoAsync("/jobs");
        Assert.Equal(0, await clerk.Locator($"a[href='{Dashboard}']").CountAsync());
    }
}
