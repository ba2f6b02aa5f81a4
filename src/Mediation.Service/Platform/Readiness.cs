using Dapper;
using Npgsql;

namespace Mediation.Service.Platform;

/// <summary>Whether this node can serve: 503 while the database does not answer, and 200 again by itself.</summary>
public static class Readiness
{
    public static async Task<IResult> CheckAsync(NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteScalarAsync<int>(new CommandDefinition("select 1", commandTimeout: 3, cancellationToken: cancellationToken));
            return Results.Json(new { status = "ok" });
        }
        catch (Exception unreachable) when (unreachable is NpgsqlException or TimeoutException)
        {
            return Results.Json(new { status = "unavailable", database = "unreachable" }, statusCode: 503);
        }
    }
}
