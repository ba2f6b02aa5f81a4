using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Dapper;
using Mediation.Service.Tests.Cases;

namespace Mediation.Service.Tests.Courts;

/// <summary>
/// The service of one class of tests, with the courts that refer to it. It is 23 November 2026, after the samples' last day.
/// </summary>
public sealed class CourtRoom : IAsyncLifetime
{
    public const string Committee = "430104001-committee";
    private int serial = 1000;

    public TestService Service { get; private set; } = null!;

    /// <summary>Of the whole province.</summary>
    public HttpClient HighCourt { get; private set; } = null!;

    /// <summary>The basic court of 430104.</summary>
    public HttpClient Court { get; private set; } = null!;

    public HttpClient Clerk { get; private set; } = null!;
    public HttpClient Head { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Service = await TestService.StartAsync(new FixedTime(new DateTimeOffset(2026, 11, 23, 2, 0, 0, TimeSpan.Zero)));
        (HighCourt, Court) = (Service.As("court.43"), Service.As("court.430104"));
        (Clerk, Head) = (Service.As("clerk.430104"), Service.As("head.430104001"));
    }

    public ValueTask DisposeAsync() => Service?.DisposeAsync() ?? default; // none where the machine has no database

    /// <summary>A number that no other test has.</summary>
    public string NextNumber(string type = "民初", string court = "湘0104") => $"（2026）{court}{type}{Interlocked.Increment(ref serial)}号";

    public static Dictionary<string, object?> Referral(string courtCaseNo) => new()
    {
        ["courtCaseNo"] = courtCaseNo,
        ["cause"] = "买卖合同纠纷",
        ["receivedOn"] = "2026-11-20",
        ["track"] = "entrusted",
        ["category"] = "04",
        ["division"] = "430104",
        ["amount"] = 1234.50m,
        ["facts"] = "货款未付清,协商未果。",
        ["parties"] = new object[]
        {
            new { side = "applicant", kind = "person", name = "颜霞", identityNumber = "430103209910184307", phone = "19976848884" },
            new { side = "respondent", kind = "organisation", name = "长沙思勇商贸有限公司", creditCode = "91350100M000100Y43" },
        },
    };

    public Task<HttpResponseMessage> ReferAsync(Dictionary<string, object?> referral, HttpClient? by = null, string? key = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/referrals") { Content = JsonContent.Create(referral) };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return (by ?? Court).SendAsync(request);
    }

    /// <summary>Refers a new dispute and expects a new case.</summary>
    public async Task<JsonElement> NewCaseAsync(string courtCaseNo)
    {
        var answer = await ReferAsync(Referral(courtCaseNo));
        Assert.True((int)answer.StatusCode == 201, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    /// <summary>Referred, dispatched, signed for, refused by a party and failed.</summary>
    public async Task<string> FailedAsync(string courtCaseNo)
    {
        var id = (await NewCaseAsync(courtCaseNo)).Text("id");
        await Clerk.DoAsync(id, "accept");
        await Clerk.DoAsync(id, "refer", new { body = Committee });
        await Head.DoAsync(id, "referral/accept", new { signedOn = "2026-11-21" });
        await Head.DoAsync(id, "assign", new { mediator = Desk.MediatorName });
        await Head.DoAsync(id, "fail", new { reason = "unreachable" });
        return id;
    }

    public Task<HttpResponseMessage> TellAsync(string what, object body, HttpClient? by = null) =>
        (by ?? Court).PostAsJsonAsync("/api/v1/referrals/" + what, body);

    public static Task<HttpResponseMessage> SendFileAsync(
        HttpClient by, byte[] file, string? type = "text/csv", bool dryRun = false, string? key = null)
    {
        var content = new ByteArrayContent(file);
        if (type is not null) content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        var request =
            new HttpRequestMessage(HttpMethod.Post, "/api/v1/referrals/batch" + (dryRun ? "?dryRun=true" : "")) { Content = content };
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return by.SendAsync(request);
    }

    public static async Task<JsonElement> ImportAsync(HttpClient by, byte[] file, bool dryRun = false)
    {
        var answer = await SendFileAsync(by, file, dryRun: dryRun);
        Assert.True((int)answer.StatusCode == 200, await answer.Content.ReadAsStringAsync());
        return await answer.JsonAsync();
    }

    /// <summary>A file of good rows, of which each may change some cells.</summary>
    public static byte[] File(params IEnumerable<Dictionary<string, string>> rows)
    {
        var text = new StringBuilder(CourtFileTests.Headings).Append('\n');
        foreach (var row in rows)
            text.AppendJoin(',', CourtFileTests.Headings.Split(',').Select(heading => "\"" + (row.TryGetValue(heading, out var cell)
                ? cell : Good[heading]).Replace("\"", "\"\"", StringComparison.Ordinal) + "\"")).Append('\n');
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    public static Dictionary<string, string> Row(string courtCaseNo, string column = "案由", string value = "买卖合同纠纷") =>
        new(StringComparer.Ordinal) { ["案号"] = courtCaseNo, [column] = value };

    public static byte[] Sample(string name)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!System.IO.File.Exists(Path.Combine(folder.FullName, "Mediation.sln"))) folder = folder.Parent!;
        return System.IO.File.ReadAllBytes(Path.Combine(folder.FullName, "docs", "samples", name));
    }

    public async Task<long> CountAsync(string sql, object? parameters = null)
    {
        await using var connection = await Service.Db.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<long>(sql, parameters);
    }

    private static readonly Dictionary<string, string> Good = new(StringComparer.Ordinal)
    {
        ["案号"] = "",
        ["案由"] = "买卖合同纠纷",
        ["收到日期"] = "2026-11-20",
        ["申请人"] = "颜霞",
        ["申请人证件号码"] = "430103209910184307",
        ["申请人联系电话"] = "19976848884",
        ["被申请人"] = "长沙思勇商贸有限公司",
        ["被申请人证件号码"] = "91350100M000100Y43",
        ["被申请人联系电话"] = "",
        ["纠纷类型"] = "合同",
        ["标的额(元)"] = "1234.50",
        ["行政区划代码"] = "430104",
        ["事实与理由"] = "货款未付清,协商未果。",
    };
}

public static class BatchWords
{
    public static (int Read, int Created, int Repeated, int Rejected) Counts(this JsonElement answer) => (
        answer.GetProperty("read").GetInt32(), answer.GetProperty("created").GetInt32(),
        answer.GetProperty("repeated").GetInt32(), answer.GetProperty("rejected").GetInt32());

    public static JsonElement[] Rows(this JsonElement answer) => [.. answer.GetProperty("rows").EnumerateArray()];

    public static string[] Codes(this JsonElement row) =>
        [.. row.GetProperty("errors").EnumerateArray().Select(error => error.Text("code"))];
}
