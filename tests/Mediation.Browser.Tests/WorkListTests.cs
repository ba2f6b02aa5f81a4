using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Mediation.Browser.Tests;

public sealed partial class WorkListTests(Visit visit)
{
    [Fact]
    public async Task Filters_narrow_the_list_and_stand_in_the_address()
    {
        await visit.AssignedCaseAsync();
        var page = await visit.SignedInAsync(Visit.Mediator);
        await page.WaitForSelectorAsync("table.list tbody tr");

        await page.ClickAsync("details > summary");
        await page.ChooseAsync("category", "02");
        await page.ClickAsync("main form[method=get] button[type=submit]");

        await Assertions.Expect(page).ToHaveURLAsync(Category02(), new() { Timeout = 60_000 });
        var chosen = await page.Locator("main select[name=category] option[value='02']").TextContentAsync();
        var matters = await page.Locator("table.list tbody tr td:nth-child(2)").AllInnerTextsAsync();
        Assert.NotEmpty(matters);
        Assert.All(matters, matter => Assert.StartsWith(chosen!, matter, StringComparison.Ordinal));
        await page.ClickAsync("ul.tags a");
        await Assertions.Expect(page).Not.ToHaveURLAsync(Category02(), new() { Timeout = 60_000 });
        await page.WaitForSelectorAsync("table.list");
    }

    [Fact]
    public async Task A_case_opens_from_the_list_with_its_stage_whose_turn_it_is_and_clocks_that_explain_themselves()
    {
        var caseNo = await visit.AssignedCaseAsync();
        var page = await visit.SignedInAsync(Visit.Mediator);
        await page.GotoAsync("/?sort=-opened&tab=mine");

        await page.ClickAsync($"table.list a[href='/cases/{caseNo}']");

        await page.ArriveAsync("/cases/" + caseNo);
        Assert.Equal(1, await page.Locator(".rail [aria-current=step]").CountAsync());
        var facts = await page.Locator(".panel dl.facts").First.Locator("dd").AllInnerTextsAsync();
        Assert.Equal(2, facts.Count);
        Assert.All(facts, fact => Assert.NotEmpty(fact.Trim()));
        Assert.Matches(@"\d{4}年\d+月\d+日", facts[1]);
        await page.Locator("details.why:has(li) summary").First.ClickAsync();
        await page.Locator("details.why[open] li").First.WaitForAsync();
    }

    [Fact]
    public async Task The_list_is_walked_by_the_keyboard()
    {
        await visit.AssignedCaseAsync();
        var caseNo = await visit.AssignedCaseAsync();
        var page = await visit.SignedInAsync(Visit.Mediator);
        await page.GotoAsync("/?sort=-opened&tab=mine");
        await page.WaitForSelectorAsync("table.list tbody tr");

        await page.Keyboard.PressAsync("?");
        Assert.Equal(1, await page.Locator("#keys[open]").CountAsync());
        await page.Keyboard.PressAsync("?");
        Assert.Equal(0, await page.Locator("#keys[open]").CountAsync());
        await page.Keyboard.PressAsync("/");
        await page.Keyboard.TypeAsync("j/k?");
        Assert.Equal("j/k?", await page.ValueAsync("q"));
        await page.ReloadAsync();
        await page.Keyboard.PressAsync("j");
        Assert.Equal(caseNo, await page.Locator("table.list a:focus").InnerTextAsync());
        await page.Keyboard.PressAsync("j");
        Assert.NotEqual(caseNo, await page.Locator("table.list a:focus").InnerTextAsync());
        await page.Keyboard.PressAsync("k");
        await page.Keyboard.PressAsync("Enter");

        await page.ArriveAsync("/cases/" + caseNo);
    }

    [GeneratedRegex("category=02", RegexOptions.None, 1000)]
    private static partial Regex Category02();
}
