using System.Net;
using AngleSharp.Html.Dom;
using AngleSharp.Html.Parser;
using Mediation.Service.Demonstration;
using Mediation.Service.Registry;

namespace Mediation.Service.Tests.Pages;

/// <summary>A person at a browser without JavaScript: cookies, pages, forms that are sent with everything they hold.</summary>
public sealed class Browser : IDisposable
{
    private readonly HttpClient client;

    public Browser(TestService service) =>
        client = new HttpClient(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() })
        { BaseAddress = service.Address };

    public static async Task<Browser> SignedInAsync(TestService service, string user)
    {
        var browser = new Browser(service);
        var page = await browser.OpenAsync("/sign-in");
        Assert.Equal(HttpStatusCode.Redirect,
            (await browser.SendAsync(page, new() { ["Account"] = [user], ["Password"] = [DemoAccountsFile.Password] })).Status);
        return browser;
    }

    public async Task<(HttpStatusCode Status, string? Location, IHtmlDocument Document)> GetAsync(string path) =>
        await ReadAsync(await client.GetAsync(path));

    public async Task<IHtmlDocument> OpenAsync(string path)
    {
        var (status, location, document) = await GetAsync(path);
        Assert.True(status == HttpStatusCode.OK, $"{path}: {(int)status} {location} {document.Body?.TextContent}");
        return document;
    }

    /// <summary>What travels for one address to a browser that takes compressed answers, in bytes.</summary>
    public async Task<int> WeighAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.AcceptEncoding.ParseAdd("gzip, br");
        using var answer = await client.SendAsync(request);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{path}: {(int)answer.StatusCode}");
        return (await answer.Content.ReadAsByteArrayAsync()).Length;
    }

    /// <summary>Fills the page's main form and sends it to where it stands.</summary>
    public async Task<(HttpStatusCode Status, string? Location, IHtmlDocument Document)> SendAsync(
        IHtmlDocument page, Dictionary<string, string[]> values, string? path = null)
    {
        var form = page.QuerySelector("main form[method=post]")!;
        var fields = new List<KeyValuePair<string, string>>();
        foreach (var element in form.QuerySelectorAll("input, select, textarea"))
        {
            var name = element.GetAttribute("name") ?? "";
            if (name.Length == 0 || values.ContainsKey(name)) continue;
            var value = element switch
            {
                IHtmlInputElement { Type: "checkbox" or "radio", IsChecked: false } => null,
                IHtmlInputElement input => input.Value,
                IHtmlSelectElement select => select.Value,
                IHtmlTextAreaElement area => area.Value,
                _ => null,
            };
            if (value is not null) fields.Add(new(name, value));
        }

        fields.AddRange(values.SelectMany(pair => pair.Value.Select(value => KeyValuePair.Create(pair.Key, value))));
        using var content = new FormUrlEncodedContent(fields);
        return await ReadAsync(await client.PostAsync(path ?? new Uri(page.BaseUri).PathAndQuery, content));
    }

    public void Dispose() => client.Dispose();

    private static async Task<(HttpStatusCode, string?, IHtmlDocument)> ReadAsync(HttpResponseMessage answer)
    {
        var document = new HtmlParser().ParseDocument(await answer.Content.ReadAsStringAsync());
        // The address a form without one is sent to.
        document.Head!.InnerHtml += $"<base href=\"{answer.RequestMessage!.RequestUri}\">";
        return (answer.StatusCode, answer.Headers.Location?.ToString(), document);
    }
}
