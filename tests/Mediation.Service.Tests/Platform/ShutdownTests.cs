using System.Net;
using System.Net.Http.Headers;
using Dapper;
using Mediation.Service.Demonstration;
using Mediation.Service.Platform;
using Mediation.Service.Registry;
using Mediation.Service.Tests.Platform.Http;
using Npgsql;

namespace Mediation.Service.Tests.Platform;

public sealed class ShutdownTests
{
    [Fact]
    public async Task A_process_that_is_told_to_end_answers_every_request_that_it_has_begun()
    {
        const int requests = 8;
        var database = await TestCluster.CreateDatabaseAsync();
        var folder = Directory.CreateTempSubdirectory("mediation-shutdown-").FullName;
        await using var db = Database.Open(database);
        var token = (await DemoDirectory.LoadAsync(db, folder, TimeProvider.System)).Single(account =>
            account.User == "clerk.430104").Token;
        Directory.Delete(folder, recursive: true);
        using var node = ServiceProcess.Start(database, "ending", TimeSpan.Zero);
        using var clerk = new HttpClient { BaseAddress = await node.Ready.WaitAsync(TimeSpan.FromMinutes(5)) };
        clerk.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        var id = await ApiService.OpenAsync(clerk);
        await using var owner = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await owner.OpenAsync();
        var begun = new List<Task<HttpResponseMessage>>();
        Task<int> ended;
        await using (var transaction = await owner.BeginTransactionAsync())
        {
            await owner.ExecuteAsync("select 1 from cases where id = @id for update", new { id = Guid.Parse(id) }, transaction);
            for (var n = 0; n < requests; n++) begun.Add(clerk.ActAsync(id, "accept", etag: "\"1\""));
            // Each waits for the row, or for whoever waits for it.
            while (await owner.ExecuteScalarAsync<int>(
                "select count(*)::int from pg_stat_activity where application_name = 'ending' and wait_event_type = 'Lock'",
                transaction: transaction) < requests)
                await owner.ExecuteAsync("select pg_stat_clear_snapshot()", transaction: transaction);

            ended = node.TerminateAsync();
            while (await ListensAsync(clerk.BaseAddress)) await Task.Yield();
            Assert.False(ended.IsCompleted);
            await transaction.RollbackAsync();
        }

        var answers = await Task.WhenAll(begun);
        Assert.Equal((1, requests - 1), (answers.Count(answer => answer.StatusCode == HttpStatusCode.OK),
            answers.Count(answer => answer.StatusCode == HttpStatusCode.PreconditionFailed)));
        Assert.Equal(0, await ended);
    }

    private static async Task<bool> ListensAsync(Uri address)
    {
        using var other = new HttpClient { BaseAddress = address };
        try
        {
            using var answer = await other.GetAsync(new Uri("/healthz/live", UriKind.Relative));
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
