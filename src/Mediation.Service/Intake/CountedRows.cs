using System.Text.Json;
using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Npgsql;

namespace Mediation.Service.Intake;

/// <summary>Rows of the return that are not cases: checks place and date, and writes them under the idempotency key.</summary>
public sealed class CountedRows(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
{
    /// <param name="insert">Parameters 1 to 5 of the row; the actor and the instant follow as 6 and 7.</param>
    /// <exception cref="ProblemException">404 outside the caller's subtree, 409 <c>date.future</c>.</exception>
    public async Task<StoredAnswer> AddAsync<T>(
        string division, DateOnly on, Func<Guid, T> row, Func<Guid, NpgsqlBatchCommand> insert, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var (low, high) = CaseScope.Subtree(caller.Value.Division);
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        if (string.CompareOrdinal(division, low) < 0 || string.CompareOrdinal(division, high) >= 0
            || !await connection.ExecuteScalarAsync<bool>("select exists (select 1 from division where code = @division)",
                new { division }))
            throw ProblemException.NotFound();
        if (on > ShanghaiTime.DateOf(now))
            throw new ProblemException(409, "date.future", new("日期不能晚于今天。", "The date may not lie after today."));
        var id = Guid.CreateVersion7(now);
        var answer = new StoredAnswer(201, null, null, JsonSerializer.SerializeToUtf8Bytes(row(id), ApiJson.Output));
        await using var batch = new NpgsqlBatch(connection);
        var command = insert(id);
        command.Parameters.Add(new() { Value = caller.Value.User });
        command.Parameters.Add(new() { Value = now.UtcDateTime });
        batch.BatchCommands.Add(command);
        return await idempotency.WriteAsync(db, batch, answer, null, cancellationToken);
    }
}
