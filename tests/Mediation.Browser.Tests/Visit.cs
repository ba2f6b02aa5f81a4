using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Mediation.Browser.Tests.Visit))]

namespace Mediation.Browser.Tests;

/// <summary>One Chromium and one service for the run; every test has browser sessions of its own.</summary>
public sealed class Visit : IAsyncLifetime
{
    public const string Committee = "430104001-committee";
    public const string Clerk = "clerk.430104";
    public const string Head = "head.430104001";
    public const string Mediator = "mediator1.430104001";
    public const string Password = "mediation-demo";

    private static readonly string[] Arguments =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--lang=en-US",
    ];

    private IPlaywright? playwright;
    private IBrowser? browser;

    public const string NoBrowser = "No Chromium found: install it or set MEDIATION_CHROMIUM to its path.";

    public ServiceProcess Service { get; private set; } = null!;

    public bool HasBrowser => browser is not null;

    /// <summary>Today in Shanghai.</summary>
    public static string Today => Day(0);

    public async ValueTask InitializeAsync()
    {
        if (Chromium() is not { } path)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") throw new InvalidOperationException("No Chromium: install it or set MEDIATION_CHROMIUM to its path.");
            return;
        }

        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        Service = await ServiceProcess.StartAsync();
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Arguments });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (Service is not null) await Service.DisposeAsync();
    }

    public static string Day(int fromToday) =>
        TimeProvider.System.GetUtcNow().AddHours(8).AddDays(fromToday).ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A fresh browser session that reads Chinese.</summary>
    public Task<IPage> OpenAsync(string path = "/", int width = 1280, int height = 800) => OpenAsync(Service, path, width, height);

    public async Task<IPage> OpenAsync(ServiceProcess service, string path, int width = 1280, int height = 800)
    {
        Assert.SkipWhen(browser is null, NoBrowser);
        var context = await browser.NewContextAsync(new() { BaseURL = service.Address.ToString(), Locale = "zh-CN", ViewportSize = new() { Width = width, Height = height } });
        context.SetDefaultTimeout(60_000); // a busy machine is slow, not broken
        var page = await context.NewPageAsync();
        await page.GotoAsync(path);
        return page;
    }

    public async Task<IPage> SignedInAsync(string user, int width = 1280, int height = 800)
    {
        var page = await OpenAsync("/sign-in", width, height);
        await page.SignInAsync(user, Password);
        await page.ArriveAsync("/desk"); // what follows waits for itself
        await page.GotoAsync("/");
        return page;
    }

    public async Task<KeyboardUser> KeyboardAsync(string user)
    {
        var page = await OpenAsync("/sign-in");
        var hands = new KeyboardUser(page);
        await hands.WriteAsync("Account", user);
        await hands.WriteAsync("Password", Password);
        await page.Keyboard.PressAsync("Enter");
        await page.ArriveAsync("/desk");
        return hands;
    }

    /// <summary>A case that the mediator may begin with, made over the API.</summary>
    public async Task<string> AssignedCaseAsync()
    {
        using var clerk = Service.As(Clerk);
        using var head = Service.As(Head);
        using var opened = await clerk.PostAsJsonAsync("/api/v1/cases", new
        {
            channel = "walkIn",
            category = "02",
            division = "430104001",
            summary = "楼上漏水,协商未果",
            amount = 3200.50m,
            parties = new[] { new { side = "applicant", kind = "person", name = "张小甲" }, new { side = "respondent", kind = "person", name = "李小乙" } },
        });
        var caseNo = (await JsonAsync(opened)).GetProperty("caseNo").GetString()!;
        await ActAsync(clerk, caseNo, "accept", new { });
        await ActAsync(clerk, caseNo, "refer", new { body = Committee });
        await ActAsync(head, caseNo, "referral/accept", new { });
        await ActAsync(head, caseNo, "assign", new { mediator = Mediator });
        return caseNo;
    }

    /// <summary>A case with a written agreement of one promise.</summary>
    public async Task<string> SettledCaseAsync()
    {
        var caseNo = await AssignedCaseAsync();
        using var mediator = Service.As(Mediator);
        foreach (var party in new[] { "p1", "p2" }) await ActAsync(mediator, caseNo, "consents", new { party, given = true, how = "电话" });
        await ActAsync(mediator, caseNo, "settle", new
        {
            form = "written",
            facts = "楼上漏水损坏吊顶",
            issues = "赔偿数额",
            way = "银行转账",
            @sealed = true,
            signedOn = Today,
            signatures = new[] { "p1", "p2", Mediator },
            terms = new[] { new { obligor = "p2", obligee = "p1", what = "赔偿修缮费", amount = 3000m, dueOn = Day(20) } },
        });
        return caseNo;
    }

    public static async Task ActAsync(HttpClient client, string caseNo, string action, object body)
    {
        using var seen = await client.GetAsync($"/api/v1/cases/{caseNo}");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cases/{caseNo}/{action}") { Content = JsonContent.Create(body) };
        request.Headers.IfMatch.Add(seen.Headers.ETag!);
        using var answer = await client.SendAsync(request);
        await JsonAsync(answer);
    }

    private static async Task<JsonElement> JsonAsync(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode} {text}");
        using var json = JsonDocument.Parse(text);
        return json.RootElement.Clone();
    }

    private static string? Chromium()
    {
        if (Environment.GetEnvironmentVariable("MEDIATION_CHROMIUM") is { Length: > 0 } given) return given;
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        return (from name in new[] { "chromium", "chromium-browser", "google-chrome" }
                from folder in folders
                let path = Path.Combine(folder, name)
                where File.Exists(path)
                select path).FirstOrDefault();
    }
}
