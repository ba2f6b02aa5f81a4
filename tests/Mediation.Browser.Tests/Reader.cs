using System.IO.Compression;
using System.Net;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Mediation.Browser.Tests;

/// <summary>An account that reads pages over HTTP as a browser asks for them: compressed, in a language, with its session.</summary>
public sealed class Reader : IDisposable
{
    private const string Language = "lang";
    private readonly CookieContainer cookies = new();
    private readonly HttpClient client;
    private readonly Dictionary<string, int> parts = new(StringComparer.Ordinal);

    private Reader(Uri service) => client = new HttpClient(new HttpClientHandler { CookieContainer = cookies }) { BaseAddress = service };

    public IEnumerable<Cookie> Cookies => cookies.GetAllCookies().Where(cookie => cookie.Name != Language);

    /// <param name="user">Nobody is signed in when it is empty.</param>
    public static async Task<Reader> SignedInAsync(ServiceProcess service, string user)
    {
        var reader = new Reader(service.Address);
        if (user.Length == 0) return reader;
        var form = await reader.ReadAsync("/sign-in", "zh-CN");
        var values = form.Document!.QuerySelectorAll("main form input[type=hidden]")
            .ToDictionary(input => input.GetAttribute("name")!, input => input.GetAttribute("value") ?? "", StringComparer.Ordinal);
        (values["Account"], values["Password"]) = (user, Visit.Password);
        using var fields = new FormUrlEncodedContent(values);
        using var answer = await reader.client.PostAsync(new Uri("/sign-in", UriKind.Relative), fields);
        Assert.Equal((HttpStatusCode.OK, "/desk"), (answer.StatusCode, answer.RequestMessage!.RequestUri!.AbsolutePath));
        return reader;
    }

    public async Task<Answer> ReadAsync(string path, string language)
    {
        cookies.Add(client.BaseAddress!, new Cookie(Language, language, "/"));
        using var answer = await SendAsync(path);
        var body = await answer.Content.ReadAsByteArrayAsync();
        var (at, type) = (answer.RequestMessage!.RequestUri!, answer.Content.Headers.ContentType?.MediaType);
        if (type != "text/html") return new Answer(at, answer.StatusCode, body.Length, "", null);
        var html = await PlainAsync(body, answer.Content.Headers.ContentEncoding.Contains("gzip"));
        return new Answer(at, answer.StatusCode, body.Length, html, new HtmlParser().ParseDocument(html));
    }

    /// <summary>What a page's sheet and script weigh on the wire, in bytes.</summary>
    public async Task<int> WeighPartsAsync(IDocument page)
    {
        var weight = 0;
        foreach (var path in page.QuerySelectorAll("link[rel=stylesheet], script[src]")
            .Select(part => part.GetAttribute("href") ?? part.GetAttribute("src")!))
        {
            if (!parts.TryGetValue(path, out var known))
            {
                using var answer = await SendAsync(path);
                parts[path] = known = (await answer.Content.ReadAsByteArrayAsync()).Length;
            }

            weight += known;
        }

        return weight;
    }

    public void Dispose() => client.Dispose();

    private async Task<HttpResponseMessage> SendAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(path, UriKind.Relative));
        request.Headers.AcceptEncoding.ParseAdd("gzip");
        return await client.SendAsync(request);
    }

    private static async Task<string> PlainAsync(byte[] body, bool isCompressed)
    {
        using var bytes = new MemoryStream(body);
        using var text = new StreamReader(isCompressed ? new GZipStream(bytes, CompressionMode.Decompress) : bytes);
        return await text.ReadToEndAsync();
    }

    /// <param name="At">Where it came from, after what was redirected.</param>
    /// <param name="Weight">On the wire, in bytes.</param>
    /// <param name="Document">Null when it is no page.</param>
    public sealed record Answer(Uri At, HttpStatusCode Status, int Weight, string Html, IDocument? Document);
}
