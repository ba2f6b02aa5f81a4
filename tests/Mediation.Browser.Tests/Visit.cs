using System.Diagnostics.CodeAnalysis;
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
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", "--lang=en-US",
    ];

    private IPlaywright? playwright;
    private IBrowser? browser;

    private ServiceProcess? service;
    private bool hasChineseFont;
    private string noService = "";

    public ServiceProcess Service
    {
        get
        {
            if (service is null) Machine.Without(noService);
            return service;
        }
    }

    /// <summary>Today in Shanghai.</summary>
    public static string Today => Day(0);

    public async ValueTask InitializeAsync()
    {
        // What is missing is said by the tests that ask for it: xUnit counts what a fixture throws as a failure, a skip too.
        try
        {
            service = await ServiceProcess.StartAsync();
        }
        catch (ServiceProcess.MissingException missing)
        {
            noService = missing.Message;
            return;
        }

        if (Machine.FindSet("MEDIATION_CHROMIUM", "chromium", "chromium-browser", "google-chrome") is not { } path) return;
        Environment.SetEnvironmentVariable("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1");
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = Arguments });
        var page = await browser.NewPageAsync();
        hasChineseFont = await page.EvaluateAsync<bool>(DrawsChinese);
        await page.CloseAsync();
    }

    /// <summary>Whether there is a browser that shows what people read.</summary>
    public bool CanRead => browser is not null && hasChineseFont;

    [MemberNotNull(nameof(browser))]
    public void NeedBrowser()
    {
        if (service is null) Machine.Without(noService);
        if (browser is null) Machine.Without("No Chromium found: install chromium or set MEDIATION_CHROMIUM to its path.");
    }

    [MemberNotNull(nameof(browser))]
    public void NeedChineseFont()
    {
        NeedBrowser();
        if (!hasChineseFont) Machine.Without("No Chinese font found: install fonts-noto-cjk.");
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null) await browser.DisposeAsync();
        playwright?.Dispose();
        if (service is not null) await service.DisposeAsync();
    }

    public static string Day(int fromToday) =>
        TimeProvider.System.GetUtcNow().AddHours(8).AddDays(fromToday)
            .ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>A fresh browser session that reads Chinese.</summary>
    public Task<IPage> OpenAsync(string path = "/", int width = 1280, int height = 800) => OpenAsync(Service, path, width, height);

    public async Task<IPage> OpenAsync(ServiceProcess at, string path, int width = 1280, int height = 800)
    {
        NeedBrowser();
        var context = await browser.NewContextAsync(
            new() { BaseURL = at.Address.ToString(), Locale = "zh-CN", ViewportSize = new() { Width = width, Height = height } });
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
            parties = new[] { new { side = "applicant", kind = "person", name = "张小甲" },
                new { side = "respondent", kind = "person", name = "李小乙" } },
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
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cases/{caseNo}/{action}")
        { Content = JsonContent.Create(body) };
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

    // Without a font every character is the same box.
    private const string DrawsChinese = """
        () => {
          const canvas = document.createElement('canvas'), brush = canvas.getContext('2d');
          const drawn = text => {
            canvas.width = canvas.width; brush.font = '40px sans-serif'; brush.fillText(text, 0, 50); return canvas.toDataURL();
          };
          return drawn('调') !== drawn('解');
        }
        """;
}
