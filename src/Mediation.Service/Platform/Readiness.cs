using Dapper;
using Mediation.Service.Jobs;
using Npgsql;

namespace Mediation.Service.Platform;

/// <summary>
/// Whether this node can serve: 503 while the database does not answer, and 200 again by itself. A late job or late
/// clocks leave it serving, but degraded.
/// </summary>
public static class Readiness
{
    public static async Task<IResult> CheckAsync(NpgsqlDataSource db, JobHealth health, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteScalarAsync<int>(new CommandDefinition("select 1", commandTimeout: 3, cancellationToken: cancellationToken));
            var late = await health.LateJobsAsync(cancellationToken);
            var clocks = await health.LateClocksAsync(cancellationToken);
            return late.Count == 0 && clocks == 0
                ? Results.Json(new { status = "ok" })
                : Results.Json(new { status = "degraded", lateJobs = late, lateClocks = clocks });
        }
        catch (Exception unreachable) when (unreachable is NpgsqlException or TimeoutException)
        {
            return Results.Json(new { status = "unavailable", database = "unreachable" }, statusCode: 503);
        }
    }
}
