using System.Net;
using System.Net.Http.Headers;
using System.Reflection;
using Dapper;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Platform.Http;

/// <summary>An operation of the API as the service maps it.</summary>
/// <param name="Body">The type of a JSON body that the endpoint reads by itself.</param>
public sealed record Operation(string Method, string Route, string? Name, Type? Body)
{
    public bool Writes => Method is not ("GET" or "HEAD");

    public object? Example => Body?.GetProperty("Example", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);

    public override string ToString() => $"{Method} {Route}";
}

/// <summary>
/// A running service with three cases (in mediation, offered, asked to be taken over), so that whoever may take an
/// action finds one to take it on.
/// </summary>
public sealed class ApiService : IAsyncLifetime
{
    private static readonly string[] Senders =
    [
        "head.430104001", "clerk.430104", "supervisor.430104", "court.430104", "mediator1.430104001", "clerk.430104001",
        "grid.430104001", "clerk.430102", "admin",
    ];

    private readonly Dictionary<Operation, (string User, string Path)> senders = [];

    private string body = "";
    private Guid token, notice, delivery;

    public TestService Service { get; private set; } = null!;
    public IReadOnlyList<Operation> Operations { get; private set; } = [];
    public string InMediation { get; private set; } = "";
    public string Offered { get; private set; } = "";
    public string AskedFor { get; private set; } = "";

    public async ValueTask InitializeAsync()
    {
        Service = await TestService.StartAsync();
        await using (var scope = Service.Scope())
        {
            Operations = [.. scope.ServiceProvider.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
                .Where(endpoint => endpoint.RoutePattern.RawText?.TrimStart('/').StartsWith("api/v1/", StringComparison.Ordinal) == true)
                .SelectMany(endpoint =>
                    (endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? []).Select(method => new Operation(method,
                        "/" + endpoint.RoutePattern.RawText!.TrimStart('/'),
                        endpoint.Metadata.GetMetadata<IEndpointNameMetadata>()?.EndpointName,
                        endpoint.Metadata.GetMetadata<BodyOf>()?.Type)))];
        }

        body = Service.Account("head", "430104001").Body;
        var head = Service.As("head.430104001");
        await using (var connection = await Service.Db.OpenConnectionAsync())
            token = await connection.ExecuteScalarAsync<Guid>("select id from api_token where user_name = 'head.430104001' limit 1");
        InMediation = await OpenAsync(Service.As("clerk.430104001"));
        await head.DoAsync(InMediation, "accept", new { self = true, mediator = "mediator1.430104001" });
        Offered = await OpenAsync(Service.As("clerk.430104"));
        await Service.As("clerk.430104").DoAsync(Offered, "accept");
        await Service.As("clerk.430104").DoAsync(Offered, "refer", new { body });
        await using (var connection = await Service.Db.OpenConnectionAsync())
            notice = await connection.ExecuteScalarAsync<Guid>("""
                insert into notice (id, case_id, seq, body, kind, created_at) select gen_random_uuid(), id, 1, body, 'riskRed', now()
                from cases where id = @id returning id
                """, new { id = Guid.Parse(InMediation) });
        await using (var connection = await Service.Db.OpenConnectionAsync())
            delivery = await connection.ExecuteScalarAsync<Guid>("""
                insert into delivery (id, user_name, channel, notice, state, created_at, next_at, ended_at)
                values (gen_random_uuid(), 'head.430104001', 'mail', @notice, 'failed', now(), now(), now()) returning id
                """, new { notice });
        AskedFor = await OpenAsync(Service.As("clerk.430104"));
        await Service.As("clerk.430104").DoAsync(AskedFor, "transfer", new { division = "430102", reason = "住所地在该区" });
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    public static async Task<string> OpenAsync(HttpClient client) =>
        (await (await client.PostAsync("/api/v1/cases", Json(Intake.OpenCase.Example))).JsonAsync()).GetProperty("id").GetString()!;

    public static ByteArrayContent Json(object body) =>
        Bytes(System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(body, Mediation.Service.Platform.Http.ApiJson.Output));

    public static ByteArrayContent Bytes(byte[] body, string? type = "application/json")
    {
        var content = new ByteArrayContent(body);
        if (type is not null) content.Headers.TryAddWithoutValidation("Content-Type", type);
        return content;
    }

    /// <summary>Somebody who may do it, and an address on which he may.</summary>
    public async Task<(HttpClient Client, string Path)> SenderAsync(Operation operation)
    {
        if (senders.TryGetValue(operation, out var known)) return (Service.As(known.User), known.Path);
        foreach (var user in Senders.Where(user => Service.Accounts.Any(account => account.User == user)))
        {
            foreach (var id in operation.Route.Contains("/cases/{id", StringComparison.Ordinal)
                ? [InMediation, Offered, AskedFor] : new[] { InMediation })
            {
                using var client = Service.As(user);
                var path = PathOf(operation, id);
                using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path)
                { Content = operation.Writes ? Bytes("{"u8.ToArray()) : null };
                using var answer = await client.SendAsync(request);
                if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Forbidden) continue;
                senders[operation] = (user, path);
                return (Service.As(user), path);
            }
        }

        // Nothing there to be read: 404 is then what its tests get.
        return operation.Writes ? throw new InvalidOperationException($"Nobody may {operation}.")
            : (Service.As(Senders[0]), PathOf(operation, InMediation));
    }

    public string PathOf(Operation operation, string id) => string.Join('/', operation.Route.Split('/').Select(part =>
        !part.Contains('{', StringComparison.Ordinal) ? part
        : part.StartsWith("{id:guid", StringComparison.Ordinal) ? token.ToString()
        : part.StartsWith("{id", StringComparison.Ordinal) ? id
        : part.StartsWith("{code", StringComparison.Ordinal)
                ? (operation.Route.Contains("/bodies/", StringComparison.Ordinal) ? body : "430104")
        : part.StartsWith("{user", StringComparison.Ordinal) ? "mediator1.430104001"
        : part.StartsWith("{name", StringComparison.Ordinal) ? "clerk.430104"
        : part.StartsWith("{month", StringComparison.Ordinal) ? "2026-10" + part[(part.IndexOf('}', StringComparison.Ordinal) + 1)..]
        : part.StartsWith("{item", StringComparison.Ordinal) ? "sign.weapon"
        : part.StartsWith("{ladder", StringComparison.Ordinal) ? "wages"
        : part.StartsWith("{delivery", StringComparison.Ordinal) ? delivery.ToString("D")
        : part.StartsWith("{notice", StringComparison.Ordinal) ? notice.ToString("D")
        : part.StartsWith("{policy", StringComparison.Ordinal) ? "term.people"
        : part.StartsWith("{year", StringComparison.Ordinal) ? "2026"
        : "1"));

    public async Task<HttpResponseMessage> SendAsync(Operation operation, HttpContent? content, Action<HttpRequestHeaders>? headers = null)
    {
        var (client, path) = await SenderAsync(operation);
        using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path) { Content = content };
        headers?.Invoke(request.Headers);
        return await client.SendAsync(request);
    }
}

/// <summary>The contract of every error.</summary>
public static class ProblemCheck
{
    /// <summary>Null when the answer is a problem of this status; else what is wrong with it.</summary>
    public static async Task<string?> FaultAsync(this HttpResponseMessage answer, params int[] expected)
    {
        var body = await answer.Content.ReadAsStringAsync();
        var shown = body.Length > 300 ? body[..300] : body;
        if (expected.Length > 0 && !expected.Contains((int)answer.StatusCode))
            return $"{(int)answer.StatusCode} instead of {string.Join('/', expected)}: {shown}";
        if ((int)answer.StatusCode >= 500 && expected.Length == 0) return $"{(int)answer.StatusCode}: {shown}";
        if ((int)answer.StatusCode < 400) return null;
        if (answer.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return $"{(int)answer.StatusCode} is {answer.Content.Headers.ContentType}: {shown}";
        using var problem = System.Text.Json.JsonDocument.Parse(body);
        foreach (var name in new[] { "type", "title", "detail", "code", "traceId" })
            if (!problem.RootElement.TryGetProperty(name, out var value) || string.IsNullOrWhiteSpace(value.GetString()))
                return $"no {name}: {shown}";
        if (problem.RootElement.GetProperty("status").GetInt32() != (int)answer.StatusCode) return $"another status: {shown}";
        return body.Contains("   at ", StringComparison.Ordinal) || body.Contains("Exception", StringComparison.Ordinal)
            || body.Contains("System.", StringComparison.Ordinal)
            ? $"a stack trace: {shown}" : null;
    }

    public static async Task<string> CodeAsync(this HttpResponseMessage answer) =>
        (await answer.JsonAsync()).GetProperty("code").GetString()!;
}
