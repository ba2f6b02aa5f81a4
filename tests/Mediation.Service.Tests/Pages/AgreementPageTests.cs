using System.Net;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Pages;

/// <summary>The agreement on paper; what it looks like there is in the tests with a browser.</summary>
public sealed class AgreementPageTests(Desk desk) : IClassFixture<Desk>
{
    [Fact]
    public async Task It_says_what_was_promised_by_whom_and_has_a_line_for_each_who_signs()
    {
        var id = await desk.WillingAsync();
        await desk.Mediator.DoAsync(id, "settle", desk.Agreement());
        var number = (await desk.GetAsync(id)).Text("caseNo");
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);

        var page = await browser.OpenAsync($"/cases/{number}/agreement");

        Assert.Equal("调解协议书", page.QuerySelector("h1")!.TextContent);
        Assert.Contains("李小1向张小甲：赔偿修缮费，金额 ¥3,000.00，于2026年11月10日前（含当日）履行。",
            page.QuerySelector("ol li")!.TextContent, StringComparison.Ordinal);
        Assert.Equal(4, page.QuerySelectorAll(".signatures tbody tr").Length);
        Assert.NotNull((await browser.OpenAsync($"/cases/{number}")).QuerySelector($"a[href='/cases/{number}/agreement']"));
    }

    [Fact]
    public async Task An_oral_one_is_a_record_that_binds_from_the_day_it_was_reached()
    {
        var id = await desk.WillingAsync();
        await desk.Mediator.DoAsync(id, "settle", new Dictionary<string, object?>(desk.Agreement()) { ["form"] = "oral" });
        var number = (await desk.GetAsync(id)).Text("caseNo");
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);

        var page = await browser.OpenAsync($"/cases/{number}/agreement");

        Assert.Equal("口头调解协议登记表", page.QuerySelector("h1")!.TextContent);
        Assert.Contains("口头协议自各方当事人达成协议之日起生效", page.Body!.TextContent, StringComparison.Ordinal);
    }

    [Fact]
    public async Task There_is_none_before_an_agreement_and_none_for_who_may_not_see_the_case()
    {
        var id = await desk.WillingAsync();
        var number = (await desk.GetAsync(id)).Text("caseNo");
        using var mediator = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        using var other = await Browser.SignedInAsync(desk.Service, "head.430302001");
        Assert.Equal(HttpStatusCode.NotFound, (await mediator.GetAsync($"/cases/{number}/agreement")).Status);

        await desk.Mediator.DoAsync(id, "settle", desk.Agreement());

        Assert.Equal(HttpStatusCode.OK, (await mediator.GetAsync($"/cases/{number}/agreement")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await other.GetAsync($"/cases/{number}/agreement")).Status);
    }
}
