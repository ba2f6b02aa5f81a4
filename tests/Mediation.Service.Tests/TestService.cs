using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Mediation.Service.Demonstration;
using Mediation.Service.Health;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Registry;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests;

/// <summary>
/// The whole service on a database of its own, over real HTTP, with a clock that the test holds. The directory is the
/// demonstration's; no jobs fire by themselves.
/// </summary>
public sealed class TestService : IAsyncDisposable
{
    private readonly WebApplication app;
    private readonly Dictionary<string, DemoAccountsFile.Entry> accounts;

    private TestService(WebApplication app, ServiceSettings settings, FixedTime clock, IEnumerable<DemoAccountsFile.Entry> accounts)
    {
        this.app = app;
        (Settings, Clock) = (settings, clock);
        this.accounts = accounts.ToDictionary(account => account.User, StringComparer.Ordinal);
        Address = new Uri(app.Urls.First());
    }

    public Uri Address { get; }
    public FixedTime Clock { get; }
    public ServiceSettings Settings { get; }
    public NpgsqlDataSource Db => Settings.Db;

    /// <summary>The owner's connection: for what the service itself may not do, e.g. spoiling the journal.</summary>
    public required string OwnerConnectionString { get; init; }

    public IReadOnlyCollection<DemoAccountsFile.Entry> Accounts => accounts.Values;

    /// <param name="through">Another way to the database, e.g. one that the test can cut.</param>
    /// <param name="args">Settings as the command line has them; what is asked here is more than an account may ask otherwise.</param>
    public static async Task<TestService> StartAsync(
        FixedTime? clock = null, Func<string, string>? through = null, bool warmUp = false, params string[] args)
    {
        clock ??= FixedTime.Usual();
        var folder = Directory.CreateTempSubdirectory("mediation-service-").FullName;
        var (owner, accounts) = await TestCluster.CreateDirectoryAsync(clock.GetUtcNow(), folder);
        var settings = new ServiceSettings(Database.Open(through?.Invoke(owner) ?? owner), new Keys(new byte[32]), clock, folder,
            Demonstration: true, Jobs: false, WarmUp: warmUp);
        return await StartAsync(settings, clock, owner, accounts, args);
    }

    /// <summary>The service on a database that is there already; the demonstration's accounts get tokens of this run.</summary>
    public static async Task<TestService> StartOnAsync(string database, FixedTime clock)
    {
        var folder = Directory.CreateTempSubdirectory("mediation-service-").FullName;
        var settings = new ServiceSettings(Database.Open(database), new Keys(new byte[32]), clock, folder,
            Demonstration: true, Jobs: false);
        return await StartAsync(settings, clock, database, await DemoDirectory.LoadAsync(settings.Db, folder, clock), []);
    }

    private static async Task<TestService> StartAsync(
        ServiceSettings settings, FixedTime clock, string owner, IEnumerable<DemoAccountsFile.Entry> accounts, string[] args)
    {
        var host = ServiceApp.Build(["--Limits:PerAccount=100000", "--Limits:PerAddress=100000", .. args], settings);
        host.Urls.Add("http://127.0.0.1:0");
        await host.StartAsync();
        return new TestService(host, settings, clock, accounts) { OwnerConnectionString = owner };
    }

    /// <summary>A client with the token of a demonstration account, e.g. <c>clerk.430104</c>.</summary>
    public HttpClient As(string user)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", accounts[user].Token);
        return client;
    }

    public HttpClient Anonymous() => new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = Address };

    public DemoAccountsFile.Entry Account(string role, string division) =>
        accounts.Values.First(account => account.Role == role && account.Division == division);

    /// <summary>A scope of the service's own container, as a request has it.</summary>
    public AsyncServiceScope Scope() => app.Services.CreateAsyncScope();

    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await app.StopAsync();
        await app.DisposeAsync();
        await Settings.Db.DisposeAsync();
        Directory.Delete(Settings.DataFolder, recursive: true);
    }
}

/// <summary>JSON over HTTP in the words of the tests.</summary>
public static class HttpTalk
{
    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response)
    {
        await using var body = await response.Content.ReadAsStreamAsync();
        return (await JsonDocument.ParseAsync(body)).RootElement.Clone();
    }

    /// <summary>An action on a case with the version that the caller has seen.</summary>
    public static Task<HttpResponseMessage> ActAsync(
        this HttpClient client, string id, string action, object? body = null, string? etag = null)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cases/{id}/{action}")
        { Content = JsonContent.Create(body ?? new { }) };
        if (etag is not null) request.Headers.TryAddWithoutValidation("If-Match", etag);
        return client.SendAsync(request);
    }

    /// <summary>Reads the case for its newest version, acts, and expects 200.</summary>
    public static async Task<JsonElement> DoAsync(this HttpClient client, string id, string action, object? body = null)
    {
        var seen = await client.GetAsync($"/api/v1/cases/{id}");
        var answer = await client.ActAsync(id, action, body, seen.Headers.ETag!.ToString());
        Assert.True(answer.IsSuccessStatusCode, $"{action}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return await answer.JsonAsync();
    }
}
