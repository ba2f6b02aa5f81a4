using System.Net;
using Mediation.Service.Intake;
using Npgsql;

namespace Mediation.Service.Tests.Platform.Http;

public sealed class DatabaseOutageTests
{
    [Fact]
    public async Task An_unreachable_database_is_a_503_and_comes_back_without_a_restart()
    {
        CuttableProxy? proxy = null;
        await using var service = await TestService.StartAsync(through: owner =>
        {
            var settings = new NpgsqlConnectionStringBuilder(owner);
            proxy = new CuttableProxy(settings.Host!, settings.Port);
            proxy.Start();
            (settings.Host, settings.Port) = ("127.0.0.1", proxy.Port);
            return settings.ConnectionString;
        });
        await using var way = proxy!;
        using var clerk = service.As("clerk.430104");
        using var anonymous = service.Anonymous();
        var id = await ApiService.OpenAsync(clerk);

        await way.CutAsync();

        foreach (var path in new[] { "/api/v1/cases", $"/api/v1/cases/{id}", "/api/v1/divisions", "/healthz/ready" })
        {
            using var answer = await clerk.GetAsync(path);
            Assert.Null(await answer.FaultAsync(503));
            Assert.NotNull(answer.Headers.RetryAfter);
        }

        using var page = await clerk.GetAsync("/");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "text/html"), (page.StatusCode, page.Content.Headers.ContentType!.MediaType));
        Assert.Contains("服务暂时不可用", await page.Content.ReadAsStringAsync(), StringComparison.Ordinal);

        using var write = await clerk.PostAsync("/api/v1/cases", ApiService.Json(OpenCase.Example));
        Assert.Null(await write.FaultAsync(503));
        Assert.Equal(HttpStatusCode.OK, (await anonymous.GetAsync("/healthz/live")).StatusCode);

        // Who is not known yet cannot be known now: that is no 401, which would make clients throw their tokens away.
        service.Clock.Advance(TimeSpan.FromMinutes(1));
        using var unknown = await clerk.GetAsync("/api/v1/cases");
        Assert.Null(await unknown.FaultAsync(503));

        way.Start();

        using var ready = await anonymous.GetAsync("/healthz/ready");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        using var back = await clerk.GetAsync($"/api/v1/cases/{id}");
        Assert.Equal(HttpStatusCode.OK, back.StatusCode);
        using var list = await clerk.GetAsync("/api/v1/cases");
        Assert.Single((await list.JsonAsync()).GetProperty("items").EnumerateArray());
    }
}
