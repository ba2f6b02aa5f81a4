using System.Collections.Concurrent;
using System.Net;
using System.Text;
using Mediation.Service.Intake;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Platform.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Mediation.Service.Tests.Platform.Telemetry;

/// <summary>What goes to a collector, read as it arrives there: the way of a request, and nothing that somebody typed.</summary>
public sealed class TracesTests
{
    // Fictional.
    private const string Name = "欧阳昭昭";
    private const string Number = "430104209103244939";
    private const string Phone = "19900000217";
    private const string Words = "漏水泡坏了祖传的琴";

    [Fact]
    public async Task Traces_hold_routes_and_statements_and_none_of_the_planted_people_numbers_ids_and_accounts()
    {
        await using var collector = await Collector.StartAsync();
        string id, caseNo;
        await using (var service = await TestService.StartAsync(
            args: [$"--OTEL_EXPORTER_OTLP_ENDPOINT={collector.Address}", "--OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf"]))
        {
            using var clerk = service.As("clerk.430104001");
            clerk.DefaultRequestHeaders.UserAgent.ParseAdd("planted-browser/1.0");
            using var opened = await clerk.PostAsync("/api/v1/cases", ApiService.Json(OpenCase.Example with
            {
                Summary = Words,
                Parties = [OpenCase.Example.Parties![0] with { Name = Name, IdentityNumber = Number, Phone = Phone },
                    OpenCase.Example.Parties[1] with { Name = Name }],
            }));
            var @case = await opened.JsonAsync();
            (id, caseNo) = (@case.Text("id"), @case.Text("caseNo"));
            foreach (var path in new[] { $"/api/v1/cases/{id}", $"/api/v1/cases/{caseNo}",
                $"/api/v1/cases?q={Uri.EscapeDataString(Name)}&{Uri.EscapeDataString(Words)}={Phone}",
                $"/api/v1/{Number}", $"/cases/{Number}" })
                using (await clerk.GetAsync(path)) { }
            // PostgreSQL quotes what it could not read.
            await using var command = service.Db.CreateCommand("select $1::text::integer as planted_statement");
            command.Parameters.Add(new() { Value = Name + Number });
            var quoted = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync());
            Assert.Contains(Number, quoted.Message, StringComparison.Ordinal);
        }

        var sent = string.Concat(collector.Bodies.Select(Encoding.UTF8.GetString));
        Assert.All(["/v1/traces", "/v1/metrics"], path => Assert.Contains(path, collector.Paths));
        Assert.All(["api/v1/cases/{id}", "OpenCase", "planted_statement", "insert into case_party"],
            word => Assert.Contains(word, sent, StringComparison.Ordinal));
        Assert.All(
            [Name, Number, Phone, Words, Uri.EscapeDataString(Name), Uri.EscapeDataString(Words), id, caseNo, "clerk.430104001",
                "planted-browser", "invalid input syntax", "url.query"],
            word => Assert.DoesNotContain(word, sent, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Without_a_collector_no_span_is_made()
    {
        await using var service = await TestService.StartAsync();

        await using var scope = service.Scope();
        Assert.Null(scope.ServiceProvider.GetService(typeof(OpenTelemetry.Trace.TracerProvider)));
    }

    /// <summary>Takes OTLP over HTTP and keeps it.</summary>
    private sealed class Collector(WebApplication app) : IAsyncDisposable
    {
        public ConcurrentQueue<byte[]> Bodies { get; } = [];

        public ConcurrentBag<string> Paths { get; } = [];

        public string Address => app.Urls.First();

        public static async Task<Collector> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            var app = builder.Build();
            var collector = new Collector(app);
            app.Urls.Add("http://127.0.0.1:0");
            app.Run(async http =>
            {
                using var body = new MemoryStream();
                await http.Request.Body.CopyToAsync(body);
                collector.Paths.Add(http.Request.Path);
                collector.Bodies.Enqueue(body.ToArray());
                http.Response.StatusCode = (int)HttpStatusCode.OK;
            });
            await app.StartAsync();
            return collector;
        }

        public async ValueTask DisposeAsync() => await app.DisposeAsync();
    }
}
