namespace Mediation.Browser.Tests;

/// <summary>A case from the counter to the archive, by the people who do it and with nothing but the pages and the keyboard.</summary>
public sealed class CaseLifeTests(Visit visit)
{
    [Fact]
    public async Task A_case_is_taken_down_referred_mediated_settled_performed_and_archived_by_the_keyboard_alone()
    {
        var clerk = await visit.KeyboardAsync(Visit.Clerk);
        var head = await visit.KeyboardAsync(Visit.Head);
        var mediator = await visit.KeyboardAsync(Visit.Mediator);

        await clerk.FollowAsync("nav a[href='/cases/new']");
        await clerk.Page.ArriveAsync("/cases/new");
        await clerk.ChooseAsync("category", "02");
        await clerk.WriteAsync("division", "430104001");
        await clerk.WriteAsync("summary", "楼上漏水,协商未果");
        await clerk.WriteAsync("amount", "3,200.50");
        await clerk.WriteAsync("parties[0].name", "张小甲");
        await clerk.WriteAsync("parties[1].name", "李小乙");
        await clerk.FollowAsync("main form button[type=submit]:not([name])");
        await clerk.Page.WaitForSelectorAsync(".rail, .error-summary");
        Assert.Equal(1, await clerk.Page.Locator(".rail").CountAsync());
        var caseNo = new Uri(clerk.Page.Url).Segments[^1];

        await clerk.ActAsync(caseNo, "accept");
        await clerk.ActAsync(caseNo, "refer", hands => hands.ChooseAsync("body", Visit.Committee));
        await head.ActAsync(caseNo, "referral/accept");
        await head.ActAsync(caseNo, "assign", hands => hands.ChooseAsync("mediator", Visit.Mediator));
        foreach (var party in new[] { "p1", "p2" })
        {
            await mediator.ActAsync(caseNo, "consents", async hands =>
            {
                await hands.ChooseAsync("party", party);
                await hands.TickAsync("given", "true");
                await hands.WriteAsync("how", "电话");
            });
        }

        await mediator.ActAsync(caseNo, "sessions", async hands =>
        {
            await hands.WriteAsync("startsAt", Visit.Today + "T00:00"); // begun already, so that it can be recorded as held
            await hands.WriteAsync("minutes", "60");
            await hands.WriteAsync("place", "社区调解室");
            await hands.ChooseAsync("kind", "inPerson");
        });
        await mediator.ActAsync(caseNo, "sessions/held", async hands =>
        {
            await hands.ChooseAsync("n", "1");
            await hands.TickAsync("attendance", "p1", "p2");
            await hands.WriteAsync("record", "双方陈述事实");
        });
        await mediator.ActAsync(caseNo, "settle", async hands =>
        {
            await hands.ChooseAsync("form", "written");
            await hands.WriteAsync("signedOn", Visit.Today);
            await hands.WriteAsync("facts", "楼上漏水损坏吊顶");
            await hands.WriteAsync("issues", "赔偿数额");
            await hands.WriteAsync("way", "转账");
            await hands.TickAsync("signatures", "p1", "p2", Visit.Mediator);
            await hands.TickAsync("sealed", "true");
            await hands.ChooseAsync("terms[0].obligor", "p2");
            await hands.ChooseAsync("terms[0].obligee", "p1");
            await hands.WriteAsync("terms[0].what", "赔偿修缮费");
            await hands.WriteAsync("terms[0].amount", "3000");
            await hands.WriteAsync("terms[0].dueOn", Visit.Day(20));
        });
        await mediator.ActAsync(caseNo, "terms/performed", async hands =>
        {
            await hands.ChooseAsync("n", "1");
            await hands.WriteAsync("amount", "3000");
        });
        await mediator.ActAsync(caseNo, "follow-ups", async hands =>
        {
            await hands.WriteAsync("method", "电话");
            await hands.TickAsync("performed", "true");
            await hands.WriteAsync("satisfaction", "5");
            await hands.WriteAsync("remarks", "满意");
        });
        await head.ActAsync(caseNo, "archive");

        Assert.Equal("已归档", await head.Page.StatusAsync());
        Assert.Contains("3,000.00", await head.Page.Locator("section[aria-labelledby=agreement]").InnerTextAsync(),
            StringComparison.Ordinal);
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
}
