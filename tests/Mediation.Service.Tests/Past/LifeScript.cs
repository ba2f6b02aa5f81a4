using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Mediation.Service.Tests.Pages;

namespace Mediation.Service.Tests.Past;

/// <summary>
/// A life that a service is led through over HTTP, written as lines of text: it names nothing of the code, so that the
/// same lines make the fixture of a later version. The verbs stand in tests/past/README.md.
/// </summary>
public sealed partial class LifeScript(TestService service)
{
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private string user = "";
    private int number;

    public async Task RunAsync(IEnumerable<string> lines)
    {
        var failures = new List<string>();
        foreach (var line in lines)
        {
            number++;
            if (line.Length == 0 || line[0] == '#') continue;
            try
            {
                await StepAsync(line);
            }
            catch (Exception failed) when (failed is not OutOfMemoryException)
            {
                failures.Add($"Line {number}: {line}: {failed.Message}");
            }
        }

        if (failures.Count > 0) throw new InvalidOperationException(string.Join('\n', failures));
    }

    /// <summary>$name as it was kept, $+3 the day after so many days, $now+2h the instant after so many hours.</summary>
    public string Fill(string text) => Placeholder().Replace(text, found =>
    {
        if (found.Groups["days"].Success)
            return Now.AddDays(Number(found.Groups["days"])).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        if (found.Groups["hours"].Success)
            return Now.AddHours(Number(found.Groups["hours"])).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture);
        return names[found.Groups["name"].Value];
    });

    private DateTimeOffset Now => service.Clock.GetUtcNow().ToOffset(TimeSpan.FromHours(8));

    private async Task StepAsync(string line)
    {
        var (text, keep) = line.Split(" -> ") is [var before, var after] ? (before, after) : (line, null);
        var at = text.IndexOf('{', StringComparison.Ordinal);
        var words = Fill(at < 0 ? text : text[..at]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var body = at < 0 ? "{}" : Fill(text[at..]);
        var answer = words switch
        {
            ["at", var when] => Move(DateTimeOffset.Parse(when + "+08:00", CultureInfo.InvariantCulture)),
            ["later", var by] => Move(Now + TimeSpan.Parse(by, CultureInfo.InvariantCulture)),
            ["as", var name] => As(name),
            ["job", var name] => await SendAsync(HttpMethod.Post, $"/api/v1/jobs/{name}/run", "{}", "admin"),
            ["get", var path] => await SendAsync(HttpMethod.Get, path, null, user),
            ["post", var path] => await SendAsync(HttpMethod.Post, path, body, user),
            ["put", var path] => await SendAsync(HttpMethod.Put, path, body, user),
            ["act", var id, var action] => await ActAsync(id, action, body),
            ["upload", var path, var sample] => await UploadAsync(path, sample),
            ["form", var path] => await FormAsync(path, path, body),
            ["form", var path, var to] => await FormAsync(path, to, body),
            _ => throw new FormatException("Unknown verb."),
        };
        if (keep?.Split('=') is [var kept, var where]) names[kept] = Find(answer!.Value, where).ToString();
    }

    private JsonElement? Move(DateTimeOffset to)
    {
        service.Clock.Advance(to - Now);
        return null;
    }

    private JsonElement? As(string name)
    {
        user = name;
        return null;
    }

    private async Task<JsonElement?> SendAsync(HttpMethod method, string path, string? body, string by, string? etag = null)
    {
        using var client = service.As(by);
        client.DefaultRequestHeaders.Add("Idempotency-Key", $"line-{number}");
        using var request = new HttpRequestMessage(method, path);
        if (body is not null) request.Content = new StringContent(body, Encoding.UTF8, "application/json");
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-Match", etag);
        using var answer = await client.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        if (!answer.IsSuccessStatusCode) throw new InvalidOperationException($"{(int)answer.StatusCode} {text}");
        return JsonSerializer.Deserialize<JsonElement>(text);
    }

    private async Task<JsonElement?> ActAsync(string id, string action, string body)
    {
        using var client = service.As(user);
        using var seen = await client.GetAsync("/api/v1/cases/" + id);
        return await SendAsync(HttpMethod.Post, $"/api/v1/cases/{id}/{action}", body, user, seen.Headers.ETag?.ToString());
    }

    private async Task<JsonElement?> UploadAsync(string path, string sample)
    {
        using var client = service.As(user);
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(PastVersion.PathOf(sample)));
        content.Headers.ContentType = new MediaTypeHeaderValue("text/csv");
        using var answer = await client.PostAsync(path, content);
        if (!answer.IsSuccessStatusCode)
            throw new InvalidOperationException($"{(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.JsonAsync();
    }

    /// <summary>The page's form, filled and sent; <c>anybody</c> has not signed in. A refusal that keeps a draft is no failure.</summary>
    private async Task<JsonElement?> FormAsync(string path, string to, string body)
    {
        using var browser = user == "anybody" ? new Browser(service) : await Browser.SignedInAsync(service, user);
        var values = JsonSerializer.Deserialize<Dictionary<string, string>>(body)!.ToDictionary(field => field.Key,
            field => new[] { field.Value });
        var (status, _, page) = await browser.SendAsync(await browser.OpenAsync(path), values, to);
        if ((int)status is >= 403 or 401) throw new InvalidOperationException($"{(int)status} {page.QuerySelector("main")?.TextContent}");
        return null;
    }

    /// <param name="where">Members and places with dots; <c>clock:term</c> picks the first of a list that has it.</param>
    private static JsonElement Find(JsonElement json, string where)
    {
        foreach (var step in where.Split('.'))
        {
            json = step.Split(':') is [var member, var value]
                ? json.EnumerateArray().First(item => item.TryGetProperty(member, out var found) && found.ToString() == value)
                : int.TryParse(step, CultureInfo.InvariantCulture, out var place) ? json[place]
                : json.GetProperty(step);
        }

        return json;
    }

    private static int Number(Group group) => int.Parse(group.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\$(?:now(?<hours>[+-]\d+)h|(?<days>[+-]\d+)|(?<name>[a-z][A-Za-z0-9]*))", RegexOptions.NonBacktracking)]
    private static partial Regex Placeholder();
}
