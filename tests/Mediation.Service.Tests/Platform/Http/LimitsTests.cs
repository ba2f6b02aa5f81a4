using System.Net;
using Dapper;
using Microsoft.Extensions.Options;
using Npgsql;

namespace Mediation.Service.Tests.Platform.Http;

public sealed class LimitsTests
{
    [Fact]
    public async Task An_account_that_asks_too_much_is_told_when_to_come_back_and_hinders_nobody_else()
    {
        await using var service = await TestService.StartAsync(args: ["--Limits:PerAccount=1", "--Limits:Burst=10"]);
        using var clerk = service.As("clerk.430104");
        using var other = service.As("clerk.430104001");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => clerk.GetAsync("/api/v1/divisions?parent=43")));

        Assert.InRange(answers.Count(answer => answer.StatusCode == HttpStatusCode.OK), 10, 50);
        var refused = answers.First(answer => answer.StatusCode != HttpStatusCode.OK);
        Assert.Null(await refused.FaultAsync(429));
        Assert.True(refused.Headers.RetryAfter!.Delta >= TimeSpan.FromSeconds(1));
        using var answered = await other.GetAsync("/api/v1/divisions?parent=43");
        Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
    }

    [Fact]
    public async Task An_address_that_nobody_has_signed_in_from_is_limited_as_one()
    {
        await using var service = await TestService.StartAsync(args: ["--Limits:PerAddress=1", "--Limits:Burst=10"]);
        using var anonymous = service.Anonymous();
        using var clerk = service.As("clerk.430104");

        var answers = await Task.WhenAll(Enumerable.Range(0, 60).Select(_ => anonymous.GetAsync("/sign-in")));

        var refused = answers.First(answer => answer.StatusCode != HttpStatusCode.OK);
        Assert.Equal((HttpStatusCode.TooManyRequests, "text/html"), (refused.StatusCode, refused.Content.Headers.ContentType!.MediaType));
        Assert.Contains("请求过多", await refused.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var probe = await anonymous.GetAsync("/healthz/live");
        Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
        using var signedIn = await clerk.GetAsync("/api/v1/divisions?parent=43");
        Assert.Equal(HttpStatusCode.OK, signedIn.StatusCode);
    }

    [Fact]
    public async Task What_a_node_asks_itself_to_warm_up_is_not_counted_as_asked_by_its_address()
    {
        await using var service = await TestService.StartAsync(warmUp: true, args: ["--Limits:PerAddress=1", "--Limits:Burst=10"]);
        using var anonymous = service.Anonymous();
        while ((await anonymous.GetAsync("/healthz/ready")).StatusCode != HttpStatusCode.OK) await Task.Yield();

        var answers = await Task.WhenAll(Enumerable.Range(0, 10).Select(_ => anonymous.GetAsync("/sign-in")));

        Assert.All(answers, answer => Assert.Equal(HttpStatusCode.OK, answer.StatusCode));
    }

    [Fact]
    public async Task A_full_queue_refuses_and_answers_all_that_it_took()
    {
        await using var service = await TestService.StartAsync(args: ["--Limits:AtOnce=2", "--Limits:Waiting=3"]);
        using var clerk = service.As("clerk.430104");
        await using var held = await HeldCase.OpenAsync(service, clerk);

        // Two at work (both wait for the row), three in the queue, one too many.
        var taken = new List<Task<HttpResponseMessage>> { held.AcceptAsync(), held.AcceptAsync() };
        await held.WaitersAsync(2);
        taken.AddRange(Enumerable.Range(0, 4).Select(_ => clerk.GetAsync("/api/v1/divisions?parent=43")));
        var first = await Task.WhenAny(taken);

        using var refused = await first;
        Assert.Null(await refused.FaultAsync(503));
        Assert.NotNull(refused.Headers.RetryAfter);
        using var probe = await service.Anonymous().GetAsync("/healthz/live");
        Assert.Equal(HttpStatusCode.OK, probe.StatusCode);
        await held.ReleaseAsync();
        var answers = await Task.WhenAll(taken.Where(task => task != first));
        Assert.Equal([200, 200, 200, 200, 412], answers.Select(answer => (int)answer.StatusCode).Order());
    }

    [Fact]
    public async Task A_request_that_takes_too_long_is_given_up_and_leaves_no_trace()
    {
        await using var service = await TestService.StartAsync(args: ["--Limits:Seconds=1"]);
        using var clerk = service.As("clerk.430104");
        await using var held = await HeldCase.OpenAsync(service, clerk);

        using var answer = await held.AcceptAsync();

        Assert.Null(await answer.FaultAsync(503));
        Assert.NotNull(answer.Headers.RetryAfter);
        await held.ReleaseAsync();
        Assert.Equal(1, (await (await clerk.GetAsync($"/api/v1/cases/{held.Id}")).JsonAsync()).GetProperty("version").GetInt32());
    }

    [Fact]
    public async Task A_node_that_is_stopped_answers_what_it_has_begun()
    {
        await using var service = await TestService.StartAsync();
        using var clerk = service.As("clerk.430104");
        await using var held = await HeldCase.OpenAsync(service, clerk);
        var begun = held.AcceptAsync();
        await held.WaitersAsync(1);

        var stopping = service.StopAsync();
        await held.ReleaseAsync();

        using var answer = await begun;
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await stopping;
        using var late = service.As("clerk.430104");
        await Assert.ThrowsAsync<HttpRequestException>(() => late.GetAsync("/api/v1/divisions"));
    }

    [Theory]
    [InlineData("--Limits:PerAccount=0")]
    [InlineData("--Limits:Seconds=-1")]
    [InlineData("--Limits:Waiting=2000000")]
    public async Task A_limit_out_of_range_stops_the_start(string argument)
    {
        var refused = await Assert.ThrowsAsync<OptionsValidationException>(() => TestService.StartAsync(args: [argument]));
        Assert.Contains("Limits", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>A case whose row somebody else has locked.</summary>
    private sealed class HeldCase(HttpClient clerk, string id, NpgsqlConnection owner, NpgsqlTransaction transaction) : IAsyncDisposable
    {
        public string Id => id;

        public static async Task<HeldCase> OpenAsync(TestService service, HttpClient clerk)
        {
            var id = await ApiService.OpenAsync(clerk);
            var owner = new NpgsqlConnection(
                new NpgsqlConnectionStringBuilder(service.OwnerConnectionString) { Pooling = false }.ConnectionString);
            await owner.OpenAsync();
            var transaction = await owner.BeginTransactionAsync();
            await owner.ExecuteAsync("select 1 from cases where id = @id for update", new { id = Guid.Parse(id) }, transaction);
            return new HeldCase(clerk, id, owner, transaction);
        }

        public Task<HttpResponseMessage> AcceptAsync() => clerk.ActAsync(id, "accept", etag: "\"1\"");

        public async Task WaitersAsync(int count)
        {
            while (await owner.ExecuteScalarAsync<int>(
                "select count(*) from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
                transaction: transaction) < count)
            {
                await owner.ExecuteAsync("select pg_stat_clear_snapshot()", transaction: transaction);
                await Task.Yield();
            }
        }

        public async Task ReleaseAsync() => await transaction.RollbackAsync();

        public async ValueTask DisposeAsync()
        {
            await transaction.DisposeAsync();
            await owner.DisposeAsync();
        }
    }
}
