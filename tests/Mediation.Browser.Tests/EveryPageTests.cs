namespace Mediation.Browser.Tests;

public sealed class EveryPageTests(Visit visit)
{
    /// <summary>Every page with somebody who may open it; <c>{case}</c> is a case that waits for its mediator.</summary>
    public static TheoryData<string?, string[]> All => new()
    {
        { null, ["/sign-in"] },
        {
            Visit.Mediator,
            [
                "/", "/?tab=all&closed=all", "/account/password", "/sign-out", "/cases/{case}", "/cases/{case}/print",
                "/cases/{case}/act/consents", "/cases/{case}/act/sessions", "/cases/{case}/act/settle", "/cases/{case}/act/extend",
                "/cases/{case}/act/partial-settle", "/cases/{case}/act/risk",
            ]
        },
        { Visit.Clerk, ["/", "/cases/new", "/cases/{case}/act/transfer"] },
        { "court.43", ["/", "/referrals/import"] },
        { "supervisor.4301", ["/", "/reports/monthly", "/reports/monthly?by=division"] },
        { "admin", ["/"] },
    };

    [Theory]
    [MemberData(nameof(All))]
    public async Task A_page_fits_a_telephone_has_one_heading_and_asks_nobody_else(string? user, string[] paths)
    {
        var page = user is null ? await visit.OpenAsync("/sign-in", 390, 844) : await visit.SignedInAsync(user, 390, 844);
        var caseNo = paths.Any(path => path.Contains("{case}", StringComparison.Ordinal)) ? await visit.AssignedCaseAsync() : "";
        var faults = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error") faults.Add($"{page.Url}: {message.Text}");
        };
        page.PageError += (_, error) => faults.Add($"{page.Url}: {error}");
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } to && to.Authority != visit.Service.Address.Authority) faults.Add($"{page.Url}: asks {to.Host}");
        };

        foreach (var path in paths)
        {
            var answer = await page.GotoAsync(path.Replace("{case}", caseNo, StringComparison.Ordinal));
            if (answer!.Status != 200) faults.Add($"{path}: {answer.Status}");
            if (await page.Locator("h1").CountAsync() != 1) faults.Add($"{path}: not one h1");
            if (await page.GetAttributeAsync("html", "lang") != "zh-CN") faults.Add($"{path}: the language is not said");
            var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth");
            if (over > 0) faults.Add($"{path}: {over} px wider than the telephone");
        }

        Assert.Empty(faults);
    }
}
