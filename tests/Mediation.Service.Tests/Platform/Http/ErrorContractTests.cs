using System.Buffers.Text;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;

namespace Mediation.Service.Tests.Platform.Http;

/// <summary>Who gets which error, in which order, in which language.</summary>
public sealed class ErrorContractTests(ApiService api) : IClassFixture<ApiService>
{
    private static readonly string[] Nowhere = ["/api/v1", "/api/v1/", "/api/v1/nothing", "/API/V1/cases",
        "/api/v1/cases/../nothing", "/api/v1/cases/1/2/3/4"];

    [Fact]
    public async Task Without_a_token_every_path_of_the_API_answers_401_whether_it_exists_or_not()
    {
        using var anonymous = api.Service.Anonymous();
        var paths = api.Operations.Select(operation => (operation.Method, Path: api.PathOf(operation, api.InMediation)))
            .Concat(
                from path in Nowhere from method in new[] { "GET", "POST", "PUT", "DELETE", "PATCH" } select (Method: method, Path: path));
        await AllAsync(paths, async row =>
        {
            foreach (var token in new[] { null, "Bearer", "Bearer x", "Bearer " + new string('x', 5000), "Basic eDp4", "Bearer med_\"'" })
            {
                using var request = new HttpRequestMessage(new HttpMethod(row.Method), row.Path);
                if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", token);
                using var answer = await anonymous.SendAsync(request);
                if (await answer.FaultAsync(401) is { } fault) return fault;
                if (answer.Headers.WwwAuthenticate.ToString() != "Bearer") return "no WWW-Authenticate";
            }

            return null;
        });
    }

    [Fact]
    public async Task What_is_not_there_is_404_with_a_body()
    {
        using var client = api.Service.As("clerk.430104");
        await AllAsync(Nowhere.Where(path => !path.Contains("V1", StringComparison.Ordinal)), async path =>
        {
            using var answer = await client.GetAsync(path);
            return await answer.FaultAsync(404);
        });
    }

    [Fact]
    public async Task Another_method_is_405_with_a_body()
    {
        using var client = api.Service.As("clerk.430104");
        await AllAsync(api.Operations, async operation =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Patch, api.PathOf(operation, api.InMediation));
            using var answer = await client.SendAsync(request);
            return await answer.FaultAsync(405);
        });
    }

    [Fact]
    public async Task Behind_a_proxy_with_TLS_every_cookie_is_for_TLS_only()
    {
        using var anonymous = api.Service.Anonymous();
        anonymous.DefaultRequestHeaders.Add("X-Forwarded-Proto", "https");

        using var answer = await anonymous.GetAsync("/sign-in");

        var cookies = answer.Headers.GetValues("Set-Cookie").ToList();
        Assert.NotEmpty(cookies);
        Assert.All(cookies, cookie => Assert.Contains("secure", cookie, StringComparison.OrdinalIgnoreCase));
    }

    [Theory]
    [InlineData("TRACE", "/sign-in")]
    [InlineData("DELETE", "/sign-in")]
    [InlineData("TRACE", "/healthz/live")]
    [InlineData("TRACE", "/nothing")]
    public async Task Pages_are_read_and_sent_and_nothing_else(string method, string path)
    {
        using var anonymous = api.Service.Anonymous();
        using var request = new HttpRequestMessage(new HttpMethod(method), path);

        using var answer = await anonymous.SendAsync(request);

        Assert.Equal(HttpStatusCode.MethodNotAllowed, answer.StatusCode);
    }

    [Fact]
    public async Task Strange_references_in_an_address_are_never_a_server_error()
    {
        await AllAsync(
            from operation in api.Operations
            from reference in new[] { "%00", "%ED%A0%80", "%F0%9F%98%80", "..%2f..", "'", "-1", "99999999999999999999",
                new string('9', 2000), "a%0Ab" }
            select (operation, reference), async row =>
        {
            if (!row.operation.Route.Contains('{', StringComparison.Ordinal)) return null;
            var (client, _) = row.operation.Writes ? (api.Service.As("clerk.430104"), "") : await api.SenderAsync(row.operation);
            var path = string.Join('/', row.operation.Route.Split('/').Select(part => part.StartsWith('{') ? row.reference : part));
            using var request = new HttpRequestMessage(new HttpMethod(row.operation.Method), path)
            { Content = row.operation.Writes ? ApiService.Json(new { }) : null };
            using var answer = await client.SendAsync(request);
            // Kestrel itself refuses some of these before there is a request.
            return answer.StatusCode == HttpStatusCode.BadRequest && answer.Content.Headers.ContentLength == 0
                ? null : await answer.FaultAsync();
        });
    }

    [Fact]
    public async Task Strange_queries_are_never_a_server_error()
    {
        var queries = new[]
        {
            "?zzz=1", "?limit=0", "?limit=201", "?limit=x", "?limit=1&limit=2", "?after=x", "?after=e30", "?q=%00%00",
            "?q=" + new string('a', 3000), "?division=%00", "?q=%25%25", "?q=%5C%5C", "?openedFrom=2026-02-30", "?since=x",
            "?since=9999-12-31T23:59:59-14:00", "?sort=x", "?status=zzz", "?by=x", "?=", "?&&", "?%ED%A0%80=1",
            "?division=%F0%9F%98%80", "?division=%EF%BF%BF",
        };
        await AllAsync(from operation in api.Operations where !operation.Writes from query in queries select (operation, query),
            async row =>
            {
                var (client, path) = await api.SenderAsync(row.operation);
                using var answer = await client.GetAsync(path + row.query);
                return await answer.FaultAsync();
            });
    }

    [Fact]
    public async Task A_cursor_that_somebody_has_altered_is_refused()
    {
        await AllAsync(api.Operations.Where(operation => !operation.Writes), async operation =>
        {
            var (client, path) = await api.SenderAsync(operation);
            using var page = await client.GetAsync(path + "?limit=1");
            if (page.StatusCode != HttpStatusCode.OK
                || (await page.JsonAsync()) is not { ValueKind: System.Text.Json.JsonValueKind.Object } body
                || !body.TryGetProperty("next", out var next) || next.GetString() is not { } cursor) return null;
            foreach (var part in new[] { "x", "-1", "99999999999999999999", "9223372036854775807", "\u0000", "" })
            {
                var content = JsonNode.Parse(Base64Url.DecodeFromChars(cursor))!;
                var key = content["K"]!.AsArray();
                for (var i = 0; i < key.Count; i++) key[i] = part;
                using var answer = await client.GetAsync(
                    $"{path}?limit=1&after={Base64Url.EncodeToString(Encoding.UTF8.GetBytes(content.ToJsonString()))}");
                if (await answer.FaultAsync() is { } fault) return $"{part}: {fault}";
            }

            return null;
        });
    }

    [Fact]
    public async Task Checks_come_in_the_order_that_clients_count_on()
    {
        var path = $"/api/v1/cases/{api.InMediation}/extend";
        var large = new byte[1024 * 1024 + 1];
        using var nobody = api.Service.Anonymous();
        using var stranger = api.Service.As("clerk.430302");
        using var clerk = api.Service.As("clerk.430104001");
        using var head = api.Service.As("head.430104001");

        // Each request has every later fault too.
        await ExpectAsync(401, nobody, large, "text/plain");
        await ExpectAsync(413, stranger, large, "text/plain");
        await ExpectAsync(415, stranger, "{"u8.ToArray(), "text/plain");
        await ExpectAsync(404, stranger, "{"u8.ToArray(), "application/json");
        await ExpectAsync(403, clerk, "{"u8.ToArray(), "application/json");
        await ExpectAsync(400, head, "{"u8.ToArray(), "application/json");
        await ExpectAsync(428, head, """{"days":5,"consents":["p1"]}"""u8.ToArray(), "application/json");
        await ExpectAsync(412, head, """{"days":5,"consents":["p1"]}"""u8.ToArray(), "application/json", "\"999\"");
        using var seen = await head.GetAsync($"/api/v1/cases/{api.InMediation}");
        await ExpectAsync(409, head, """{"days":5,"consents":["p1"]}"""u8.ToArray(), "application/json", seen.Headers.ETag!.ToString());

        async Task ExpectAsync(int status, HttpClient client, byte[] body, string type, string? etag = null)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = ApiService.Bytes(body, type) };
            if (etag is not null) request.Headers.TryAddWithoutValidation("If-Match", etag);
            using var answer = await client.SendAsync(request);
            Assert.Null(await answer.FaultAsync(status));
        }
    }

    [Theory]
    [InlineData("*")]
    [InlineData("W/\"1\"")]
    [InlineData("\"1\", \"2\"")]
    [InlineData("1")]
    [InlineData("\"\"")]
    [InlineData("\"1")]
    [InlineData("")]
    [InlineData("\"1\"\"2\"")]
    public async Task Only_one_strong_tag_is_a_precondition(string tag)
    {
        using var head = api.Service.As("head.430104001");

        using var answer = await head.ActAsync(api.InMediation, "extend", new { days = 5, consents = new[] { "p1", "p2" } }, tag);

        Assert.Null(await answer.FaultAsync(428));
        Assert.Equal("precondition.required", await answer.CodeAsync());
    }

    [Theory]
    [InlineData("\"0\"")]
    [InlineData("\"99999999999999999999\"")]
    [InlineData("\"-1\"")]
    [InlineData("\"x\"")]
    public async Task A_tag_of_another_version_is_stale_and_says_who_changed_the_case(string tag)
    {
        using var head = api.Service.As("head.430104001");

        using var answer = await head.ActAsync(api.InMediation, "extend", new { days = 5, consents = new[] { "p1", "p2" } }, tag);

        Assert.Null(await answer.FaultAsync(412));
        var problem = await answer.JsonAsync();
        Assert.Equal("case.stale", problem.GetProperty("code").GetString());
        Assert.Equal("head.430104001", problem.GetProperty("changedBy").GetString());
    }

    [Theory]
    [InlineData(null, "请求有误", "zh-CN")]
    [InlineData("en", "Invalid request", "en")]
    [InlineData("en-GB,en;q=0.9", "Invalid request", "en")]
    [InlineData("fr", "请求有误", "zh-CN")]
    [InlineData(";;q=x", "请求有误", "zh-CN")]
    public async Task Errors_speak_the_language_asked_for(string? language, string title, string answered)
    {
        using var client = api.Service.As("clerk.430104");
        if (language is not null) client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", language);

        using var answer = await client.PostAsync("/api/v1/cases", ApiService.Json(new { }));

        Assert.Null(await answer.FaultAsync(400));
        Assert.Equal(title, (await answer.JsonAsync()).GetProperty("title").GetString());
        Assert.Equal(answered, answer.Content.Headers.ContentLanguage.Single());
    }

    private static async Task AllAsync<T>(IEnumerable<T> rows, Func<T, Task<string?>> fault)
    {
        var faults = new List<string>();
        foreach (var row in rows)
            if (await fault(row) is { } found) faults.Add($"{row}: {found}");
        Assert.True(faults.Count == 0, string.Join('\n', faults.Take(40)));
    }
}
