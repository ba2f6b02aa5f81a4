using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;

namespace Mediation.Service.Tests.Cases;

/// <summary>The service of one class of tests, with the people who walk its cases.</summary>
public sealed class Desk : IAsyncLifetime
{
    public const string Committee = "430104001-committee";
    public const string OtherCommittee = "430302001-committee";
    public const string MediatorName = "mediator1.430104001";

    public TestService Service { get; private set; } = null!;
    public HttpClient Clerk { get; private set; } = null!;
    public HttpClient Head { get; private set; } = null!;
    public HttpClient Mediator { get; private set; } = null!;

    public DateTimeOffset Now => Service.Clock.GetUtcNow();

    /// <summary>Today in Shanghai, as the API writes it.</summary>
    public string Today => Day(0);

    public async ValueTask InitializeAsync() => Seat(await TestService.StartAsync());

    /// <summary>Over a service that the test has started in its own way.</summary>
    public static Desk Over(TestService service)
    {
        var desk = new Desk();
        desk.Seat(service);
        return desk;
    }

    private void Seat(TestService service)
    {
        Service = service;
        (Clerk, Head, Mediator) = (Service.As("clerk.430104"), Service.As("head.430104001"), Service.As(MediatorName));
    }

    public ValueTask DisposeAsync() => Service.DisposeAsync();

    public string Day(int fromToday) => Now.AddHours(8).AddDays(fromToday).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    public static object Dispute(int respondents = 1, string division = "430104001", string category = "02") => new
    {
        channel = "walkIn",
        category,
        division,
        summary = "楼上漏水,协商未果",
        amount = 3200.50m,
        parties = new object[] { new { side = "applicant", kind = "person", name = "张小甲", phone = "19900000001" } }
            .Concat(Enumerable.Range(1, respondents).Select(n => (object)new { side = "respondent", kind = "person", name = $"李小{n}" }))
            .ToArray(),
    };

    public async Task<string> OpenAsync(HttpClient? by = null, int respondents = 1)
    {
        var answer = await (by ?? Clerk).PostAsJsonAsync("/api/v1/cases", Dispute(respondents));
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        return (await answer.JsonAsync()).Text("id");
    }

    public async Task<string> ReferredAsync(int respondents = 1)
    {
        var id = await OpenAsync(respondents: respondents);
        await Clerk.DoAsync(id, "accept");
        await Clerk.DoAsync(id, "refer", new { body = Committee });
        return id;
    }

    public async Task<string> AssignedAsync(int respondents = 1)
    {
        var id = await ReferredAsync(respondents);
        await Head.DoAsync(id, "referral/accept");
        await Head.DoAsync(id, "assign", new { mediator = MediatorName });
        return id;
    }

    /// <summary>Assigned, and every party is willing.</summary>
    public async Task<string> WillingAsync(int respondents = 1)
    {
        var id = await AssignedAsync(respondents);
        for (var n = 1; n <= respondents + 1; n++)
            await Mediator.DoAsync(id, "consents", new { party = $"p{n}", given = true, how = "书面" });
        return id;
    }

    /// <summary>A written agreement between p1 and p2 that lacks nothing.</summary>
    public Dictionary<string, object?> Agreement(decimal amount = 3000m) => new()
    {
        ["form"] = "written",
        ["facts"] = "楼上漏水损坏吊顶",
        ["issues"] = "赔偿数额",
        ["way"] = "转账",
        ["sealed"] = true,
        ["signedOn"] = Today,
        ["signatures"] = new[] { "p1", "p2", "mediator" },
        ["terms"] = new[] { new { obligor = "p2", obligee = "p1", what = "赔偿修缮费", amount, dueOn = Day(20) } },
    };

    public async Task<JsonElement> GetAsync(string id, HttpClient? by = null) =>
        await (await (by ?? Clerk).GetAsync($"/api/v1/cases/{id}")).JsonAsync();

    public async Task<string> TagAsync(string id) => (await Clerk.GetAsync($"/api/v1/cases/{id}")).Headers.ETag!.ToString();

    public async Task<IReadOnlyList<JsonElement>> TimelineAsync(string id) =>
        [.. (await (await Clerk.GetAsync($"/api/v1/cases/{id}/timeline")).JsonAsync()).GetProperty("items").EnumerateArray()];
}

public static class JsonWords
{
    public static string Text(this JsonElement json, string name) =>
        json.TryGetProperty(name, out var found)
            ? found.GetString()! : throw new Xunit.Sdk.XunitException($"No {name} in {json.GetRawText()}");

    public static async Task RefusedAsync(this HttpResponseMessage answer, int status, string code)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType!.MediaType);
        using var problem = JsonDocument.Parse(text);
        Assert.Equal(code, problem.RootElement.Text("code"));
    }
}
