using System.Net;
using System.Net.Http.Json;
using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Reports.Tallies;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests.Reports;

/// <summary>A month counted again from the journal for whoever reads it: what differs is an error that names the case.</summary>
public sealed class ReconciliationTests : IAsyncLifetime
{
    private Desk desk = null!;
    private string first = "";
    private string second = "";

    private string Month => desk.Today[..7];
    private string Address => $"/api/v1/reports/monthly/{Month}/reconciliation";

    public async ValueTask InitializeAsync()
    {
        desk = Desk.Over(await TestService.StartAsync());
        first = (await desk.GetAsync(await desk.AssignedAsync())).Text("caseNo");
        var opened = await desk.Clerk.PostAsJsonAsync("/api/v1/cases", Desk.Dispute(category: "05"));
        Assert.Equal(HttpStatusCode.Created, opened.StatusCode);
        second = (await opened.JsonAsync()).Text("caseNo");
        // One that moved between rows, so that transfers are counted too.
        var moved = await desk.OpenAsync();
        await desk.Clerk.DoAsync(moved, "correct", new { field = "category", value = "04", reason = "录入错误" });
    }

    public async ValueTask DisposeAsync() => await desk.DisposeAsync();

    [Theory]
    [InlineData("supervisor.43", "")]
    [InlineData("supervisor.430104", "")]
    [InlineData("supervisor.430104", "?division=430104001")]
    [InlineData("head.430104001", "")]
    public async Task A_sound_month_agrees_with_the_journal_and_by_every_view_with_itself(string user, string asked)
    {
        foreach (var folded in new[] { false, true })
        {
            if (folded) await FoldAsync();

            var answer = await (await desk.Service.As(user).GetAsync(Address + asked)).JsonAsync();

            Assert.Empty(answer.GetProperty("differences").EnumerateArray());
            Assert.True(answer.GetProperty("figures").GetInt32() > 10);
            var views = answer.GetProperty("views").EnumerateArray().ToList();
            Assert.Equal(9, views.Count);
            Assert.All(views, view => Assert.True(view.GetProperty("holds").GetBoolean()));
            foreach (var sum in new[] { "registered", "accepted", "settled", "closed", "pending" })
                Assert.Single(views.Select(view => view.GetProperty(sum).GetInt64()).Distinct());
        }
    }

    [Fact]
    public async Task A_spoilt_entry_is_an_error_that_names_its_case_on_the_page_too()
    {
        await FoldAsync();
        await SpoilAsync("delete from tally_entry where measure = 'registered' and category = '05'");

        var found = (await (await desk.Service.As("supervisor.430104").GetAsync(Address + "?division=430104001")).JsonAsync())
            .GetProperty("differences").EnumerateArray().ToList();
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.430104");
        var page = await browser.OpenAsync($"/reports/reconciliation?month={Month}&division=430104001");

        var whole = found.Single(item => !item.TryGetProperty("by", out _));
        Assert.Equal(("registered", 2m, 3m),
            (whole.Text("figure"), whole.GetProperty("stored").GetDecimal(), whole.GetProperty("counted").GetDecimal()));
        Assert.All(found, item => Assert.Equal([second], item.GetProperty("cases").EnumerateArray().Select(entry => entry.GetString())));
        Assert.NotNull(page.QuerySelector("main .error[role=alert]"));
        Assert.NotNull(page.QuerySelector($"main a[href='/cases/{second}']"));
        Assert.Null(page.QuerySelector($"main a[href='/cases/{first}']"));
    }

    [Fact]
    public async Task A_spoilt_figure_of_a_kept_scope_and_one_that_no_case_tells_are_shown()
    {
        await FoldAsync();
        await SpoilAsync("""
            update tally set amount = amount + 1 where scope = '430104' and dimension = 'category' and key = '02' and measure = 'accepted'
            """);
        await SpoilAsync("update tally_entry set measure = 'confirmed' where measure = 'accepted'");

        var county = (await (await desk.Service.As("supervisor.430104").GetAsync(Address)).JsonAsync())
            .GetProperty("differences").EnumerateArray().Single();
        var village = (await (await desk.Service.As("supervisor.430104").GetAsync(Address + "?division=430104001")).JsonAsync())
            .GetProperty("differences").EnumerateArray()
            .Where(item => !item.TryGetProperty("by", out _)).ToDictionary(item => item.Text("figure"));

        Assert.Equal(("category", "02", "accepted", 2m, 1m),
            (county.Text("by"), county.Text("key"), county.Text("figure"), county.GetProperty("stored").GetDecimal(),
                county.GetProperty("counted").GetDecimal()));
        Assert.Equal(first, county.GetProperty("cases")[0].GetString());
        Assert.Empty(village["confirmed"].GetProperty("cases").EnumerateArray());
        Assert.Equal(first, village["accepted"].GetProperty("cases")[0].GetString());
    }

    [Theory]
    [InlineData("supervisor.430104", "2026-13", 400, "validation")]
    [InlineData("supervisor.430104", "2090-01", 400, "validation")]
    [InlineData("supervisor.430104", "2026-10/reconciliation?division=430302", 404, "notFound")]
    [InlineData("liaison.430104", "2026-10", 403, "forbidden")]
    public async Task A_month_that_is_none_or_to_come_and_a_foreign_scope_or_role_are_refused(
        string user, string asked, int status, string code) =>
        await (await desk.Service.As(user).GetAsync("/api/v1/reports/monthly/"
            + (asked.Contains('/', StringComparison.Ordinal) ? asked : asked + "/reconciliation"))).RefusedAsync(status, code);

    private async Task SpoilAsync(string harm)
    {
        await using var owner = new NpgsqlConnection(desk.Service.OwnerConnectionString);
        await owner.OpenAsync();
        Assert.Equal(1, await owner.ExecuteAsync(harm));
    }

    private async Task FoldAsync()
    {
        await using var scope = desk.Service.Scope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new FoldTallies());
    }
}
