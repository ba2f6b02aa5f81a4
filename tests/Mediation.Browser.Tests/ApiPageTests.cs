namespace Mediation.Browser.Tests;

/// <summary>The page of the API's operations shows them, breaks no rule of its own page, and asks with the typed token alone.</summary>
public sealed class ApiPageTests(Visit visit)
{
    [Fact]
    public async Task The_operations_show_and_are_tried_out_with_a_token_and_never_with_the_session()
    {
        var page = await visit.SignedInAsync(Visit.Clerk);
        var errors = new List<string>();
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("status of 401", StringComparison.Ordinal)) errors.Add(message.Text);
        };
        page.PageError += (_, error) => errors.Add(error);
        await page.GotoAsync("/help");
        await page.ClickAsync("main a[href='/help/api']");
        await page.Locator("#operations .opblock-tag").First.WaitForAsync();
        Assert.True(await page.Locator("#operations .opblock-tag").CountAsync() >= 8);

        await page.Locator("#operations .opblock-tag[data-tag='Jobs']").ClickAsync();
        var jobs = page.Locator("#operations .opblock-get", new() { HasText = "/api/v1/jobs" }).First;
        await jobs.Locator(".opblock-summary-control").First.ClickAsync();
        await jobs.Locator("button.try-out__btn").ClickAsync();
        var asked = page.WaitForRequestAsync("**/api/v1/jobs");
        await jobs.Locator("button.execute").ClickAsync();
        var cookie = await (await asked).HeaderValueAsync("cookie");
        await jobs.Locator(".live-responses-table .response-col_status", new() { HasText = "401" }).WaitForAsync();

        Assert.Null(cookie);
        Assert.Equal("zh-CN", await page.GetAttributeAsync("html", "lang"));
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"));
        Assert.Empty(errors);
        await page.Context.CloseAsync();
    }
}
