using System.Collections.Concurrent;
using Mediation.Service.Intake;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mediation.Service.Tests.Platform.Http;

/// <summary>What is said of people stays out of logs, errors and addresses.</summary>
public sealed class PersonalDataInLogsTests : IAsyncLifetime
{
    // Fictional.
    private const string Name = "欧阳昭昭";
    private const string Number = "430104209103244939";
    private const string Phone = "19900000217";
    private const string Address = "望月街十七号";
    private const string Words = "漏水泡坏了祖传的琴";
    private static readonly string[] Planted = [Name, Number, Phone, Address, Words,
        Uri.EscapeDataString(Name), Uri.EscapeDataString(Words)];

    private readonly Capture log = new();
    private readonly List<string> seen = [];
    private TestService service = null!;

    public async ValueTask InitializeAsync()
    {
        service = await TestService.StartAsync();
        await using var scope = service.Scope();
        scope.ServiceProvider.GetRequiredService<ILoggerFactory>().AddProvider(log);
    }

    public async ValueTask DisposeAsync()
    {
        await service.DisposeAsync();
        log.Dispose();
    }

    [Fact]
    public async Task A_case_with_planted_people_leaves_none_of_it_in_logs_errors_and_addresses()
    {
        using var clerk = service.As("clerk.430104001");
        using var head = service.As("head.430104001");
        using var anonymous = service.Anonymous();
        var planted = OpenCase.Example with
        {
            Summary = Words,
            Description = Words,
            Parties =
            [
                OpenCase.Example.Parties![0] with { Name = Name, IdentityNumber = Number, Phone = Phone, Address = Address },
                OpenCase.Example.Parties[1] with { Name = Name },
            ],
        };
        using var opened = await clerk.PostAsync("/api/v1/cases", ApiService.Json(planted));
        Assert.True(opened.IsSuccessStatusCode);
        var id = (await opened.JsonAsync()).GetProperty("id").GetString()!;
        Note(opened);
        await head.DoAsync(id, "accept", new { self = true, mediator = "mediator1.430104001" });

        // Errors about every part of it: shape, rule, precondition, and what cannot be parsed at all.
        Note(await clerk.PostAsync("/api/v1/cases", ApiService.Json(planted with { Category = Name, Division = Name + Words })));
        Note(await clerk.PostAsync("/api/v1/cases",
            ApiService.Json(planted with { Parties = [planted.Parties[0] with { IdentityNumber = Number[..17] + "0" }] })));
        Note(await clerk.PostAsync("/api/v1/cases",
            new StringContent($"{{\"summary\":\"{Words}\",\"parties\":[{{\"name\":{Number}", null, "application/json")));
        Note(await clerk.PostAsync("/api/v1/cases", new StringContent($"{{\"{Name}\":\"{Words}\"}}", null, "application/json")));
        Note(await clerk.PostAsync("/api/v1/cases",
            new StringContent($"{{\"parties\":[{{\"{Number}\":\"{Words}\"}}]}}", null, "application/json")));
        Note(await clerk.PostAsync("/api/v1/cases", new StringContent($"{{\"channel\":\"{Name}\"}}", null, "application/json")));
        Note(await head.ActAsync(id, "fail", new { reason = Name }));
        Note(await head.ActAsync(id, "assign", new { mediator = Name }, "\"2\""));
        Note(await head.ActAsync(id, "consents", new { party = Name, given = true, how = Words }, "\"2\""));
        Note(await head.ActAsync(id, "correct", new { field = "parties.p1.phone", value = Phone, reason = Words }, "\"1\""));

        // Searches, with and without rights, well and badly asked.
        foreach (var client in new[] { clerk, anonymous })
        {
            foreach (var path in new[]
                     {
                         $"/api/v1/cases?q={Uri.EscapeDataString(Name)}", $"/api/v1/cases?q={Phone}&sort=x",
                         $"/api/v1/cases?{Uri.EscapeDataString(Name)}={Number}", $"/api/v1/cases/{Uri.EscapeDataString(Name)}",
                         $"/api/v1/mediators?q={Uri.EscapeDataString(Name)}", $"/api/v1/{Number}",
                         $"/cases?q={Uri.EscapeDataString(Name)}", $"/cases/{Number}",
                     }) Note(await client.GetAsync(path), addressToo: path.StartsWith("/api", StringComparison.Ordinal));
        }

        // A fault of the service's own: its record must not quote what it worked on.
        await using (var connection = new Npgsql.NpgsqlConnection(service.OwnerConnectionString))
        {
            await connection.OpenAsync();
            await using var command = new Npgsql.NpgsqlCommand(
                "alter table case_party add constraint never check (name = 'x') not valid", connection);
            await command.ExecuteNonQueryAsync();
        }

        using var failed = await clerk.PostAsync("/api/v1/cases", ApiService.Json(planted));
        Note(failed);
        Assert.Null(await failed.FaultAsync(500));

        Assert.Contains(log.Lines, line => line.Contains("PostgresException", StringComparison.Ordinal));
        Assert.DoesNotContain(log.Lines, line => Planted.Any(word => line.Contains(word, StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(seen, text => Planted.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)));
    }

    private void Note(HttpResponseMessage answer, bool addressToo = true)
    {
        if (addressToo) seen.Add($"{answer.Headers.Location}");
        if (!answer.IsSuccessStatusCode) seen.Add(new StreamReader(answer.Content.ReadAsStream()).ReadToEnd());
    }

    private sealed class Capture : ILoggerProvider
    {
        public ConcurrentQueue<string> Lines { get; } = new();

        public ILogger CreateLogger(string categoryName) => new Line(this, categoryName);

        public void Dispose()
        {
        }

        private sealed class Line(Capture capture, string category) : ILogger
        {
            public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null; // the service writes no scopes

            public bool IsEnabled(LogLevel logLevel) => true;

            public void Log<TState>(
                LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
                capture.Lines.Enqueue($"{category} {formatter(state, exception)} {exception}");
        }
    }
}
