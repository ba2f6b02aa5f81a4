using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Service.Intake;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Month;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;
using Mediation.Service.Tests.Platform.Http;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests.Reports;

/// <summary>A county's month from its cut-off day to the frozen paper, and what becomes of it when something is entered later.</summary>
public sealed class MonthReturnTests
{
    private const string October = "/api/v1/reports/monthly/2026-10";

    [Fact]
    public async Task A_published_month_stays_as_it_was_and_what_is_entered_later_is_a_restatement()
    {
        await using var service = await NovemberAsync();
        var (clerk, supervisor) = (service.As("clerk.430104"), service.As("supervisor.430104"));
        await StepAsync(clerk, "submit", "submitted");
        await StepAsync(supervisor, "return", "returned", new { reason = "排查件数与台账不符" });
        await StepAsync(clerk, "submit", "submitted");
        await StepAsync(supervisor, "sign", "signed");
        var published = await StepAsync(supervisor, "publish", "published");

        var frozen = await (await supervisor.GetAsync(October + "/published?by=category")).JsonAsync();
        var document = await supervisor.GetStringAsync(October + "/published/document");
        Assert.Equal(published.Text("digest"), frozen.Text("digest"));
        Assert.Equal(published.Text("digest"), FrozenText.Digest("", document));
        Assert.Equal(1, frozen.GetProperty("rows")[0].GetProperty("registered").GetInt32());
        var untouched = await (await supervisor.GetAsync(October + "/restatement")).JsonAsync();
        Assert.Empty(untouched.GetProperty("differences").EnumerateArray());
        Assert.Empty(untouched.GetProperty("cases").EnumerateArray());

        service.Clock.Advance(TimeSpan.FromMinutes(1));
        var caseNo = (await (await clerk.GetAsync("/api/v1/cases")).JsonAsync()).GetProperty("items")[0].Text("caseNo");
        var late = await clerk.ActAsync(caseNo, "not-accept",
            new { reason = "alreadyWithCourt", on = "2026-10-22", lateReason = "补录上月处理" }, "\"1\"");
        Assert.Equal(HttpStatusCode.OK, late.StatusCode);

        var again = await (await supervisor.GetAsync(October + "/restatement")).JsonAsync();
        var refused = again.GetProperty("differences").EnumerateArray()
            .Single(item => item.Text("by") == "none" && item.Text("figure") == "notAccepted");
        Assert.Equal((0, 1), (refused.GetProperty("published").GetInt32(), refused.GetProperty("now").GetInt32()));
        var entry = again.GetProperty("cases").EnumerateArray().Single();
        Assert.Equal((caseNo, "notAccepted", "2026-10-22", "补录上月处理"),
            (entry.Text("caseNo"), entry.Text("kind"), entry.Text("on"), entry.Text("reason")));
        Assert.Equal(document, await supervisor.GetStringAsync(October + "/published/document"));
        Assert.Equal("published", (await (await supervisor.GetAsync(October)).JsonAsync()).Text("state"));
    }

    [Fact]
    public async Task Nobody_publishes_a_month_twice_or_changes_it_or_goes_back_before_it()
    {
        await using var service = await NovemberAsync();
        var (clerk, supervisor) = (service.As("clerk.430104"), service.As("supervisor.430104"));
        foreach (var month in new[] { "2026-09", "2026-10" })
        {
            await StepAsync(clerk, "submit", "submitted", month: month);
            await StepAsync(supervisor, "sign", "signed", month: month);
        }

        var rivals = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => supervisor.PostAsync(October + "/publish", null)));

        Assert.Single(rivals, answer => answer.StatusCode == HttpStatusCode.OK);
        foreach (var rival in rivals.Where(answer => answer.StatusCode != HttpStatusCode.OK))
            await rival.RefusedAsync(409, "month.published");
        foreach (var step in new[] { "submit", "return", "sign" })
            await (await (step == "submit" ? clerk : supervisor).PostAsJsonAsync(October + "/" + step,
                step == "return" ? new { reason = "重报" } : (object)new { })).RefusedAsync(409, "month.published");
        await (await supervisor.PostAsync("/api/v1/reports/monthly/2026-09/publish", null)).RefusedAsync(409, "month.order");
        await using var owner = new NpgsqlConnection(service.OwnerConnectionString);
        await owner.OpenAsync();
        foreach (var harm in new[] { "update report_publication set document = '{}'", "delete from report_publication",
            "truncate report_publication cascade" })
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => owner.ExecuteAsync(harm))).SqlState);
    }

    [Fact]
    public async Task The_digests_of_one_scope_are_a_chain()
    {
        await using var service = await NovemberAsync();
        var (clerk, supervisor) = (service.As("clerk.430104"), service.As("supervisor.430104"));
        foreach (var month in new[] { "2026-09", "2026-10" })
        {
            await StepAsync(clerk, "submit", "submitted", month: month);
            await StepAsync(supervisor, "sign", "signed", month: month);
            await StepAsync(supervisor, "publish", "published", month: month);
        }

        var first = await (await supervisor.GetAsync("/api/v1/reports/monthly/2026-09/published")).JsonAsync();
        var second = await (await supervisor.GetAsync(October + "/published")).JsonAsync();

        Assert.Equal("", first.Text("previousDigest"));
        Assert.Equal(first.Text("digest"), second.Text("previousDigest"));
        Assert.Equal(second.Text("digest"),
            FrozenText.Digest(first.Text("digest"), await supervisor.GetStringAsync(October + "/published/document")));
    }

    [Fact]
    public async Task A_step_out_of_turn_scope_or_shape_is_refused()
    {
        await using var service = await NovemberAsync();
        var (clerk, supervisor) = (service.As("clerk.430104"), service.As("supervisor.430104"));

        await (await clerk.PostAsync("/api/v1/reports/monthly/2026-11/submit", null)).RefusedAsync(409, "month.open");
        await (await supervisor.PostAsync(October + "/sign", null)).RefusedAsync(409, "month.notAllowed");
        await (await supervisor.PostAsync(October + "/publish", null)).RefusedAsync(409, "month.notAllowed");
        await (await clerk.PostAsync(October + "/sign", null)).RefusedAsync(403, "forbidden");
        await (await supervisor.PostAsync(October + "/submit", null)).RefusedAsync(403, "forbidden");
        await (await service.As("mediator1.430104001").PostAsync(October + "/submit", null)).RefusedAsync(403, "forbidden");
        await (await clerk.PostAsync(October + "/submit?division=430302", null)).RefusedAsync(404, "notFound");
        await (await supervisor.PostAsJsonAsync(October + "/return", new { })).RefusedAsync(400, "validation");
        await (await clerk.PostAsync("/api/v1/reports/monthly/2026-13/submit", null)).RefusedAsync(400, "validation");
        await (await supervisor.GetAsync(October + "/published")).RefusedAsync(404, "notFound");
        await (await supervisor.GetAsync(October + "/restatement")).RefusedAsync(404, "notFound");
        await (await supervisor.GetAsync(October + "/published?by=colour")).RefusedAsync(400, "validation");
    }

    [Fact]
    public async Task A_body_hands_in_its_own_month_and_the_divisions_leader_signs_it()
    {
        await using var service = await NovemberAsync();

        var own = await (await service.As("head.430104001").PostAsync(October + "/submit", null)).JsonAsync();
        var signed = await (await service.As("supervisor.430104").PostAsync(October + "/sign?body=430104001-committee", null)).JsonAsync();

        Assert.Equal("430104001-committee", own.Text("scope"));
        Assert.Equal("signed", signed.Text("state"));
    }

    [Fact]
    public async Task The_page_leads_the_return_from_hand_to_hand()
    {
        const string page = "/reports/monthly?month=2026-10";
        await using var service = await NovemberAsync();
        using var clerk = await Browser.SignedInAsync(service, "clerk.430104");
        using var supervisor = await Browser.SignedInAsync(service, "supervisor.430104");
        Assert.Empty((await supervisor.OpenAsync(page)).QuerySelectorAll("main form[method=post]"));

        Assert.Equal(HttpStatusCode.Redirect, (await clerk.SendAsync(await clerk.OpenAsync(page), [])).Status);
        var waiting = await supervisor.OpenAsync(page);
        var (status, _, again) = await supervisor.SendAsync(waiting, new() { ["reason"] = [""] });
        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotNull(again.QuerySelector(".error-summary a[href='#f-reason']"));
        Assert.Equal(HttpStatusCode.Redirect, (await supervisor.SendAsync(waiting, new() { ["step"] = ["Sign"] })).Status);
        Assert.Equal(HttpStatusCode.Redirect,
            (await supervisor.SendAsync(await supervisor.OpenAsync(page), new() { ["step"] = ["Publish"] })).Status);
        var stale = await supervisor.SendAsync(waiting, new() { ["step"] = ["Sign"] });
        Assert.Equal(HttpStatusCode.Conflict, stale.Status);

        var published = await supervisor.OpenAsync(page);
        Assert.Matches("^[0-9a-f]{64}$", published.QuerySelector("code.digest")!.TextContent);
        Assert.Equal(3, published.QuerySelectorAll("section[aria-labelledby=return] ol li").Length);
        Assert.NotNull(published.QuerySelector("section[aria-labelledby=restatement] p[role=status]"));
        Assert.Empty(published.QuerySelectorAll("main form[method=post]"));
        using var above = await Browser.SignedInAsync(service, "supervisor.43");
        Assert.Contains("已发布", (await above.OpenAsync(page)).QuerySelector("section[aria-labelledby=below]")!.TextContent,
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_key_hands_in_once()
    {
        await using var service = await NovemberAsync();
        var clerk = service.As("clerk.430104");
        var answers = new List<string>();
        for (var time = 0; time < 2; time++)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, October + "/submit") { Headers = { { "Idempotency-Key", "k-1" } } };
            var answer = await clerk.SendAsync(request);
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            answers.Add(await answer.Content.ReadAsStringAsync());
        }

        Assert.Equal(answers[0], answers[1]);
        Assert.Equal(1, await service.Db.OpenConnection().ExecuteScalarAsync<int>("select count(*) from report_step"));
    }

    /// <summary>A survey in September and one case in October; it is 6 November 2026, and both months are closed.</summary>
    private static async Task<TestService> NovemberAsync()
    {
        var service = await TestService.StartAsync();
        var clerk = service.As("clerk.430104");
        Assert.Equal(HttpStatusCode.Created, (await clerk.PostAsJsonAsync("/api/v1/surveys",
            new { division = "430104001", on = "2026-09-20", rounds = 1, found = 3 })).StatusCode);
        Assert.Equal(HttpStatusCode.Created, (await clerk.PostAsync("/api/v1/cases", ApiService.Json(OpenCase.Example))).StatusCode);
        service.Clock.Advance(TimeSpan.FromDays(16));
        await using var scope = service.Scope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        Assert.Equal(2, (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new CloseMonth())).Months);
        return service;
    }

    private static async Task<JsonElement> StepAsync(
        HttpClient by, string step, string state, object? body = null, string month = "2026-10")
    {
        using var answer = await by.PostAsJsonAsync($"/api/v1/reports/monthly/{month}/{step}", body ?? new { });
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        var done = JsonDocument.Parse(text).RootElement;
        Assert.Equal(state, done.Text("state"));
        return done;
    }
}
