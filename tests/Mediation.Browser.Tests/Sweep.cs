using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using Microsoft.Playwright;

namespace Mediation.Browser.Tests;

/// <summary>
/// Walks the service over HTTP as every role, from link to link and through every page that needs no id, and reads each page in both
/// languages. Then the browser opens each page once, as the role that has the most on it: in both languages, light and dark, on a desk and
/// on a telephone. The tests of <see cref="EveryPageTests"/> ask it what it saw.
/// </summary>
public sealed partial class Sweep : IDisposable
{
    /// <summary>One account of each role.</summary>
    public static readonly IReadOnlyList<string> Accounts =
    [
        "", Visit.Clerk, Visit.Mediator, Visit.Head, "supervisor.4301", "court.430104", "liaison.430104",
        "grid.430104001", "auditor.4301", "admin",
    ];

    private static readonly ParallelOptions Two = new() { MaxDegreeOfParallelism = 2 };
    private const string Nowhere = "/nowhere";
    private const int MostBytes = 100 * 1024;
    private static readonly string[] Languages = ["zh-CN", "en"];
    private static readonly string[] Named = ["aria-label", "title", "placeholder", "data-label"];
    private static readonly string[] Standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    private readonly ConcurrentDictionary<string, Page> pages = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<(string Kind, string Fault)> faults = [];
    private readonly string folder = Directory.CreateTempSubdirectory("mediation-pages-").FullName;
    private readonly Words words = Words.Read();
    private readonly Visit visit;
    private readonly Lazy<Task> read;
    private readonly Lazy<Task> looked;
    private string axe = "";
    private string agreed = "";

    public Sweep(Visit visit)
    {
        this.visit = visit;
        read = new Lazy<Task>(ReadAllAsync);
        looked = new Lazy<Task>(LookAtAllAsync);
    }

    /// <summary>Where pictures of all pages go, when somebody wants to look at them.</summary>
    private static string? Pictures => Environment.GetEnvironmentVariable("MEDIATION_PICTURES") is { Length: > 0 } given ? given : null;

    public async Task<IEnumerable<string>> UnseenAsync()
    {
        await read.Value;
        return PageRoutes.All.Except(pages.Values.Select(page => PageRoutes.Of(page.Path.Split('?')[0])!), StringComparer.Ordinal);
    }

    /// <summary>What is wrong with what travels, for which no browser is needed.</summary>
    public async Task<IEnumerable<string>> ReadFaultsAsync(string kind)
    {
        await read.Value;
        return Faults(kind);
    }

    public async Task<IEnumerable<string>> FaultsAsync(string kind)
    {
        await looked.Value;
        return Faults(kind);
    }

    public async Task<IEnumerable<string>> HtmlFaultsAsync()
    {
        await read.Value;
        return [.. Faults("html"), .. from fault in await Tools.ValidateAsync(folder) select $"{fault.File}: {fault.What}"];
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private IEnumerable<string> Faults(string kind) => faults.Where(fault => fault.Kind == kind).Select(fault => fault.Fault)
        .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    private async Task ReadAllAsync()
    {
        var caseNo = await visit.AssignedCaseAsync();
        agreed = await visit.SettledCaseAsync();
        using (var supervisor = visit.Service.As("supervisor.430104"))
            await Visit.ActAsync(supervisor, caseNo, "letters",
                new { to = "430104001-committee", text = "请书面说明办理情况。", replyBy = "2090-01-02" });
        using (var head = visit.Service.As(Visit.Head))
            Assert.True((await head.PostAsJsonAsync("/api/v1/groups",
                new { name = "某公司欠薪", cases = new[] { caseNo } })).IsSuccessStatusCode, "No group was made.");
        await Parallel.ForEachAsync(Accounts, Two, async (account, _) => await WalkAsync(account, caseNo));
    }

    private async Task LookAtAllAsync()
    {
        visit.NeedChineseFont();
        axe = await File.ReadAllTextAsync(await Tools.FindAsync("axe-core/axe.min.js"));
        await read.Value;
        await Parallel.ForEachAsync(pages.Values.GroupBy(page => page.Account), Two,
            async (seen, _) => await LookAsync(seen.Key, seen.OrderBy(page => page.Path, StringComparer.Ordinal)));
    }

    private async Task WalkAsync(string account, string caseNo)
    {
        using var reader = await Reader.SignedInAsync(visit.Service, account);
        // What nobody links to for this role is only tried: it may be forbidden.
        var ways = new Queue<(string Path, bool Linked)>();
        ways.Enqueue((account.Length == 0 ? "/sign-in" : "/", true));
        if (account == Visit.Mediator)
            foreach (var one in new[] { "/cases/" + caseNo, $"/cases/{agreed}/agreement" }) ways.Enqueue((one, true));
        foreach (var route in PageRoutes.All.Where(route => !route.Contains('{', StringComparison.Ordinal))) ways.Enqueue((route, false));
        ways.Enqueue((Nowhere, false));
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (ways.TryDequeue(out var way))
        {
            var key = Key(way.Path);
            if (!known.Add(key) || (account.Length == 0 && way.Path == "/")) continue;
            foreach (var link in await ReadAsync(reader, account, key, way.Path, way.Linked)) ways.Enqueue((link, true));
        }
    }

    /// <returns>Where the page leads to.</returns>
    private async Task<IReadOnlyList<string>> ReadAsync(Reader reader, string account, string key, string path, bool linked)
    {
        IReadOnlyList<string> links = [];
        foreach (var language in Languages)
        {
            var answer = await reader.ReadAsync(path, language);
            var at = $"{(account.Length == 0 ? "anyone" : account)} {path} {language}";
            if (answer.At.AbsolutePath != new Uri(visit.Service.Address, path).AbsolutePath)
            {
                if (linked) faults.Add(("way", $"{at}: leads to {answer.At}"));
                return [];
            }

            if ((int)answer.Status != StatusOf(path))
            {
                if (linked || (int)answer.Status is not (403 or 404)) faults.Add(("way", $"{at}: {(int)answer.Status}"));
                return [];
            }

            if (answer.Document is not { } page) return [];
            if (language == Languages[0])
            {
                var seen = new Page(account, key, path, answer.Html.Length);
                pages.AddOrUpdate(key, seen, (_, other) => seen.OrFuller(other));
                links = [.. page.QuerySelectorAll("a[href]:not([download])")
                    .Select(link => Local(new Uri(answer.At, link.GetAttribute("href")))).OfType<string>()];
            }

            await File.WriteAllTextAsync(Path.Combine(folder, Unsafe().Replace($"{account} {key} {language}", "_") + ".html"), answer.Html);
            if (answer.Weight + await reader.WeighPartsAsync(page) is var weight and > MostBytes)
                faults.Add(("weight", $"{at}: {weight} bytes"));
            if (page.DocumentElement.GetAttribute("lang") != language) faults.Add(("language", $"{at}: <html lang> says something else"));
            if (page.QuerySelectorAll("h1").Length != 1) faults.Add(("html", $"{at}: not one h1"));
            Judge(TextsOf(page), at, language);
        }

        return links;
    }

    private void Judge(IEnumerable<string> texts, string at, string language)
    {
        foreach (var text in texts)
            if (words.Wrong(text, language) is { } wrong) faults.Add(("language", $"{at}: {wrong}: {text}"));
    }

    private static IEnumerable<string> TextsOf(IDocument page) =>
        page.Body!.Descendants<IText>().Where(text => text.ParentElement?.Closest("[lang]:not(html), textarea, script") is null)
            .Select(text => text.Data)
            .Concat(from name in Named from element in page.QuerySelectorAll($"[{name}]") select element.GetAttribute(name)!)
            .Append((page.Title ?? "").Split(" - ")[0]).Select(text => text.Trim()).Where(text => text.Length > 0)
            .Distinct(StringComparer.Ordinal);

    /// <summary>Looks at pages in the browser, with the words that its scripts write.</summary>
    private async Task LookAsync(string account, IEnumerable<Page> seen)
    {
        using var reader = await Reader.SignedInAsync(visit.Service, account);
        var page = await visit.OpenAsync("/sign-in");
        await page.Context.AddCookiesAsync(reader.Cookies.Select(cookie =>
            new Microsoft.Playwright.Cookie { Name = cookie.Name, Value = cookie.Value, Url = visit.Service.Address.ToString() }));
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("status of 4", StringComparison.Ordinal))
                faults.Add(("console", $"{account} {page.Url}: {message.Text}"));
        };
        page.PageError += (_, error) => faults.Add(("console", $"{account} {page.Url}: {error}"));
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } to && to.Authority != visit.Service.Address.Authority)
                faults.Add(("console", $"{page.Url} asks {to.Host}"));
        };
        foreach (var (_, key, path, _) in seen)
            foreach (var language in Languages)
            {
                await page.Context.AddCookiesAsync([new() { Name = "lang", Value = language, Url = visit.Service.Address.ToString() }]);
                await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
                await page.SetViewportSizeAsync(1280, 800);
                var answer = await page.GotoAsync(path);
                var at = $"{(account.Length == 0 ? "anyone" : account)} {path} {language}";
                if (answer?.Status != StatusOf(path) || new Uri(page.Url).AbsolutePath != new Uri(visit.Service.Address, path).AbsolutePath)
                {
                    faults.Add(("way", $"{at}: the browser comes to {page.Url}, {answer?.Status}"));
                    continue;
                }

                Judge(await page.EvaluateAsync<string[]>(PageScripts.Said), at, language);
                await FitAsync(page, at, key, language);
                if (language == Languages[0]) await TabAsync(page, at);
            }

        await page.Context.CloseAsync();
    }

    /// <summary>Dark and light, desk and telephone.</summary>
    private async Task FitAsync(IPage page, string at, string key, string language)
    {
        await page.EvaluateAsync(axe);
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (1280, ColorScheme.Dark),
            (390, ColorScheme.Dark), (390, ColorScheme.Light) })
        {
            await page.SetViewportSizeAsync(width, width == 390 ? 844 : 800);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var where = $"{at} {width} px {scheme}";
            var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (over > 0) faults.Add(("width", $"{where}: {over} px too wide"));
            // Colours are the only thing that a scheme changes.
            var rules = scheme == ColorScheme.Dark
                ? "{ runOnly: ['color-contrast'] }" : $"{{ runOnly: ['{string.Join("','", Standards)}'] }}";
            var found = await page.EvaluateAsync<string[]>(
                $"async () => (await axe.run(document, {rules})).violations.filter(v => v.impact === 'serious' || v.impact === 'critical' "
                    + $"|| v.impact === 'moderate').map(v => v.id + ' ' + v.nodes[0].target.join(' ') + ' x' + v.nodes.length)");
            foreach (var finding in found) faults.Add(("axe", $"{where}: {finding}"));
            if (Pictures is { } to)
                await page.ScreenshotAsync(new()
                { FullPage = true, Path = Path.Combine(to, Unsafe().Replace($"{key} {language} {width} {scheme}", "_") + ".png") });
        }
    }

    /// <summary>Everything that can be used is reached by the Tab key and shows that it has the focus.</summary>
    private async Task TabAsync(IPage page, string at)
    {
        await page.SetViewportSizeAsync(1280, 800);
        var all = await page.EvaluateAsync<int>(PageScripts.Usable);
        var (reached, shown) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var wanted = Math.Min(all, 60);
        for (var press = 0; press < wanted * 5 && reached.Count < wanted; press++) // a date stops the key at each of its parts
        {
            await page.Keyboard.PressAsync("Tab");
            var focus = await page.EvaluateAsync<string>(PageScripts.Focus);
            if (focus.Length == 0) continue;
            reached.Add(focus.TrimEnd('*'));
            if (focus.EndsWith('*')) shown.Add(focus.TrimEnd('*'));
        }

        if (reached.Count < wanted) faults.Add(("keyboard", $"{at}: Tab reaches {reached.Count} of {all}"));
        foreach (var element in reached.Except(shown, StringComparer.Ordinal))
            faults.Add(("keyboard", $"{at}: no focus is to be seen on {element}"));
    }

    private static int StatusOf(string path) => path is Nowhere or "/error" ? 404 : 200;

    /// <summary>A path within the service that answers with a page of its own; Hangfire's are not.</summary>
    private string? Local(Uri to)
    {
        if (to.Authority != visit.Service.Address.Authority) return null;
        return to.AbsolutePath is "/language" or "/jobs/hangfire" or PageRoutes.OfOthers
            || to.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal) ? null : to.PathAndQuery;
    }

    /// <summary>Pages that differ in their ids alone are one page; filters, actions and other names are not.</summary>
    private static string Key(string path)
    {
        var parts = path.Split('?', 2);
        // One filter is looked at, and several together: not every set of them. Only the work list differs by its tab.
        var asked = (parts.Length < 2 ? [] : parts[1].Split('&'))
            .ToLookup(pair => pair.Split('=')[0] is "by" || (pair.StartsWith("tab=", StringComparison.Ordinal) && parts[0] == "/"));
        var names = asked[false].Select(pair => pair.Split('=')[0]).Distinct(StringComparer.Ordinal).ToList();
        var route = PageRoutes.Of(parts[0]) is { } found && !found.Contains("{**", StringComparison.Ordinal)
            ? found : CaseNumber().Replace(parts[0], "{id}");
        return route
            + (parts.Length < 2 ? "" : "?" + string.Join('&', asked[true].Append(names.Count > 1 ? "several" : string.Concat(names))));
    }

    /// <summary>A page, and the role that has the most on it; of two equals the first by name, whichever came first.</summary>
    private sealed record Page(string Account, string Key, string Path, int Length)
    {
        public Page OrFuller(Page other) =>
            (Length == other.Length ? string.CompareOrdinal(Account, other.Account) <= 0 : Length > other.Length) ? this : other;
    }

    [GeneratedRegex(@"\d{6}-\d{4}-\d{8}", RegexOptions.NonBacktracking)]
    private static partial Regex CaseNumber();

    [GeneratedRegex(@"[^A-Za-z0-9.=-]+", RegexOptions.NonBacktracking)]
    private static partial Regex Unsafe();
}
