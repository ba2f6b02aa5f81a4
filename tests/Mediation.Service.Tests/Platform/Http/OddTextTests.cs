using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using Mediation.Service.Platform.Http;
using Mediation.Service.Tests.Pages;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mediation.Service.Tests.Platform.Http;

/// <summary>
/// Text that no program sends on purpose, in every place where the API reads one: an error that says so, never the server's bare 500.
/// </summary>
public sealed class OddTextTests(ApiService api) : IClassFixture<ApiService>
{
    /// <summary>As they stand in the request line; what decodes to NUL at once the server itself refuses.</summary>
    private static readonly string[] OddIds =
    [
        "x%2500", "%2500", "%252e%252e", "%25", "%u0000", "x%ff", "%c3%28", "%ED%A0%80", "%0a", "a%0d%0aB",
        "%5c", "..%5c..", "%2f", "%7f", "%EF%BF%BF", "'", "%22", "%F0%9F%98%80", "%20", "%e3%80%80", "x%25252500", "%e2%80%ae", "-1",
        "99999999999999999999", new('x', 3000),
    ];

    [Fact]
    public async Task No_path_parameter_of_any_operation_leads_out_of_the_contract()
    {
        var document = await DocumentAsync();
        var (tried, faults) = (0, new List<string>());
        foreach (var operation in api.Operations.Where(operation => operation.Route.Contains('{', StringComparison.Ordinal)))
        {
            Assert.True(document.GetProperty("paths").TryGetProperty(PathIn(operation.Route), out _), operation.ToString());
            var (client, path) = await api.SenderAsync(operation);
            var (parts, real) = (operation.Route.Split('/'), path.Split('/'));
            for (var at = 0; at < parts.Length; at++)
            {
                if (!parts[at].StartsWith('{')) continue;
                foreach (var odd in OddIds)
                {
                    tried++;
                    var asked = string.Join('/', real.Select(
                        (part, index) => index == at ? odd + parts[at][(parts[at].IndexOf('}', StringComparison.Ordinal) + 1)..] : part));
                    var answer = await RawAsync(operation.Method, asked, client.DefaultRequestHeaders.Authorization!.ToString());
                    // Whoever may do nothing at all there, or sends a body that is none, may be told so first.
                    if (Fault(answer, operation.Writes ? [400, 403, 404, 415, 428] : [400, 404]) is { } fault)
                        faults.Add($"{operation} {asked[..Math.Min(asked.Length, 120)]}: {fault}");
                }
            }
        }

        NoFault(faults);
        Assert.InRange(tried, 1500, 100_000);
    }

    [Theory]
    [InlineData("/api/v1/cases/x%2500")]
    [InlineData("/api/v1/cases/%2500/timeline")]
    [InlineData("/api/v1/x%2500")]
    [InlineData("/open/calendar/x%2500.ics")]
    [InlineData("/open/safety-index/x%2500/2026-10.json")]
    [InlineData("/healthz/x%2500")]
    [InlineData("/openapi/x%2500")]
    public async Task What_looks_like_a_NUL_to_whoever_decodes_it_once_more_names_nothing(string path)
    {
        var answer = await RawAsync("GET", path, Token("clerk.430104"));

        Assert.Null(Fault(answer, 404));
    }

    [Fact]
    public async Task Pages_answer_an_odd_address_with_a_page()
    {
        using var browser = await Browser.SignedInAsync(api.Service, "clerk.430104");
        string[] routes;
        await using (var scope = api.Service.Scope())
        {
            routes = [.. scope.ServiceProvider.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Select(endpoint => "/" + endpoint.RoutePattern.RawText!.TrimStart('/'))
                .Where(route => route.Contains('{', StringComparison.Ordinal) && !route.Contains("{*", StringComparison.Ordinal)
                    && !ProblemHandler.IsForPrograms(new PathString(route.Replace('{', '_').Replace('}', '_'))))
                .Distinct(StringComparer.Ordinal)];
        }

        var faults = new List<string>();
        foreach (var route in routes.Append("/nothing/{at-all}"))
        {
            foreach (var odd in OddIds.Where(odd => odd.Length < 1000))
            {
                var path = string.Join('/', route.Split('/').Select(part => part.StartsWith('{') ? odd : part));
                var (status, _, page) = await browser.GetAsync(path);
                if (status is not (HttpStatusCode.NotFound or HttpStatusCode.BadRequest or HttpStatusCode.Forbidden)
                    || page.QuerySelector("h1") is null || page.QuerySelector("html[lang]") is null)
                    faults.Add($"{path}: {(int)status} {page.Body?.TextContent.Trim()}");
            }
        }

        NoFault(faults);
        Assert.InRange(routes.Length, 5, 200);
    }

    [Fact]
    public async Task A_NUL_in_a_query_of_a_page_is_left_out()
    {
        using var browser = await Browser.SignedInAsync(api.Service, "clerk.430104");

        foreach (var query in new[] { "q=%00", "q=%0%000", "body=430104%00", "mediator=x%00", "%00=1", "after=%00" })
            Assert.True((await browser.GetAsync("/?" + query)).Status is HttpStatusCode.OK or HttpStatusCode.BadRequest, query);
    }

    [Fact]
    public async Task A_NUL_in_a_query_parameter_is_refused_by_its_name()
    {
        var paths = (await DocumentAsync()).GetProperty("paths");
        var (tried, faults) = (0, new List<string>());
        foreach (var operation in api.Operations.Where(operation => !operation.Writes))
        {
            var (client, path) = await api.SenderAsync(operation);
            foreach (var parameter in paths.GetProperty(PathIn(operation.Route)).GetProperty("get").GetProperty("parameters")
                .EnumerateArray().Where(parameter => parameter.GetProperty("in").GetString() == "query"))
            {
                var name = parameter.GetProperty("name").GetString()!;
                foreach (var odd in new[] { "%00", "a%00b", "%01" })
                {
                    tried++;
                    using var answer = await client.GetAsync($"{path}?{name}={odd}");
                    if (await answer.FaultAsync(400) is { } fault) faults.Add($"{operation} {name}={odd}: {fault}");
                    else if (!(await answer.JsonAsync()).TryGetProperty("errors", out var errors) || !errors.TryGetProperty(name, out _))
                        faults.Add($"{operation} {name}={odd} is not named");
                }
            }
        }

        NoFault(faults);
        Assert.InRange(tried, 100, 100_000);
    }

    [Fact]
    public async Task Text_in_a_body_that_no_database_can_hold_is_refused_by_its_name_however_deep_it_stands()
    {
        var document = await DocumentAsync();
        var (tried, faults) = (0, new List<string>());
        foreach (var operation in api.Operations.Where(operation => operation is { Writes: true, Body: not null }))
        {
            var schema = document.GetProperty("paths").GetProperty(PathIn(operation.Route)).GetProperty(operation.Method.ToLowerInvariant())
                .GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("schema");
            foreach (var (path, body) in Texts(document, schema, "", "MARK"))
            {
                foreach (var odd in new[] { @"\u0000", @"a\u0000b", @"\ud800", @"\udfffx" })
                {
                    tried++;
                    using var answer = await api.SendAsync(operation,
                        ApiService.Bytes(Encoding.UTF8.GetBytes(body.Replace("MARK", odd, StringComparison.Ordinal))));
                    if (await answer.FaultAsync(400) is { } fault) faults.Add($"{operation} {path}={odd}: {fault}");
                    else if (!(await answer.JsonAsync()).TryGetProperty("errors", out var errors) || !errors.TryGetProperty(path, out _))
                        faults.Add($"{operation} {path}={odd} is not named");
                }
            }
        }

        NoFault(faults);
        Assert.InRange(tried, 500, 100_000);
    }

    /// <summary>
    /// A header with NUL in it, or one that is no UTF-8, is no HTTP to the server, which says so without a body before there is a request.
    /// </summary>
    [Theory]
    [InlineData("If-Match")]
    [InlineData("Idempotency-Key")]
    [InlineData("Accept-Language")]
    [InlineData("Cookie")]
    [InlineData("Authorization")]
    [InlineData("Content-Type")]
    [InlineData("X-Forwarded-For")]
    public async Task No_header_leads_out_of_the_contract(string name)
    {
        var operation = api.Operations.First(operation => operation.Name == "ExtendTerm");
        var (client, path) = await api.SenderAsync(operation);
        string[] odd =
        [
            "", " ", "%00", "\"%00\"", "\u007f", "\"\u00e9\u4e2d\"", "a=%00; b=\"%ED%A0%80\"", "mediation=%00", "\"\uFFFF\"", ";;;q=x",
            "zh-CN;q=9999999999999999999999", "en;q=\"", new('x', 6000), "\\", "\"\\", "Bearer %00",
            "application/json; charset=%00", "::ffff:%00",
        ];
        var faults = new List<string>();
        foreach (var value in odd)
        {
            var answer = await RawAsync("POST", path, name == "Authorization"
                ? value : client.DefaultRequestHeaders.Authorization!.ToString(), name == "Authorization" ? null : $"{name}: {value}");
            if (Fault(answer, 400, 401, 403, 412, 415, 428) is { } fault) faults.Add($"{name}: {value} {fault}");
        }

        foreach (var refused in new byte[][] { [0], [0xff], [0xed, 0xa0, 0x80] })
            if (await RawAsync("POST", path, client.DefaultRequestHeaders.Authorization!.ToString(),
                $"{name}: " + Encoding.Latin1.GetString(refused), Encoding.Latin1) is { Status: not 400 } answer)
                faults.Add($"{name}: {Convert.ToHexString(refused)} {answer.Status}");

        NoFault(faults);
    }

    [Theory]
    [InlineData("/api/v1/x", "application/problem+json")]
    [InlineData("/x", "text/html")]
    public async Task Whatever_fails_while_an_error_is_written_ends_as_an_error_with_a_trace_id_and_a_line_without_its_words(
        string path, string type)
    {
        var lines = new Lines();
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders().AddProvider(lines);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        builder.Services.AddExceptionHandler<Fails>().AddProblemDetails();
        await using var app = builder.Build();
        app.UseMiddleware<LastResort>();
        app.UseExceptionHandler();
        app.Run(_ => throw new InvalidOperationException("430104209001010017"));
        await app.StartAsync();
        using var client = new HttpClient { BaseAddress = new Uri(app.Urls.First()) };

        using var answer = await client.GetAsync(path);

        var body = await answer.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.InternalServerError, answer.StatusCode);
        Assert.Equal(type, answer.Content.Headers.ContentType?.MediaType);
        Assert.Matches("[0-9a-f]{32}|[0-9A-Z]{13}:[0-9]{8}", body);
        Assert.Contains(lines.All, line => line.Contains(nameof(InvalidOperationException), StringComparison.Ordinal));
        Assert.DoesNotContain(lines.All, line => line.Contains("430104209001010017", StringComparison.Ordinal));
    }

    /// <summary>Each text within a body's schema: its path, and a body that holds nothing else.</summary>
    private static IEnumerable<(string Path, string Body)> Texts(
        JsonElement document, JsonElement schema, string path, string text, int depth = 0)
    {
        if (depth > 8) yield break;
        if (schema.TryGetProperty("$ref", out var reference))
            schema = document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]);
        if (schema.TryGetProperty("oneOf", out var either))
        {
            foreach (var one in either.EnumerateArray())
                foreach (var found in Texts(document, one, path, text, depth + 1)) yield return found;
            yield break;
        }

        var types = schema.TryGetProperty("type", out var type) ? type.ToString() : "";
        if (types.Contains("string", StringComparison.Ordinal)) yield return (path, $"\"{text}\"");
        if (schema.TryGetProperty("items", out var items))
            foreach (var (inner, body) in Texts(document, items, path + "[0]", text, depth + 1)) yield return (inner, $"[{body}]");
        if (!schema.TryGetProperty("properties", out var properties)) yield break;
        foreach (var property in properties.EnumerateObject())
            foreach (var (inner, body) in Texts(document, property.Value,
                path.Length == 0 ? property.Name : $"{path}.{property.Name}", text, depth + 1))
                yield return (inner, $"{{\"{property.Name}\":{body}}}");
    }

    private string Token(string user) => "Bearer " + api.Service.Accounts.First(account => account.User == user).Token;

    /// <summary>Just as it is written: a client's library would put the address in order first.</summary>
    private async Task<(int Status, string? Type, string Body)> RawAsync(
        string method, string path, string authorization, string? header = null, Encoding? encoding = null)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(IPAddress.Loopback, api.Service.Address.Port);
        await using var stream = socket.GetStream();
        var content = method is "GET" ? "" : header?.StartsWith("Content-Type", StringComparison.Ordinal) == true ? "Content-Length: 2\r\n"
            : "Content-Type: application/json\r\nContent-Length: 2\r\n";
        await stream.WriteAsync((encoding ?? Encoding.UTF8).GetBytes(
            $"{method} {path} HTTP/1.1\r\nHost: {api.Service.Address.Authority}\r\nConnection: close\r\nAuthorization: {authorization}\r\n"
                + $"{content}{(header is null ? "" : header + "\r\n")}\r\n{(method is "GET" ? "" : "{}")}"));
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var said = await reader.ReadToEndAsync();
        var end = said.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var head = said[..Math.Max(end, 0)].Split("\r\n");
        return (int.Parse(head[0].Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture),
            head.FirstOrDefault(line => line.StartsWith("Content-Type:", StringComparison.OrdinalIgnoreCase))?[13..].Trim(),
            said[(end + 4)..]);
    }

    private static string? Fault((int Status, string? Type, string Body) answer, params int[] expected) =>
        !expected.Contains(answer.Status) ? $"{answer.Status} instead of {string.Join('/', expected)}: {answer.Body}"
        : answer.Type != "application/problem+json" ? $"{answer.Status} is {answer.Type}"
        : !answer.Body.Contains("\"traceId\":\"", StringComparison.Ordinal) ? $"{answer.Status} has no trace id: {answer.Body}"
        : null;

    private static string PathIn(string route) => System.Text.RegularExpressions.Regex.Replace(route, @"\{(?<name>\w+)[^}]*\}", "{${name}}",
        System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private static void NoFault(List<string> faults) =>
        Assert.True(faults.Count == 0, $"{faults.Count}\n" + string.Join('\n', faults.Take(60)));

    private async Task<JsonElement> DocumentAsync()
    {
        using var anonymous = api.Service.Anonymous();
        using var answer = await anonymous.GetAsync("/openapi/v1.json");
        return await answer.JsonAsync();
    }

    private sealed class Fails : IExceptionHandler
    {
        public ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken) =>
            throw new FormatException("430104209001010017");
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        private readonly System.Collections.Concurrent.ConcurrentQueue<string> lines = [];

        public IEnumerable<string> All => lines;

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception,
            Func<TState, Exception?, string> formatter) => lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
