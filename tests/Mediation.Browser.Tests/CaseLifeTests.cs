namespace Mediation.Browser.Tests;

/// <summary>A case from the counter to the archive, by the people who do it and with nothing but the pages.</summary>
public sealed class CaseLifeTests(Visit visit)
{
    [Fact]
    public async Task A_case_is_taken_down_referred_mediated_settled_performed_and_archived()
    {
        var clerk = await visit.SignedInAsync(Visit.Clerk);
        var head = await visit.SignedInAsync(Visit.Head);
        var mediator = await visit.SignedInAsync(Visit.Mediator);

        await clerk.GotoAsync("/cases/new");
        await clerk.ChooseAsync("category", "02");
        await clerk.WriteAsync("division", "430104001");
        await clerk.WriteAsync("summary", "楼上漏水,协商未果");
        await clerk.WriteAsync("amount", "3,200.50");
        await clerk.WriteAsync("parties[0].name", "张小甲");
        await clerk.WriteAsync("parties[1].name", "李小乙");
        await clerk.ClickAsync("main form button[type=submit]:not([name])");
        await clerk.WaitForSelectorAsync(".rail, .error-summary");
        Assert.Equal(1, await clerk.Locator(".rail").CountAsync());
        var caseNo = new Uri(clerk.Url).Segments[^1];

        await clerk.ActAsync(caseNo, "accept");
        await clerk.ActAsync(caseNo, "refer", page => page.ChooseAsync("body", Visit.Committee));
        await head.ActAsync(caseNo, "referral/accept");
        await head.ActAsync(caseNo, "assign", page => page.ChooseAsync("mediator", Visit.Mediator));
        foreach (var party in new[] { "p1", "p2" })
        {
            await mediator.ActAsync(caseNo, "consents", async page =>
            {
                await page.ChooseAsync("party", party);
                await page.TickAsync("given", "true");
                await page.WriteAsync("how", "电话");
            });
        }

        await mediator.ActAsync(caseNo, "sessions", async page =>
        {
            await page.WriteAsync("startsAt", Visit.Today + "T00:00"); // begun already, so that it can be recorded as held
            await page.WriteAsync("minutes", "60");
            await page.WriteAsync("place", "社区调解室");
            await page.ChooseAsync("kind", "inPerson");
        });
        await mediator.ActAsync(caseNo, "sessions/held", async page =>
        {
            await page.ChooseAsync("n", "1");
            await page.TickAsync("attendance", "p1", "p2");
            await page.WriteAsync("record", "双方陈述事实");
        });
        await mediator.ActAsync(caseNo, "settle", async page =>
        {
            await page.ChooseAsync("form", "written");
            await page.WriteAsync("signedOn", Visit.Today);
            await page.WriteAsync("facts", "楼上漏水损坏吊顶");
            await page.WriteAsync("issues", "赔偿数额");
            await page.WriteAsync("way", "转账");
            await page.TickAsync("signatures", "p1", "p2", Visit.Mediator);
            await page.TickAsync("sealed", "true");
            await page.ChooseAsync("terms[0].obligor", "p2");
            await page.ChooseAsync("terms[0].obligee", "p1");
            await page.WriteAsync("terms[0].what", "赔偿修缮费");
            await page.WriteAsync("terms[0].amount", "3000");
            await page.WriteAsync("terms[0].dueOn", Visit.Day(20));
        });
        await mediator.ActAsync(caseNo, "terms/performed", async page =>
        {
            await page.ChooseAsync("n", "1");
            await page.WriteAsync("amount", "3000");
        });
        await mediator.ActAsync(caseNo, "follow-ups", async page =>
        {
            await page.WriteAsync("method", "电话");
            await page.TickAsync("performed", "true");
            await page.WriteAsync("satisfaction", "5");
            await page.WriteAsync("remarks", "满意");
        });
        await head.ActAsync(caseNo, "archive");

        Assert.Equal("已归档", await head.StatusAsync());
        Assert.Contains("3,000.00", await head.Locator("section[aria-labelledby=agreement]").InnerTextAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_was_typed_is_kept_when_somebody_else_has_changed_the_case()
    {
        var caseNo = await visit.AssignedCaseAsync();
        var page = await visit.SignedInAsync(Visit.Mediator);
        await page.OpenFormAsync(caseNo, "consents");
        await page.ChooseAsync("party", "p1");
        await page.TickAsync("given", "true");
        await page.WriteAsync("how", "当面表示同意,住址门牌待补");
        using var head = visit.Service.As(Visit.Head);
        await Visit.ActAsync(head, caseNo, "risk", new { level = "red", reason = "扬言报复" });

        await page.SubmitAsync(expectRefusal: true);

        Assert.Equal("当面表示同意,住址门牌待补", await page.ValueAsync("how"));
        Assert.Equal("p1", await page.ValueAsync("party"));
        Assert.NotEmpty(await page.Locator(".notice li").AllInnerTextsAsync());
        await page.SubmitAsync();
        Assert.EndsWith("/cases/" + caseNo, page.Url, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_case_sheet_prints_to_paper()
    {
        var caseNo = await visit.AssignedCaseAsync();
        var page = await visit.SignedInAsync(Visit.Mediator);
        await page.GotoAsync($"/cases/{caseNo}/print");
        Assert.Contains(caseNo, await page.InnerTextAsync("main"), StringComparison.Ordinal);

        var paper = await page.PdfAsync(new() { Format = "A4" });

        Assert.Equal("%PDF"u8.ToArray(), paper[..4]);
        Assert.True(paper.Length > 10_000, $"Only {paper.Length} bytes.");
    }
}
