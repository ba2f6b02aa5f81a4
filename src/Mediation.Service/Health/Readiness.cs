using Dapper;
using Mediation.Service.Jobs;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Npgsql;

namespace Mediation.Service.Health;

/// <summary>
/// Whether this node can serve: 503 while it warms up or the database does not answer, and 200 again by itself. A late job or late
/// clocks leave it serving, but degraded.
/// </summary>
public static class Readiness
{
    public static async Task CheckAsync(HttpContext http, NpgsqlDataSource db, JobHealth health, NodeState state)
    {
        if (!state.IsWarm)
        {
            await ProblemWriter.WriteAsync(http, ProblemWriter.ForStatus(503));
            return;
        }

        var cancellationToken = http.RequestAborted;
        try
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteScalarAsync<int>(
                new CommandDefinition("select 1", commandTimeout: 3, cancellationToken: cancellationToken));
            var late = await health.LateJobsAsync(cancellationToken);
            var clocks = await health.LateClocksAsync(cancellationToken);
            var unsent = await health.UnsentAsync(cancellationToken);
            http.Response.Headers.CacheControl = "no-store";
            if (late.Count == 0 && clocks == 0 && unsent == 0)
                await http.Response.WriteAsJsonAsync(new { status = "ok" }, cancellationToken);
            else await http.Response.WriteAsJsonAsync(
                new { status = "degraded", lateJobs = late, lateClocks = clocks, unsentMessages = unsent }, cancellationToken);
        }
        catch (Exception unreachable) when (unreachable is NpgsqlException or TimeoutException)
        {
            // A probe asks every few seconds: an answer, not an error in the log each time.
            await ProblemWriter.WriteAsync(http, ProblemWriter.ForStatus(503));
        }
    }
}
