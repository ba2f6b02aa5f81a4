namespace Mediation.Browser.Tests;

/// <summary>Whoever comes for the first time is led through his pages; a picture of each stop is kept.</summary>
public sealed class TourTests(Visit visit)
{
    [Theory]
    [InlineData(Visit.Clerk, 390)]
    [InlineData(Visit.Mediator, 390)]
    [InlineData(Visit.Head, 1280)]
    [InlineData("supervisor.4301", 1280)]
    [InlineData("court.430104", 1280)]
    [InlineData("admin", 1280)]
    public async Task Next_leads_from_the_first_page_to_the_last(string user, int width)
    {
        var page = await visit.SignedInAsync(user, width);
        var role = user.Split('.')[0];
        await page.GotoAsync("/desk");
        await page.ClickAsync("main a[href='/help/tour']");
        var paths = await page.Locator("main ol a").EvaluateAllAsync<string[]>("links => links.map(link => link.getAttribute('href'))");
        await page.ClickAsync("main button[name=place]");

        foreach (var (at, path) in paths.Index())
        {
            await page.ArriveAsync(path);
            await page.Locator("section.tour").WaitForAsync();
            Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= window.innerWidth"),
                $"{path} is wider than {width} px.");
            await page.KeepPictureAsync($"tour-{role}-{at + 1}");
            await page.ClickAsync(at + 1 < paths.Length ? $"section.tour button[value='{at + 2}']" : "section.tour button[value='0']");
        }

        await page.ArriveAsync("/desk");
        Assert.Equal(0, await page.Locator("section.tour").CountAsync());
        await page.Context.CloseAsync();
    }
}
