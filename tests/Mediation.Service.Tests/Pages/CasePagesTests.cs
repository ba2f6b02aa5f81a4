using System.Net;
using System.Text.Json;
using AngleSharp.Html.Dom;
using Dapper;
using Mediation.Service.Escalation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Tests.Cases;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Pages;

public sealed class CasePagesTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task The_work_list_shows_a_case_that_opens()
    {
        var number = (await desk.GetAsync(await desk.AssignedAsync())).Text("caseNo");
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);

        var list = await browser.OpenAsync("/?sort=-opened");

        var link = Assert.Single(list.QuerySelectorAll($"table tbody a[href='/cases/{number}']"));
        Assert.Contains("已指派", link.Closest("tr")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("zh-CN", list.DocumentElement.GetAttribute("lang"));
        Assert.Single(list.QuerySelectorAll("h1"));
        var page = await browser.OpenAsync("/cases/" + number);
        Assert.Contains(number, page.QuerySelector("h1")!.TextContent, StringComparison.Ordinal);
        Assert.NotNull(page.QuerySelector($"a[href='/cases/{number}/act/consents']"));
        Assert.Null(page.QuerySelector($"a[href='/cases/{number}/act/archive']"));
        Assert.Equal("step",
            page.QuerySelectorAll(".rail li").Single(item => item.HasAttribute("aria-current")).GetAttribute("aria-current"));
        Assert.Contains(number, (await browser.OpenAsync($"/cases/{number}/print")).Body!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/?status=nonsense")]
    [InlineData("/?q=%E5%BC%A0")]
    [InlineData("/?openedFrom=yesterday")]
    public async Task A_wrong_filter_is_named_and_not_a_fault(string path)
    {
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);

        var (status, _, page) = await browser.GetAsync(path);

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.NotNull(page.QuerySelector(".error-summary a"));
    }

    [Fact]
    public async Task A_case_of_another_body_is_not_found()
    {
        var number = (await desk.GetAsync(await desk.AssignedAsync())).Text("caseNo");
        using var browser = await Browser.SignedInAsync(desk.Service, "mediator1.430302001");

        foreach (var path in new[] { $"/cases/{number}", $"/cases/{number}/print", $"/cases/{number}/act/settle",
            "/cases/nonsense", "/nowhere" })
        {
            var (status, _, page) = await browser.GetAsync(path);
            Assert.Equal((HttpStatusCode.NotFound, "没有找到"), (status, page.QuerySelector("h1")?.TextContent));
        }
    }

    [Fact]
    public async Task An_action_is_taken_by_its_form()
    {
        var (id, number) = await AssignedAsync();
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        var form = await browser.OpenAsync($"/cases/{number}/act/consents");

        var (status, location, _) = await browser.SendAsync(form, new() { ["party"] = ["p1"], ["given"] = ["true"], ["how"] = ["电话"] });

        Assert.Equal((HttpStatusCode.Redirect, "/cases/" + number), (status, location));
        Assert.Contains("登记调解意愿", (await browser.OpenAsync(location!)).QuerySelector("[role=status]")!.TextContent,
            StringComparison.Ordinal);
        Assert.True((await desk.GetAsync(id)).GetProperty("parties")[0].GetProperty("consent").GetBoolean());
    }

    [Fact]
    public async Task What_is_wrong_stands_above_and_beside_and_what_was_typed_stays()
    {
        var (_, number) = await AssignedAsync();
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        var form = await browser.OpenAsync($"/cases/{number}/act/sessions");

        var (status, _, page) = await browser.SendAsync(form, new() { ["place"] = ["社区调解室"], ["minutes"] = ["一小时"] });

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.StartsWith("错误", page.Title, StringComparison.Ordinal);
        var links = page.QuerySelectorAll(".error-summary a");
        Assert.Equal(["#f-startsAt", "#f-minutes", "#f-kind"], links.Select(link => link.GetAttribute("href")));
        Assert.Equal(["开始时间", "时长（分钟）", "方式"], links.Select(link => link.TextContent.Split('：')[0].Trim()));
        var summary = links[1];
        var field = page.QuerySelector(summary.GetAttribute("href")!)!;
        Assert.Equal("true", field.GetAttribute("aria-invalid"));
        Assert.Equal(summary.TextContent.Trim(), page.GetElementById(field.GetAttribute("aria-describedby")!)!.TextContent.Trim());
        Assert.Equal(("一小时", "社区调解室"), (((IHtmlInputElement)field).Value, ((IHtmlInputElement)page.QuerySelector("[name=place]")!).Value));

        var (_, _, again) = await browser.SendAsync(page, new() { ["minutes"] = ["60"] }, $"/cases/{number}/act/sessions");
        Assert.Equal(["#f-startsAt", "#f-kind"], again.QuerySelectorAll(".error-summary a").Select(link => link.GetAttribute("href")));
    }

    [Fact]
    public async Task A_form_that_a_person_overtook_says_what_changed_and_keeps_what_was_typed()
    {
        var (id, number) = await AssignedAsync();
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        var form = await browser.OpenAsync($"/cases/{number}/act/suspend");
        await desk.Head.DoAsync(id, "risk", new { level = "yellow", reason = "情绪激动" });

        var (status, _, page) = await browser.SendAsync(form, new() { ["reason"] = ["等待鉴定"] });

        Assert.Equal(HttpStatusCode.PreconditionFailed, status);
        Assert.Contains("情绪激动", page.QuerySelector(".notice")!.TextContent, StringComparison.Ordinal);
        Assert.Equal("等待鉴定", ((IHtmlTextAreaElement)page.QuerySelector("[name=reason]")!).Value);
        Assert.Equal("assigned", (await desk.GetAsync(id)).Text("status"));
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync(page, [], $"/cases/{number}/act/suspend")).Status);
        Assert.Equal("suspended", (await desk.GetAsync(id)).Text("status"));
    }

    [Fact]
    public async Task Both_versions_stand_side_by_side_when_two_edit_one_case()
    {
        var (id, number) = await AssignedAsync();
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        var form = await browser.OpenAsync($"/cases/{number}/act/risk");
        await desk.Head.DoAsync(id, "risk", new { level = "yellow", reason = "情绪激动" });

        var (status, _, page) = await browser.SendAsync(form, new() { ["level"] = ["green"], ["reason"] = ["已平息"] });

        Assert.Equal(HttpStatusCode.PreconditionFailed, status);
        Assert.Equal([["风险等级", "中（黄）", "低（绿）"], ["原因", "—", "已平息"]],
            page.QuerySelectorAll("#both tbody tr")
                .Select(row => row.QuerySelectorAll("th, td").Select(cell => cell.TextContent.Trim()).ToArray()).ToArray());
        await using var db = await desk.Service.Db.OpenConnectionAsync();
        var head = await db.ExecuteScalarAsync<string>("select display_name from app_user where name = 'head.430104001'");
        Assert.Contains(page.QuerySelectorAll(".notice li").Select(item => item.TextContent),
            line => line.Contains("黄色", StringComparison.Ordinal) && line.Contains(head!, StringComparison.Ordinal));
        Assert.Equal("green", ((IHtmlSelectElement)page.QuerySelector("[name=level]")!).Value);
        Assert.Equal(HttpStatusCode.Redirect, (await browser.SendAsync(page, [], $"/cases/{number}/act/risk")).Status);
        Assert.Equal("green", (await desk.GetAsync(id)).Text("risk"));
    }

    [Fact]
    public async Task A_form_that_only_the_service_overtook_is_saved()
    {
        await using var service = await TestService.StartAsync();
        var (clerk, mediator) = (service.As("clerk.430104"), service.As(Desk.MediatorName));
        var opened = await mediator.PostAsync("/api/v1/cases",
            new StringContent(JsonSerializer.Serialize(Desk.Dispute()), null, "application/json"));
        var number = (await opened.JsonAsync()).Text("caseNo");
        await mediator.DoAsync(number, "accept", new { self = true, mediator = Desk.MediatorName });
        using var browser = await Browser.SignedInAsync(service, Desk.MediatorName);
        var form = await browser.OpenAsync($"/cases/{number}/act/consents");
        var before = (await (await clerk.GetAsync("/api/v1/cases/" + number)).JsonAsync()).GetProperty("version").GetInt32();
        service.Clock.Advance(TimeSpan.FromDays(20));
        await using (var scope = service.Scope())
        {
            scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SweepClocks());
        }

        Assert.True((await (await clerk.GetAsync("/api/v1/cases/" + number)).JsonAsync()).GetProperty("version").GetInt32() > before,
            "The sweep wrote nothing.");
        // Twenty days end the session, so that the person signs in again on the way.
        using var later = await Browser.SignedInAsync(service, Desk.MediatorName);
        var fresh = await later.OpenAsync($"/cases/{number}/act/consents");
        fresh.QuerySelector("[name=version]")!.SetAttribute("value", form.QuerySelector("[name=version]")!.GetAttribute("value")!);

        Assert.Equal(HttpStatusCode.Redirect,
            (await later.SendAsync(fresh, new() { ["party"] = ["p1"], ["given"] = ["true"], ["how"] = ["电话"] })).Status);
    }

    [Fact]
    public async Task An_agreement_is_written_with_more_terms_than_the_form_first_shows()
    {
        var id = await desk.WillingAsync();
        var number = (await desk.GetAsync(id)).Text("caseNo");
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        var form = await browser.OpenAsync($"/cases/{number}/act/settle");
        Assert.Equal(3, form.QuerySelectorAll(".row").Length);
        Dictionary<string, string[]> typed = new()
        {
            ["form"] = ["written"],
            ["signedOn"] = [desk.Today],
            ["facts"] = ["楼上漏水损坏吊顶"],
            ["issues"] = ["赔偿数额"],
            ["way"] = ["转账"],
            ["sealed"] = ["true"],
            ["signatures"] = ["p1", "p2", Desk.MediatorName],
            ["terms[0].obligor"] = ["p2"],
            ["terms[0].obligee"] = ["p1"],
            ["terms[0].what"] = ["赔偿修缮费"],
            ["terms[0].amount"] = ["3,000.50"],
            ["terms[0].dueOn"] = [desk.Day(20)],
        };

        var (status, _, page) = await browser.SendAsync(form, new(typed) { ["more"] = ["terms"] });
        Assert.Equal((HttpStatusCode.OK, 6), (status, page.QuerySelectorAll(".row").Length));
        Assert.Null(page.QuerySelector(".error-summary"));
        var (refused, _, again) = await browser.SendAsync(page, new() { ["terms[4].obligor"] = ["p1"], ["terms[4].obligee"] = ["p2"] },
            $"/cases/{number}/act/settle");
        Assert.Equal(HttpStatusCode.BadRequest, refused);
        Assert.Contains("第 5 项", again.QuerySelector(".error-summary a[href='#f-terms-4--what']")!.TextContent, StringComparison.Ordinal);

        var (saved, _, last) = await browser.SendAsync(again, new() { ["terms[4].what"] = ["不再追究"], ["terms[4].dueOn"] = [desk.Day(20)] },
            $"/cases/{number}/act/settle");
        Assert.True(saved == HttpStatusCode.Redirect, last.QuerySelector(".error-summary")?.TextContent);
        var agreement = (await desk.GetAsync(id)).GetProperty("agreement");
        Assert.Equal(2, agreement.GetProperty("terms").GetArrayLength());
        Assert.Equal(3000.50m, agreement.GetProperty("terms")[0].GetProperty("amount").GetDecimal());
        Assert.Equal("楼上漏水损坏吊顶", agreement.Text("facts"));
        Assert.Contains("赔偿修缮费", (await browser.OpenAsync("/cases/" + number)).Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_language_is_chosen_and_stays()
    {
        var (_, number) = await AssignedAsync();
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);

        var (_, location, _) = await browser.GetAsync($"/language?to=en&returnUrl=%2Fcases%2F{number}");

        Assert.Equal("/cases/" + number, location);
        var page = await browser.OpenAsync(location!);
        Assert.Equal("en", page.DocumentElement.GetAttribute("lang"));
        Assert.Contains("Whose turn", page.Body!.TextContent, StringComparison.Ordinal);
        Assert.Equal("/", (await browser.GetAsync("/language?to=zh-CN&returnUrl=%2F%2Felsewhere.example")).Location);
    }

    [Theory]
    [InlineData("/site.css", "text/css")]
    [InlineData("/site.js", "text/javascript")]
    public async Task The_files_of_the_pages_are_served(string path, string type)
    {
        using var client = desk.Service.Anonymous();

        var answer = await client.GetAsync(path);

        Assert.Equal((HttpStatusCode.OK, type), (answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    private async Task<(string Id, string Number)> AssignedAsync()
    {
        var id = await desk.AssignedAsync();
        return (id, (await desk.GetAsync(id)).Text("caseNo"));
    }
}
