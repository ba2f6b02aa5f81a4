using System.Net;
using System.Net.Http.Headers;
using AngleSharp.Html.Parser;
using Mediation.Service.Accounts;
using Mediation.Service.Demonstration;
using Mediation.Service.Registry;

namespace Mediation.Service.Tests.Accounts;

public sealed class SessionTests : IAsyncLifetime
{
    private const string User = "clerk.430104";
    private TestService service = null!;

    public async ValueTask InitializeAsync() => service = await TestService.StartAsync();

    public async ValueTask DisposeAsync() => await service.DisposeAsync();

    [Fact]
    public async Task Without_a_token_the_API_answers_401_as_a_problem()
    {
        using var client = service.Anonymous();
        await RefusedAsync(client);
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", "med_unknown");
        await RefusedAsync(client);

        static async Task RefusedAsync(HttpClient client)
        {
            var answer = await client.GetAsync("/api/v1/divisions");
            Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
            Assert.Equal("Bearer", answer.Headers.WwwAuthenticate.Single().Scheme);
            Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        }
    }

    [Fact]
    public async Task A_page_sends_to_sign_in_and_signing_in_sends_back()
    {
        using var browser = Browser();
        var sent = await browser.GetAsync("/account/password");
        Assert.Equal(HttpStatusCode.Redirect, sent.StatusCode);
        Assert.Equal("/sign-in?returnUrl=%2Faccount%2Fpassword", sent.Headers.Location!.PathAndQuery);

        var answer = await SignInAsync(browser, DemoAccountsFile.Password, "/account/password");

        Assert.Equal("/account/password", answer.Headers.Location!.ToString());
        var cookie = answer.Headers.GetValues("Set-Cookie").Single(value => value.StartsWith("mediation=", StringComparison.Ordinal));
        Assert.Contains("httponly", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("samesite=lax", cookie, StringComparison.OrdinalIgnoreCase);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/account/password")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await browser.GetAsync("/api/v1/tokens")).StatusCode);
    }

    [Theory]
    [InlineData("https://elsewhere.example/")]
    [InlineData("//elsewhere.example/")]
    public async Task Signing_in_never_leads_elsewhere(string returnUrl)
    {
        using var browser = Browser();

        Assert.Equal("/desk", (await SignInAsync(browser, DemoAccountsFile.Password, returnUrl)).Headers.Location!.ToString());
    }

    [Fact]
    public async Task A_wrong_password_shows_the_form_again_without_it()
    {
        using var browser = Browser();

        var answer = await SignInAsync(browser, "wrong-password", "/");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var page = await answer.Content.ReadAsStringAsync();
        Assert.Contains("用户名或密码不正确", WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.DoesNotContain("wrong-password", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_form_without_its_token_is_refused()
    {
        using var browser = Browser();
        using var form = new FormUrlEncodedContent([new("Account", User), new("Password", DemoAccountsFile.Password)]);

        Assert.Equal(HttpStatusCode.BadRequest, (await browser.PostAsync("/sign-in", form)).StatusCode);
    }

    [Fact]
    public async Task A_changed_password_ends_other_sessions_within_a_minute()
    {
        using var here = Browser();
        using var there = Browser();
        await SignInAsync(here, DemoAccountsFile.Password, "/");
        await SignInAsync(there, DemoAccountsFile.Password, "/");

        var changed = await SubmitAsync(here, "/account/password",
            [new("Current", DemoAccountsFile.Password), new("Next", "a-new-password")]);
        Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        service.Clock.Advance(SessionCookie.Recheck);

        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync("/account/password")).StatusCode);
        Assert.Equal(HttpStatusCode.Redirect, (await there.GetAsync("/account/password")).StatusCode);
    }

    [Fact]
    public async Task Signing_out_ends_the_session()
    {
        using var browser = Browser();
        await SignInAsync(browser, DemoAccountsFile.Password, "/");

        await SubmitAsync(browser, "/sign-out", []);

        Assert.Equal(HttpStatusCode.Unauthorized, (await browser.GetAsync("/api/v1/tokens")).StatusCode);
    }

    private HttpClient Browser() =>
        new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() }) { BaseAddress = service.Address };

    private static Task<HttpResponseMessage> SignInAsync(HttpClient browser, string password, string returnUrl) =>
        SubmitAsync(browser, "/sign-in?returnUrl=" + Uri.EscapeDataString(returnUrl),
            [new("Account", User), new("Password", password), new("ReturnUrl", returnUrl)]);

    private static async Task<HttpResponseMessage> SubmitAsync(HttpClient browser, string path, KeyValuePair<string, string>[] fields)
    {
        var page = await browser.GetAsync(path);
        Assert.True(page.IsSuccessStatusCode,
            $"{path}: {(int)page.StatusCode} {page.Headers.Location} {await page.Content.ReadAsStringAsync()}");
        var token = new HtmlParser().ParseDocument(await page.Content.ReadAsStringAsync())
            .QuerySelector("input[name=__RequestVerificationToken]")!.GetAttribute("value")!;
        using var form = new FormUrlEncodedContent([.. fields, new("__RequestVerificationToken", token)]);
        return await browser.PostAsync(path, form);
    }
}
