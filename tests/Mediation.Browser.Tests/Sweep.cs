using System.Collections.Concurrent;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Mediation.Browser.Tests;

/// <summary>
/// Walks the service as every role, from link to link and through every page that needs no id, and looks at each page in both languages,
/// light and dark, on a desk and on a telephone. The tests of <see cref="EveryPageTests"/> ask it what it saw.
/// </summary>
public sealed partial class Sweep(Visit visit) : IAsyncLifetime
{
    /// <summary>One account of each role.</summary>
    public static readonly IReadOnlyList<string> Accounts =
    [
        "", Visit.Clerk, Visit.Mediator, Visit.Head, "supervisor.4301", "court.430104", "liaison.430104", "grid.430104001", "auditor.4301", "admin",
    ];

    private static readonly string[] Standards = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
    private readonly ConcurrentDictionary<string, string> seen = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<(string Kind, string Fault)> faults = [];
    private readonly string folder = Directory.CreateTempSubdirectory("mediation-pages-").FullName;
    private readonly Words words = Words.Read();
    private string axe = "";
    private string agreed = "";

    /// <summary>Where pictures of all pages go, when somebody wants to look at them.</summary>
    private static string? Pictures => Environment.GetEnvironmentVariable("MEDIATION_PICTURES") is { Length: > 0 } given ? given : null;

    public IEnumerable<string> Faults(string kind) => faults.Where(fault => fault.Kind == kind).Select(fault => fault.Fault).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    public IEnumerable<string> Unseen => PageRoutes.All.Except(seen.Values, StringComparer.Ordinal);

    public async ValueTask InitializeAsync()
    {
        if (!visit.HasBrowser) return;
        axe = await File.ReadAllTextAsync(Tools.Find("axe-core/axe.min.js"));
        var caseNo = await visit.AssignedCaseAsync();
        agreed = await visit.SettledCaseAsync();
        using (var supervisor = visit.Service.As("supervisor.430104"))
            await Visit.ActAsync(supervisor, caseNo, "letters", new { to = "430104001-committee", text = "请书面说明办理情况。", replyBy = "2090-01-02" });
        using (var head = visit.Service.As(Visit.Head))
            Assert.True((await head.PostAsJsonAsync("/api/v1/groups", new { name = "某公司欠薪", cases = new[] { caseNo } })).IsSuccessStatusCode, "No group was made.");
        await Parallel.ForEachAsync(Accounts, new ParallelOptions { MaxDegreeOfParallelism = 2 }, async (account, _) => await WalkAsync(account, caseNo));
        foreach (var (file, what) in await Tools.ValidateAsync(folder)) faults.Add(("html", $"{file}: {what}"));
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(folder, recursive: true);
        return default;
    }

    private async Task WalkAsync(string account, string caseNo)
    {
        var page = account.Length == 0 ? await visit.OpenAsync("/sign-in") : await visit.SignedInAsync(account);
        page.Console += (_, message) =>
        {
            if (message.Type == "error" && !message.Text.Contains("status of 4", StringComparison.Ordinal)) faults.Add(("console", $"{account} {page.Url}: {message.Text}"));
        };
        page.PageError += (_, error) => faults.Add(("console", $"{account} {page.Url}: {error}"));
        page.Request += (_, request) =>
        {
            if (new Uri(request.Url) is { Scheme: "http" or "https" } to && to.Authority != visit.Service.Address.Authority) faults.Add(("console", $"{page.Url} asks {to.Host}"));
        };
        // What nobody links to for this role is only tried: it may be forbidden.
        var ways = new Queue<(string Path, bool Linked)>();
        ways.Enqueue((account.Length == 0 ? "/sign-in" : "/", true));
        if (account == Visit.Mediator)
            foreach (var one in new[] { "/cases/" + caseNo, $"/cases/{agreed}/agreement" }) ways.Enqueue((one, true));
        foreach (var route in PageRoutes.All.Where(route => !route.Contains('{', StringComparison.Ordinal))) ways.Enqueue((route, false));
        ways.Enqueue(("/nowhere", false));
        var known = new HashSet<string>(StringComparer.Ordinal);
        while (ways.TryDequeue(out var way))
        {
            var key = Key(way.Path);
            if (!known.Add(key) || (account.Length == 0 && way.Path == "/")) continue;
            foreach (var link in await LookAsync(page, account, key, way.Path, way.Linked)) ways.Enqueue((link, true));
        }

        await page.Context.CloseAsync();
    }

    /// <returns>Where the page leads to.</returns>
    private async Task<IReadOnlyList<string>> LookAsync(IPage page, string account, string key, string path, bool linked)
    {
        IReadOnlyList<string> links = [];
        var first = false;
        foreach (var language in new[] { "zh-CN", "en" })
        {
            await page.Context.AddCookiesAsync([new() { Name = "lang", Value = language, Url = visit.Service.Address.ToString() }]);
            await page.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Light });
            await page.SetViewportSizeAsync(1280, 800);
            var answer = await page.GotoAsync(path);
            var at = $"{(account.Length == 0 ? "anyone" : account)} {path} {language}";
            if (answer is null || new Uri(page.Url).AbsolutePath != new Uri(visit.Service.Address, path).AbsolutePath)
            {
                if (linked) faults.Add(("way", $"{at}: leads to {page.Url}"));
                return [];
            }

            var missing = path is "/nowhere" or "/error";
            if (answer.Status != (missing ? 404 : 200))
            {
                if (linked || answer.Status is not (403 or 404)) faults.Add(("way", $"{at}: {answer.Status}"));
                return [];
            }

            if (!(answer.Headers.GetValueOrDefault("content-type") ?? "").StartsWith("text/html", StringComparison.Ordinal)) return [];
            if (language == "zh-CN")
            {
                first = seen.TryAdd(key, PageRoutes.Of(new Uri(page.Url).AbsolutePath) ?? "");
                links = [.. (await page.EvaluateAsync<string[]>("[...document.querySelectorAll('a[href]:not([download])')].map(link => new URL(link.getAttribute('href'), document.baseURI).href)")).Select(Local).OfType<string>()];
            }

            await File.WriteAllTextAsync(Path.Combine(folder, Unsafe().Replace($"{account} {key} {language}", "_") + ".html"), await answer.TextAsync());
            await ReadAsync(page, at, language);
            await FitAsync(page, at, key, language, everything: first);
            if (first && language == "zh-CN") await TabAsync(page, at);
        }

        return links;
    }

    private async Task ReadAsync(IPage page, string at, string language)
    {
        if (await page.GetAttributeAsync("html", "lang") != language) faults.Add(("language", $"{at}: <html lang> says something else"));
        if (await page.Locator("h1").CountAsync() != 1) faults.Add(("html", $"{at}: not one h1"));
        foreach (var text in await page.EvaluateAsync<string[]>(Said))
            if (words.Wrong(text, language) is { } wrong) faults.Add(("language", $"{at}: {wrong}: {text}"));
    }

    /// <summary>Dark and light, desk and telephone. What another role has seen already is looked at once more, on a telephone.</summary>
    private async Task FitAsync(IPage page, string at, string key, string language, bool everything)
    {
        foreach (var (width, scheme) in new[] { (1280, ColorScheme.Light), (1280, ColorScheme.Dark), (390, ColorScheme.Dark), (390, ColorScheme.Light) })
        {
            if (!everything && (width, scheme) != (390, ColorScheme.Dark)) continue;
            await page.SetViewportSizeAsync(width, width == 390 ? 844 : 800);
            await page.EmulateMediaAsync(new() { ColorScheme = scheme });
            var where = $"{at} {width} px {scheme}";
            var over = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            if (over > 0) faults.Add(("width", $"{where}: {over} px too wide"));
            // Colours are the only thing that a scheme changes.
            var rules = scheme == ColorScheme.Dark && everything ? "{ runOnly: ['color-contrast'] }" : $"{{ runOnly: ['{string.Join("','", Standards)}'] }}";
            await page.EvaluateAsync(axe);
            var found = await page.EvaluateAsync<string[]>($"async () => (await axe.run(document, {rules})).violations.filter(v => v.impact === 'serious' || v.impact === 'critical' || v.impact === 'moderate').map(v => v.id + ' ' + v.nodes[0].target.join(' ') + ' x' + v.nodes.length)");
            foreach (var finding in found) faults.Add(("axe", $"{where}: {finding}"));
            if (Pictures is { } to && everything)
                await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(to, Unsafe().Replace($"{key} {language} {width} {scheme}", "_") + ".png") });
        }
    }

    /// <summary>Everything that can be used is reached by the Tab key and shows that it has the focus.</summary>
    private async Task TabAsync(IPage page, string at)
    {
        await page.SetViewportSizeAsync(1280, 800);
        var all = await page.EvaluateAsync<int>(Usable);
        var (reached, shown) = (new HashSet<string>(StringComparer.Ordinal), new HashSet<string>(StringComparer.Ordinal));
        var wanted = Math.Min(all, 60);
        for (var press = 0; press < wanted * 5 && reached.Count < wanted; press++) // a date stops the key at each of its parts
        {
            await page.Keyboard.PressAsync("Tab");
            var focus = await page.EvaluateAsync<string>(Focus);
            if (focus.Length == 0) continue;
            reached.Add(focus.TrimEnd('*'));
            if (focus.EndsWith('*')) shown.Add(focus.TrimEnd('*'));
        }

        if (reached.Count < wanted) faults.Add(("keyboard", $"{at}: Tab reaches {reached.Count} of {all}"));
        foreach (var element in reached.Except(shown, StringComparer.Ordinal)) faults.Add(("keyboard", $"{at}: no focus is to be seen on {element}"));
    }

    /// <summary>A path within the service that answers with a page.</summary>
    private string? Local(string link)
    {
        var to = new Uri(link);
        if (to.Authority != visit.Service.Address.Authority) return null;
        return to.AbsolutePath is "/language" or PageRoutes.OfOthers || to.AbsolutePath.StartsWith("/api/", StringComparison.Ordinal) ? null : to.PathAndQuery;
    }

    /// <summary>Pages that differ in their ids alone are one page; filters, actions and other names are not.</summary>
    private static string Key(string path)
    {
        var parts = path.Split('?', 2);
        // One filter is looked at, and several together: not every set of them. Only the work list differs by its tab.
        var asked = (parts.Length < 2 ? [] : parts[1].Split('&')).ToLookup(pair => pair.Split('=')[0] is "by" || (pair.StartsWith("tab=", StringComparison.Ordinal) && parts[0] == "/"));
        var names = asked[false].Select(pair => pair.Split('=')[0]).Distinct(StringComparer.Ordinal).ToList();
        var route = PageRoutes.Of(parts[0]) is { } found && !found.Contains("{**", StringComparison.Ordinal) ? found : CaseNumber().Replace(parts[0], "{id}");
        return route + (parts.Length < 2 ? "" : "?" + string.Join('&', asked[true].Append(names.Count > 1 ? "several" : string.Concat(names))));
    }

    private const string Said = """
        () => {
          const texts = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          while (walker.nextNode()) if (!walker.currentNode.parentElement.closest('[lang]:not(html), textarea, script')) texts.push(walker.currentNode.data.trim());
          for (const element of document.querySelectorAll('[aria-label], [title], [placeholder], [data-label]'))
            for (const name of ['aria-label', 'title', 'placeholder', 'data-label']) if (element.hasAttribute(name)) texts.push(element.getAttribute(name).trim());
          texts.push(document.title.split(' - ')[0]);
          return [...new Set(texts)].filter(text => text.length > 0);
        }
        """;

    private const string Usable = """
        () => {
          document.activeElement?.blur(); window.getSelection()?.removeAllRanges();
          return [...document.querySelectorAll('a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
            .filter(e => !e.disabled && e.tabIndex >= 0 && e.checkVisibility({ visibilityProperty: true }) && !(e.type === 'radio' && !e.checked && document.querySelectorAll(`[name="${e.name}"]`)[0] !== e))
            .map((e, index) => e.dataset.sweep = index).length;
        }
        """;

    private const string Focus = """
        () => {
          const e = document.activeElement;
          if (e?.dataset.sweep === undefined) return '';
          const style = getComputedStyle(e), shown = (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) > 0) || style.boxShadow !== 'none';
          return `${e.tagName} ${e.dataset.sweep}${shown ? '*' : ''}`;
        }
        """;

    [GeneratedRegex(@"\d{6}-\d{4}-\d{8}", RegexOptions.NonBacktracking)]
    private static partial Regex CaseNumber();

    [GeneratedRegex(@"[^A-Za-z0-9.=-]+", RegexOptions.NonBacktracking)]
    private static partial Regex Unsafe();
}
