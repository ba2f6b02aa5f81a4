using System.Globalization;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Dapper;
using Mediation.Service.Accounts;

namespace Mediation.Benchmarks;

/// <summary>
/// Opens cases in a database that has too few of them to change: what is suspended and resumed a hundred times carries a
/// hundred pauses, and would be slow for that alone. Done by the service itself, before anything is measured.
/// </summary>
internal static class Enough
{
    private const int Wanted = 6000;

    private sealed record Desk(string Head, string Mediator, string Body, string Division);

    public static async Task OpenAsync(CaseDatabase database, TextWriter output)
    {
        await using var db = database.Connect();
        var missing = Wanted - await db.ExecuteScalarAsync<int>("""
            select count(*) from (select 1 from cases where is_open and mediator is not null
                and status in ('assigned', 'inSession', 'suspended') and version < 50 limit @Wanted) few
            """, new { Wanted }, commandTimeout: 0);
        if (missing <= 0) return;
        var desks = (await db.QueryAsync<Desk>("""
            select h.name as head, m.name as mediator, b.code as body, b.division
            from body b cross join lateral (select name from app_user where body = b.code and role = 'head' and active
                order by name limit 1) h
                cross join lateral (select name from app_user where body = b.code and role = 'mediator' and active order by name limit 1) m
            where b.kind = 'committee' order by b.code limit 200
            """)).AsList();
        if (desks.Count == 0) throw new InvalidOperationException("No committee of this database has a head and a mediator.");
        var tokens = new List<string>();
        foreach (var desk in desks)
            tokens.Add(await Tokens.IssueAsync(db, desk.Head, "benchmark", null, TimeProvider.System, CancellationToken.None));
        await using var service = await ServiceProcess.StartAsync(database);
        using var client =
            new HttpClient { BaseAddress = new Uri(string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{service.Port}")) };
        await Parallel.ForAsync(0, missing, new ParallelOptions { MaxDegreeOfParallelism = Options.Connections }, async (n, stop) =>
        {
            var (desk, token) = (desks[n % desks.Count], tokens[n % desks.Count]);
            var opened = await SendAsync("/api/v1/cases", null, new
            {
                channel = "walkIn",
                category = "02",
                division = desk.Division,
                summary = "楼上漏水,多次协商未果",
                parties = new object[] { new { side = "applicant", kind = "person", name = "甲" + n },
                    new { side = "respondent", kind = "person", name = "乙" + n } },
            });
            var id = (await opened.Content.ReadFromJsonAsync<JsonElement>(stop)).GetProperty("id").GetGuid();
            await SendAsync($"/api/v1/cases/{id}/accept", opened.Headers.ETag, new { self = true, mediator = desk.Mediator });

            async Task<HttpResponseMessage> SendAsync(string path, EntityTagHeaderValue? tag, object body)
            {
                using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = JsonContent.Create(body) };
                request.Headers.Authorization = new("Bearer", token);
                request.Headers.Add("Idempotency-Key", Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString());
                if (tag is not null) request.Headers.IfMatch.Add(tag);
                var answer = await client.SendAsync(request, stop);
                return answer.IsSuccessStatusCode
                    ? answer : throw new InvalidOperationException($"{path}: {await answer.Content.ReadAsStringAsync(stop)}");
            }
        });
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"{missing:N0} open cases more in the database of {database.Cases:N0}, so that changes do not meet the same case too often."));
    }
}
