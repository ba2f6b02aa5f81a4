using System.Net;
using Mediation.Service.Escalation;
using Mediation.Service.Intake;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Platform.Http;
using MediatR;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Platform.Telemetry;

/// <summary>The figures of a node: for who is let see them, by name, and without anybody in them.</summary>
public sealed class MetricsPageTests
{
    private const string Here = "--Telemetry:MetricsNetworks=127.0.0.0/8, ::1/128";

    [Fact]
    public async Task What_was_done_and_refused_is_counted_by_names_from_the_code_alone()
    {
        await using var service = await TestService.StartAsync(args: Here);
        using var clerk = service.As("clerk.430104001");
        using var opened = await clerk.PostAsync("/api/v1/cases", ApiService.Json(OpenCase.Example));
        var @case = await opened.JsonAsync();
        using var seen = await clerk.GetAsync("/api/v1/cases/" + @case.Text("id"));
        using var missing = await clerk.GetAsync("/api/v1/cases/430104-2026-00009999");
        using var refused = await clerk.PostAsync("/api/v1/cases", ApiService.Json(OpenCase.Example with { Parties = [] }));
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound, HttpStatusCode.BadRequest),
            (seen.StatusCode, missing.StatusCode, refused.StatusCode));
        service.Clock.Advance(TimeSpan.FromDays(40));
        await using (var scope = service.Scope())
        {
            scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
            await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SweepClocks());
        }

        using var anonymous = service.Anonymous();
        using var page = await anonymous.GetAsync("/metrics");
        var figures = await page.Content.ReadAsStringAsync();

        Assert.Equal(HttpStatusCode.OK, page.StatusCode);
        Assert.All(
            [
                "mediation_requests_total{.*request=\"OpenCase\".*result=\"done\"", "mediation_refusals_total{.*code=\"notFound\"",
                "mediation_refusals_total{.*code=\"validation\"", "mediation_cases_opened_total{.*channel=\"walkIn\"",
                "mediation_sweep_steps_total{.*step=\"overdue\"", "mediation_sweep_lateness_seconds_count",
                "http_server_request_duration_seconds_count{.*http_route=\"/?api/v1/cases/{id}\"", "dotnet_", "db_client_",
            ],
            name => Assert.Matches(name, figures));
        Assert.All(
            [@case.Text("id"), @case.Text("caseNo"), "430104-2026-00009999", "clerk.430104001",
                .. OpenCase.Example.Parties!.Select(party => party.Name!), "Password="],
            word => Assert.DoesNotContain(word, figures, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Only_the_networks_of_the_setting_see_it_and_for_the_rest_there_is_nothing()
    {
        await using var usual = await TestService.StartAsync(args: Here);
        await using var set = await TestService.StartAsync(args: "--Telemetry:MetricsNetworks=203.0.113.0/24, 2001:db8::/32");
        await using var none = await TestService.StartAsync();

        Assert.Equal(HttpStatusCode.OK, await StatusAsync(usual, null));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(usual, "203.0.113.7")); // said by the proxy on this machine
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(set, "203.0.113.7"));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(set, "2001:db8::7"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(set, "203.0.114.7"));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(set, null));
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(set, "203.0.113.7, 198.51.100.1")); // the nearer one counts
        Assert.Equal(HttpStatusCode.NotFound, await StatusAsync(none, null));
        using var admin = usual.As("admin");
        admin.DefaultRequestHeaders.Add("X-Forwarded-For", "203.0.113.7");
        Assert.Equal(HttpStatusCode.NotFound, (await admin.GetAsync("/metrics")).StatusCode);
    }

    [Theory]
    [InlineData("--Telemetry:MetricsNetworks=everybody", "Telemetry:MetricsNetworks")]
    [InlineData("--OTEL_EXPORTER_OTLP_ENDPOINT=collector", "OTEL_EXPORTER_OTLP_ENDPOINT")]
    public async Task A_wrong_setting_is_named_before_anything_starts(string setting, string name) =>
        Assert.Contains(name, (await Assert.ThrowsAsync<SettingException>(() => TestService.StartAsync(args: setting))).Message,
            StringComparison.Ordinal);

    private static async Task<HttpStatusCode> StatusAsync(TestService service, string? forwarded)
    {
        using var client = service.Anonymous();
        if (forwarded is not null) client.DefaultRequestHeaders.Add("X-Forwarded-For", forwarded);
        using var answer = await client.GetAsync("/metrics");
        return answer.StatusCode;
    }
}
