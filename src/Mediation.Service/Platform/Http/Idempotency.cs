using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using Npgsql;

namespace Mediation.Service.Platform.Http;

/// <summary>An answer that was given before and is given again.</summary>
public sealed record StoredAnswer(int Status, string? ETag, string? Location, byte[] Body)
{
    public async Task WriteAsync(HttpContext http)
    {
        http.Response.StatusCode = Status;
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.CacheControl = "no-store";
        if (ETag is not null) http.Response.Headers.ETag = ETag;
        if (Location is not null) http.Response.Headers.Location = Location;
        await http.Response.Body.WriteAsync(Body, http.RequestAborted);
    }
}

/// <summary>
/// The Idempotency-Key of the running request. Its row is written in the same batch as what the request does: a rival
/// in flight waits on the row and then gets the same answer.
/// </summary>
public sealed class Idempotency(CurrentCaller caller, TimeProvider clock)
{
    private string? key;
    private byte[] requestHash = [];
    private (byte[] Hash, StoredAnswer Answer)? earlier;

    public bool IsRequested => key is not null;

    public void Begin(HttpContext http, RequestBody body)
    {
        if (!http.Request.Headers.TryGetValue("Idempotency-Key", out var values) || values.Count == 0) return;
        if (values.Count != 1 || values[0] is not { Length: > 0 and <= 255 } value || value.Any(char.IsControl))
            throw ProblemException.Invalid("Idempotency-Key", new("应为 1 至 255 个字符。", "Give 1 to 255 characters."));
        key = value;
        requestHash = body.Hash(http.Request);
    }

    /// <summary>For a form that carries a key of its own, so that two clicks are one case.</summary>
    public void Begin(Guid form, byte[] content) => (key, requestHash) = ($"form:{form:N}", content);

    /// <summary>The question for an earlier answer; goes in front of the batch that loads what the request is about.</summary>
    public NpgsqlBatchCommand Question() =>
        new("select request_hash, status, etag, location, body from idempotency where account = $1 and key = $2")
        {
            Parameters = { new() { Value = caller.Value.User }, new() { Value = key ?? "" } },
        };

    /// <summary>Remembers the row found, if any; whether it fits this request is asked for when its turn comes.</summary>
    public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancellationToken)
    {
        if (!await reader.ReadAsync(cancellationToken)) return;
        earlier = (reader.GetFieldValue<byte[]>(0),
            new StoredAnswer(reader.GetInt32(1), await Text(2), await Text(3), reader.GetFieldValue<byte[]>(4)));

        async Task<string?> Text(int ordinal) => await reader.IsDBNullAsync(ordinal, cancellationToken) ? null : reader.GetString(ordinal);
    }

    /// <summary>The answer that this request was given before.</summary>
    /// <exception cref="ProblemException">422 where the key was used for another request.</exception>
    public StoredAnswer? Earlier()
    {
        if (earlier is not { } found) return null;
        return found.Hash.AsSpan().SequenceEqual(requestHash)
            ? found.Answer
            : throw new ProblemException(422, "idempotency.mismatch",
                new("同一幂等键已用于其他内容。请换一个键。", "This idempotency key was used for another request. Use a new key."));
    }

    /// <summary>An earlier answer to this request, asked for by itself.</summary>
    public async Task<StoredAnswer?> FindAsync(NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        if (!IsRequested) return null;
        await using var batch = db.CreateBatch();
        batch.BatchCommands.Add(Question());
        await using var reader = await batch.ExecuteReaderAsync(cancellationToken);
        await ReadAsync(reader, cancellationToken);
        return Earlier();
    }

    /// <summary>The row that keeps this answer; first in the writing batch, so that rivals wait for it.</summary>
    public void Keep(NpgsqlBatch batch, StoredAnswer answer)
    {
        if (!IsRequested) return;
        batch.BatchCommands.Insert(0, new("""
            insert into idempotency (account, key, request_hash, status, etag, location, body, created_at)
            values ($1, $2, $3, $4, $5, $6, $7, $8)
            """)
        {
            Parameters =
            {
                new() { Value = caller.Value.User }, new() { Value = key! }, new() { Value = requestHash }, new() { Value = answer.Status },
                new() { Value = (object?)answer.ETag ?? DBNull.Value }, new() { Value = (object?)answer.Location ?? DBNull.Value },
                new() { Value = answer.Body }, new() { Value = clock.GetUtcNow().UtcDateTime },
            },
        });
    }

    /// <summary>
    /// The one way in which a request that is not about a case writes: its statements and the answer it is given go out together, or of a
    /// rival with the same key the answer that was kept first is given.
    /// </summary>
    /// <param name="transaction">The one that the batch belongs to, ended here; null where the batch is all there is.</param>
    /// <exception cref="ProblemException">503 where the rival was given up.</exception>
    public async Task<StoredAnswer> WriteAsync(NpgsqlDataSource db, NpgsqlBatch batch, StoredAnswer answer, NpgsqlTransaction? transaction,
        CancellationToken cancellationToken)
    {
        Keep(batch, answer);
        try
        {
            if (batch.BatchCommands.Count > 0) await batch.ExecuteNonQueryAsync(cancellationToken);
            if (transaction is not null) await transaction.CommitAsync(cancellationToken);
            return answer;
        }
        catch (PostgresException rival) when (IsRival(rival))
        {
            if (transaction is not null) await transaction.RollbackAsync(cancellationToken);
            return await FindAsync(db, cancellationToken) ?? throw ProblemWriter.ForStatus(503);
        }
    }

    /// <summary>Keeps an answer whose request wrote nothing, or wrote in several batches that a repeat does no harm to.</summary>
    /// <returns>The answer to give: a rival's, where that was kept first.</returns>
    public async Task<StoredAnswer> KeepAloneAsync(NpgsqlDataSource db, StoredAnswer answer, CancellationToken cancellationToken)
    {
        if (!IsRequested) return answer;
        await using var batch = db.CreateBatch();
        Keep(batch, answer);
        try
        {
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return answer;
        }
        catch (PostgresException rival) when (IsRival(rival))
        {
            return await FindAsync(db, cancellationToken) ?? answer;
        }
    }

    public static bool IsRival(PostgresException exception) =>
        exception is { SqlState: PostgresErrorCodes.UniqueViolation, ConstraintName: "idempotency_pkey" };
}
