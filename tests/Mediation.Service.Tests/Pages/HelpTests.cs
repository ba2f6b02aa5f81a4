using System.Net;
using System.Text.RegularExpressions;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Tests.Pages;

/// <summary>The quick guide of each role: on its page, in both languages, in words that the pages use.</summary>
public sealed partial class HelpTests(HelpTests.Host host) : IClassFixture<HelpTests.Host>
{
    public sealed class Host : IAsyncLifetime
    {
        public TestService Service { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Service = await TestService.StartAsync();

        public async ValueTask DisposeAsync() => await Service.DisposeAsync();
    }

    [Theory]
    [InlineData("clerk.430104")]
    [InlineData("mediator1.430104001")]
    [InlineData("head.430104001")]
    [InlineData("supervisor.430104")]
    [InlineData("court.430104")]
    [InlineData("liaison.430104")]
    [InlineData("grid.430104001")]
    [InlineData("auditor.4301")]
    [InlineData("admin")]
    public async Task Each_role_has_its_guide_on_the_desk_and_in_the_footer_in_both_languages(string user)
    {
        using var browser = await Browser.SignedInAsync(host.Service, user);
        var desk = await browser.OpenAsync("/desk");
        var chinese = await browser.OpenAsync("/help");
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/language?to=en&returnUrl=%2Fhelp")).Status);
        var english = await browser.OpenAsync("/help");

        Assert.NotNull(desk.QuerySelector("main a[href='/help']"));
        Assert.NotNull(desk.QuerySelector("footer a[href='/help']"));
        Assert.Single(chinese.QuerySelectorAll("h1"));
        Assert.NotEmpty(chinese.QuerySelectorAll("main table tbody tr"));
        Assert.Equal(chinese.QuerySelectorAll("main table tbody tr").Length, english.QuerySelectorAll("main table tbody tr").Length);
        Assert.DoesNotMatch("[\u4e00-\u9fff]", english.QuerySelector("main")!.TextContent);
        Assert.DoesNotContain("**", chinese.QuerySelector("main")!.TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("clerk.430104", 9)]
    [InlineData("mediator1.430104001", 9)]
    [InlineData("head.430104001", 9)]
    [InlineData("supervisor.430104", 9)]
    [InlineData("court.430104", 6)]
    [InlineData("liaison.430104", 6)]
    [InlineData("grid.430104001", 4)]
    [InlineData("auditor.4301", 7)]
    [InlineData("admin", 6)]
    public async Task The_tour_leads_through_every_page_of_a_role_and_ends(string user, int stops)
    {
        using var browser = await Browser.SignedInAsync(host.Service, user);
        var page = await browser.OpenAsync("/help/tour");
        var paths = page.QuerySelectorAll("main ol a").Select(link => link.GetAttribute("href")!).ToList();
        Assert.Equal((stops, "/desk", "/help"), (paths.Count, paths[0], paths[^1]));
        Assert.Null(page.QuerySelector("section.tour"));

        foreach (var (at, path) in paths.Index())
        {
            Assert.Equal(path,
                (await browser.SendAsync(await browser.OpenAsync("/help/tour"), new() { ["place"] = [$"{at + 1}"] })).Location);
            var strip = (await browser.OpenAsync(path)).QuerySelector("section.tour")!;
            Assert.Contains($"第 {at + 1} 步，共 {stops} 步", strip.TextContent, StringComparison.Ordinal);
            Assert.Equal(path, strip.QuerySelector("a")!.GetAttribute("href"));
            Assert.Equal(at + 1 < stops, strip.QuerySelector($"button[value='{at + 2}']") is not null);
        }

        Assert.Equal("/desk", (await browser.SendAsync(await browser.OpenAsync("/help/tour"), new() { ["place"] = ["0"] })).Location);
        Assert.Null((await browser.OpenAsync("/desk")).QuerySelector("section.tour"));
    }

    [Fact]
    public async Task Who_is_not_signed_in_is_asked_to()
    {
        using var browser = new Browser(host.Service);

        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/help")).Status);
    }

    [Theory]
    [InlineData("zh-CN", "Texts.resx")]
    [InlineData("en", "Texts.en.resx")]
    public void What_a_guide_sends_its_reader_to_is_called_so_on_the_pages(string language, string texts)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Mediation.sln"))) root = Path.GetDirectoryName(root.TrimEnd(Path.DirectorySeparatorChar))!;
        var words = File.ReadAllText(Path.Combine(root, "src", "Mediation.Service", "Platform", texts));
        var sent = new List<(string Guide, string Name)>();
        foreach (var role in Enum.GetValues<Role>())
            foreach (var line in File.ReadLines(Path.Combine(root, "docs", "guides", $"{role.Camel()}.{language}.md")))
                if (line.StartsWith('|') && line.Split('|') is { Length: > 3 } cells)
                    sent.AddRange(Bold().Matches(cells[2]).Select(match => ($"{role}", match.Groups["name"].Value)));

        Assert.True(sent.Count > 15, "The pattern finds no names.");
        Assert.DoesNotContain(sent, name => !words.Contains($"<value>{name.Name}</value>", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"\*\*(?<name>[^*]+)\*\*", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Bold();
}
