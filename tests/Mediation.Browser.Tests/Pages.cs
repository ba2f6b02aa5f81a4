using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Mediation.Browser.Tests;

/// <summary>What people do on the pages. Controls are found by the names that the forms send.</summary>
public static class Pages
{
    public static async Task SignInAsync(this IPage page, string user, string password)
    {
        await page.WriteAsync("Account", user);
        await page.WriteAsync("Password", password);
        await page.ClickAsync("main form button[type=submit]");
    }

    /// <summary>Waits for the browser to be at the path. It asks until it is: an event may pass while nobody listens yet.</summary>
    public static Task ArriveAsync(this IPage page, string path) =>
        Assertions.Expect(page).ToHaveURLAsync(new Regex($@"^https?://[^/]+{Regex.Escape(path)}(?:\?|$)", RegexOptions.None,
            TimeSpan.FromSeconds(1)), new() { Timeout = 180_000 });

    public static Task WriteAsync(this IPage page, string name, string text) => page.FillAsync($"main [name='{name}']", text);

    public static Task ChooseAsync(this IPage page, string name, string value) =>
        page.SelectOptionAsync($"main select[name='{name}']", value);

    /// <summary>Radio buttons and check boxes.</summary>
    public static async Task TickAsync(this IPage page, string name, params string[] values)
    {
        foreach (var value in values) await page.CheckAsync($"main input[name='{name}'][value='{value}']");
    }

    public static async Task<int> OpenFormAsync(this IPage page, string caseNo, string action) =>
        (await page.GotoAsync($"/cases/{caseNo}/act/{action}"))!.Status;

    /// <summary>Sends the form of an action and waits for its answer: the case with a word of success, or what is wrong.</summary>
    public static async Task SubmitAsync(this IPage page, bool expectRefusal = false)
    {
        await page.EvaluateAsync("document.querySelectorAll('.flash, .error-summary').forEach(old => old.remove())");
        await page.ClickAsync("main form .buttons button[type=submit]");
        await page.WaitForSelectorAsync(".flash, .error-summary");
        var refused = page.Locator(".error-summary");
        Assert.True(await refused.CountAsync() == (expectRefusal ? 1 : 0), page.Url + " " + await page.InnerTextAsync("main"));
    }

    /// <summary>Opens the form of an action, fills it in, and sends it.</summary>
    public static async Task ActAsync(this IPage page, string caseNo, string action, Func<IPage, Task>? fill = null)
    {
        Assert.Equal(200, await page.OpenFormAsync(caseNo, action));
        if (fill is not null) await fill(page);
        await page.SubmitAsync();
        Assert.EndsWith("/cases/" + caseNo, page.Url, StringComparison.Ordinal);
    }

    /// <summary>A picture for whoever wants to look at the run afterwards, in <c>artifacts/pictures</c>.</summary>
    public static Task KeepPictureAsync(this IPage page, string name) =>
        page.ScreenshotAsync(new() { Path = Path.Combine(ServiceProcess.Root, "artifacts", "pictures", name + ".png"), FullPage = true });

    public static Task<string> StatusAsync(this IPage page) => page.Locator(".head .status").InnerTextAsync();

    public static Task<string> ValueAsync(this IPage page, string name) => page.InputValueAsync($"main [name='{name}']");

    /// <summary>The number of the case that is due first in the work list.</summary>
    public static Task<string> FirstCaseAsync(this IPage page) => page.Locator("table.list tbody a").First.InnerTextAsync();
}
