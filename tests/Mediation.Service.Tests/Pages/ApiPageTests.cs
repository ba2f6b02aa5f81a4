using System.Net;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Tests.Pages;

/// <summary>The page of the API's operations: for who is signed in, from our own host, and only there with style attributes.</summary>
public sealed class ApiPageTests(HelpTests.Host host) : IClassFixture<HelpTests.Host>
{
    [Fact]
    public async Task It_is_linked_from_the_guide_and_in_both_languages()
    {
        using var browser = await Browser.SignedInAsync(host.Service, "court.430104");
        Assert.NotNull((await browser.OpenAsync("/help")).QuerySelector("main a[href='/help/api']"));
        var chinese = await browser.OpenAsync("/help/api");
        Assert.Equal(HttpStatusCode.Redirect, (await browser.GetAsync("/language?to=en&returnUrl=%2Fhelp%2Fapi")).Status);
        var english = await browser.OpenAsync("/help/api");

        Assert.Equal(("zh-CN", "接口说明"), (chinese.DocumentElement.GetAttribute("lang"), chinese.QuerySelector("h1")!.TextContent));
        Assert.Equal(("en", "The API"), (english.DocumentElement.GetAttribute("lang"), english.QuerySelector("h1")!.TextContent));
        Assert.All(chinese.QuerySelectorAll("script"),
            script => Assert.StartsWith("/", script.GetAttribute("src"), StringComparison.Ordinal));
        Assert.Empty(chinese.QuerySelectorAll("style"));
    }

    [Fact]
    public async Task Its_policy_lets_style_attributes_in_and_nothing_else_and_the_guides_does_not()
    {
        using var client = host.Service.As("court.430104");
        using var page = await client.GetAsync("/help/api");
        using var guide = await client.GetAsync("/help");

        Assert.Equal(SecurityHeaders.WithStyleAttributes, page.Headers.GetValues("Content-Security-Policy").Single());
        Assert.Contains("script-src 'self';", SecurityHeaders.WithStyleAttributes, StringComparison.Ordinal);
        Assert.DoesNotContain("style-src-attr", guide.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_not_signed_in_is_asked_to()
    {
        using var anonymous = host.Service.Anonymous();
        using var answer = await anonymous.GetAsync("/help/api");

        Assert.Equal(HttpStatusCode.Redirect, answer.StatusCode);
    }

    [Theory]
    [InlineData("swagger-ui.css", "text/css", 200)]
    [InlineData("swagger-ui-bundle.js", "text/javascript", 200)]
    [InlineData("index.html", "text/html", 404)]
    [InlineData("index.js", "text/html", 404)]
    [InlineData("oauth2-redirect.html", "text/html", 404)]
    [InlineData("", "text/html", 404)]
    public async Task Of_the_package_only_its_style_and_program_are_served(string file, string type, int status)
    {
        using var client = host.Service.As("court.430104");
        using var answer = await client.GetAsync("/help/api/files/" + file);

        Assert.Equal((status, type), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        if (status == 200) Assert.True((await answer.Content.ReadAsByteArrayAsync()).Length > 10_000);
    }
}
