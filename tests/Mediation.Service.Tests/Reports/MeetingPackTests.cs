using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dapper;
using Mediation.Service.Escalation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Month;
using Mediation.Service.Sending;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;
using Mediation.Service.Tests.Sending;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests.Reports;

/// <summary>
/// The paper of the dispatch meeting: made when a county's month is published, frozen with it, and told to whoever asked.
/// </summary>
public sealed class MeetingPackTests : IAsyncLifetime
{
    private const string October = "/api/v1/reports/monthly/2026-10";
    private readonly MailSink sink = new();
    private Desk desk = null!;
    private string caseNo = "";

    private HttpClient Supervisor => desk.Service.As("supervisor.430104");

    public async ValueTask InitializeAsync()
    {
        desk = Desk.Over(await TestService.StartAsync(args: sink.Settings));
        var id = await desk.AssignedAsync();
        await desk.Head.DoAsync(id, "risk", new { level = "red", reason = "扬言报复" });
        caseNo = (await Supervisor.DoAsync(id, "letters", new { to = Desk.Committee, text = "请书面说明办理情况。", replyBy = desk.Day(2) }))
            .Text("caseNo");
        desk.Service.Clock.Advance(TimeSpan.FromDays(40));
        await RunAsync(new SweepClocks());
        await RunAsync(new CloseMonth());
    }

    public async ValueTask DisposeAsync()
    {
        await desk.DisposeAsync();
        await sink.DisposeAsync();
    }

    [Fact]
    public async Task The_pack_is_frozen_with_the_month_and_holds_red_unanswered_and_stuck_cases_without_a_name()
    {
        var draft = await (await Supervisor.GetAsync(October + "/pack")).JsonAsync();
        Assert.False(draft.TryGetProperty("digest", out _));

        var month = await PublishAsync();
        await desk.Head.DoAsync(caseNo, "letters/1/reply", new { text = "已再次调解" });

        var answer = await Supervisor.GetAsync(October + "/pack");
        var text = await answer.Content.ReadAsStringAsync();
        var pack = JsonDocument.Parse(text).RootElement.GetProperty("pack");
        Assert.All(["Red", "Letters", "Stuck"], list =>
        {
            var found = pack.GetProperty(JsonNamingPolicy.CamelCase.ConvertName(list));
            Assert.Equal((1, caseNo), (found.GetProperty("count").GetInt32(), found.GetProperty("first")[0].Text("caseNo")));
        });
        Assert.Equal(38, pack.GetProperty("letters").GetProperty("first")[0].GetProperty("days").GetInt32());
        Assert.Equal(40, pack.GetProperty("red").GetProperty("first")[0].GetProperty("days").GetInt32());
        Assert.True(pack.GetProperty("stuck").GetProperty("first")[0].GetProperty("days").GetInt32() is > 0 and < 40);
        Assert.Equal(1,
            pack.GetProperty("figures").EnumerateArray().Single(row => row.Text("figure") == "registered").GetProperty("now").GetInt32());
        Assert.All(["张小甲", "李小1", "漏水", "扬言", "19900000001"], word => Assert.DoesNotContain(word, text, StringComparison.Ordinal));
        await using var owner = new NpgsqlConnection(desk.Service.OwnerConnectionString);
        await owner.OpenAsync();
        var (document, digest) = await owner.QuerySingleAsync<(string, string)>("select document, digest from report_pack");
        Assert.Equal(FrozenText.Digest(month, document), digest);
        Assert.Equal(digest, JsonDocument.Parse(text).RootElement.Text("digest"));
        foreach (var harm in new[] { "update report_pack set document = '{}'", "delete from report_pack", "truncate report_pack cascade" })
            Assert.Equal("42501", (await Assert.ThrowsAsync<PostgresException>(() => owner.ExecuteAsync(harm))).SqlState);
    }

    [Fact]
    public async Task Who_subscribed_finds_it_in_the_inbox_and_by_mail_and_who_ended_it_does_not()
    {
        await RunAsync(new SendNotices()); // what the ladders told meanwhile
        await WishAsync(Supervisor, "zhou@example.org");
        await WishAsync(desk.Clerk, "chen@example.org");
        using var browser = await Browser.SignedInAsync(desk.Service, "supervisor.430104");
        var page = await browser.OpenAsync("/reports/pack?month=2026-10");
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync(page, new() { ["subscribed"] = ["true"] })).Status);
        foreach (var subscribed in new[] { true, false })
            Assert.Equal(HttpStatusCode.OK,
                (await desk.Clerk.PostAsJsonAsync("/api/v1/reports/subscriptions", new { division = "430104", subscribed })).StatusCode);
        var before = (await (await Supervisor.GetAsync("/api/v1/notices/unread")).JsonAsync()).GetProperty("unread").GetInt32();

        await PublishAsync();
        Assert.Equal(1, (await RunAsync(new SendNotices())).Sent);
        Assert.Equal(0, (await RunAsync(new SendNotices())).Sent);

        var mail = Assert.Single(sink.Mails);
        Assert.Equal("zhou@example.org", MailSink.Header(mail, "To"));
        Assert.Contains("https://mediation.example.org/reports/pack?month=2026-10&division=430104",
            MailSink.Body(mail), StringComparison.Ordinal);
        Assert.DoesNotContain(caseNo, MailSink.Body(mail), StringComparison.Ordinal);
        Assert.Equal(before + 1,
            (await (await Supervisor.GetAsync("/api/v1/notices/unread")).JsonAsync()).GetProperty("unread").GetInt32());
        var link = (await browser.OpenAsync("/notices")).QuerySelector("main a[href^='/reports/pack']")!.GetAttribute("href")!;
        Assert.Contains(caseNo, (await browser.OpenAsync(link)).QuerySelector("main")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(before, (await (await Supervisor.GetAsync("/api/v1/notices/unread")).JsonAsync()).GetProperty("unread").GetInt32());
        Assert.True((await (await Supervisor.GetAsync("/api/v1/reports/packs")).JsonAsync()).GetProperty("items")[0]
            .TryGetProperty("readAt", out _));
        Assert.Empty((await (await desk.Clerk.GetAsync("/api/v1/reports/packs")).JsonAsync()).GetProperty("items").EnumerateArray());
    }

    [Fact]
    public async Task The_pack_comes_as_a_pdf_where_a_chromium_is_installed_and_says_so_where_none_is()
    {
        var answer = await Supervisor.GetAsync(October + "/pack.pdf");
        var file = await answer.Content.ReadAsByteArrayAsync();

        if (answer.StatusCode == HttpStatusCode.NotFound)
            Assert.Equal("pdf.noChromium", JsonDocument.Parse(file).RootElement.Text("code"));
        else
            Assert.Equal((HttpStatusCode.OK, "%PDF-"), (answer.StatusCode, Encoding.ASCII.GetString(file, 0, 5)));
        await using var bare = await TestService.StartAsync(args: "--Reports:Chromium=/nonexistent/chromium");
        await (await bare.As("supervisor.430104").GetAsync(October + "/pack.pdf")).RefusedAsync(404, "pdf.noChromium");
    }

    [Theory]
    [InlineData("supervisor.430104", "2026-13", 400, "validation")]
    [InlineData("supervisor.430104", "2027-10", 400, "validation")]
    [InlineData("supervisor.430104", "2026-10/pack?division=430302", 404, "notFound")]
    [InlineData("head.430104001", "2026-10/pack?division=430104", 404, "notFound")]
    [InlineData("liaison.430104", "2026-10", 403, "forbidden")]
    public async Task A_month_that_is_none_or_to_come_and_a_foreign_scope_or_role_are_refused(
        string user, string asked, int status, string code)
    {
        var path = asked.Contains('/', StringComparison.Ordinal) ? asked : asked + "/pack";
        await (await desk.Service.As(user).GetAsync("/api/v1/reports/monthly/" + path)).RefusedAsync(status, code);
        if (status != 400)
            await (await desk.Service.As(user).PostAsJsonAsync("/api/v1/reports/subscriptions", new { division = "430302" }))
                .RefusedAsync(status, code);
    }

    private async Task<string> PublishAsync()
    {
        var done = await desk.Clerk.PostAsJsonAsync(October + "/submit", new { });
        foreach (var step in new[] { "sign", "publish" })
        {
            Assert.Equal(HttpStatusCode.OK, done.StatusCode);
            done = await Supervisor.PostAsJsonAsync(October + "/" + step, new { });
        }

        Assert.True(done.StatusCode == HttpStatusCode.OK, await done.Content.ReadAsStringAsync());
        return (await done.JsonAsync()).Text("digest");
    }

    private static async Task WishAsync(HttpClient by, string mail) =>
        Assert.Equal(HttpStatusCode.OK,
            (await by.PostAsJsonAsync("/api/v1/account/messages", new { mail, channels = new[] { "mail" } })).StatusCode);

    private async Task<T> RunAsync<T>(IRequest<T> job)
    {
        await using var scope = desk.Service.Scope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(job);
    }
}
