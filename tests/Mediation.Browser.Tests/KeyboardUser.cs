using System.Globalization;
using Microsoft.Playwright;

namespace Mediation.Browser.Tests;

/// <summary>
/// Somebody without a mouse: Tab, the arrows, Space, Enter, and what is typed. Controls are found by the names that the forms send.
/// </summary>
public sealed class KeyboardUser(IPage page)
{
    private const int MostSteps = 400; // a page has fewer stops

    public IPage Page => page;

    /// <summary>Goes on with Tab until what the selector names has the focus.</summary>
    public async Task ReachAsync(string selector)
    {
        for (var step = 0; step < MostSteps; step++)
        {
            if (await page.EvaluateAsync<bool>("selector => document.activeElement?.matches(selector) === true", selector)) return;
            await page.Keyboard.PressAsync("Tab");
        }

        Assert.Fail($"Tab never comes to {selector} on {page.Url}.");
    }

    public async Task FollowAsync(string selector)
    {
        await ReachAsync(selector);
        await page.Keyboard.PressAsync("Enter");
    }

    public async Task WriteAsync(string name, string text)
    {
        await ReachAsync($"main [name='{name}']");
        switch (await AskAsync("type"))
        {
            case "date":
                await PickAsync(text, "MMddyyyy");
                break;
            case "datetime-local":
                await PickAsync(text, "MMddyyyy");
                await page.Keyboard.PressAsync("ArrowRight"); // a year may have six digits
                await PickAsync(text, "hhmmtt");
                break;
            default:
                await page.Keyboard.PressAsync("Control+A");
                await page.Keyboard.TypeAsync(text);
                break;
        }

        Assert.Equal(text, await AskAsync("value"));
    }

    public async Task ChooseAsync(string name, string value)
    {
        await ReachAsync($"main select[name='{name}']");
        await page.Keyboard.PressAsync("Home");
        for (var step = 0; step < MostSteps && await AskAsync("value") != value; step++) await page.Keyboard.PressAsync("ArrowDown");
        Assert.Equal(value, await AskAsync("value"));
    }

    /// <summary>Radio buttons, of which Tab reaches one and the arrows the others, and check boxes.</summary>
    public async Task TickAsync(string name, params string[] values)
    {
        foreach (var value in values)
        {
            var one = $"main input[name='{name}'][value='{value}']";
            if (await page.GetAttributeAsync(one, "type") == "radio")
            {
                await ReachAsync($"main input[name='{name}']");
                await page.Keyboard.PressAsync("Space");
                for (var step = 0; step < MostSteps && await AskAsync("value") != value; step++)
                    await page.Keyboard.PressAsync("ArrowDown");
            }
            else
            {
                await ReachAsync(one);
                await page.Keyboard.PressAsync("Space");
            }

            Assert.True(await page.IsCheckedAsync(one), one);
        }
    }

    /// <summary>From the case's page to the form of an action, through it, and back to the case.</summary>
    public async Task ActAsync(string caseNo, string action, Func<KeyboardUser, Task>? fill = null)
    {
        await page.GotoAsync("/cases/" + caseNo); // typed into the address
        await FollowAsync($"ul.actions a[href$='/act/{action}']");
        await page.ArriveAsync($"/cases/{caseNo}/act/{action}");
        if (fill is not null) await fill(this);
        await page.KeepPictureAsync("life-" + action.Replace('/', '-'));
        await FollowAsync("main form .buttons button[type=submit]");
        await page.ArriveAsync("/cases/" + caseNo);
        await page.WaitForSelectorAsync(".flash");
    }

    private Task<string> AskAsync(string property) => page.EvaluateAsync<string>("property => document.activeElement[property]", property);

    /// <summary>
    /// A date, or a date and a time, part by part as a browser in American English asks for them; <see cref="Visit"/> starts it so.
    /// </summary>
    private Task PickAsync(string text, string parts) =>
        page.Keyboard.TypeAsync(DateTime.Parse(text, CultureInfo.InvariantCulture).ToString(parts, CultureInfo.InvariantCulture));
}
