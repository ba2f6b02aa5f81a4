using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Month;

/// <summary>A step of the month's return of one division or body.</summary>
public abstract record MonthAct : IRequest<StoredAnswer>
{
    /// <summary>YYYY-MM, from the address.</summary>
    [JsonIgnore]
    public string Month { get; set; } = "";

    /// <summary>Whose return; the caller's own by default. From the query.</summary>
    [JsonIgnore]
    public string? Division { get; set; }

    [JsonIgnore]
    public string? Body { get; set; }
}

/// <summary>Where the return stands after the step.</summary>
/// <param name="Digest">Of the frozen month, once it is published.</param>
public sealed record MonthActDone(string Month, string Scope, MonthState State, string? Digest);

/// <summary>Takes a step: the state's row is locked, so of two rivals the second is judged by the state that the first left.</summary>
public sealed class MonthActs(NpgsqlDataSource db, ReportScopes scopes, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
{
    /// <param name="freeze">For publishing: writes the frozen month into the same transaction and gives its digest.</param>
    /// <exception cref="ProblemException">404 outside the scope, 409 where the state does not allow the step.</exception>
    public async Task<StoredAnswer> TakeAsync(
        MonthAct request, MonthStep step, string? reason, Func<ReportScope, NpgsqlBatch, Task<string>>? freeze,
        CancellationToken cancellationToken)
    {
        var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
        var month = AskedPeriod.FirstDay(request.Month);
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into report_month (month, scope, state, closed_at) select month, @Code, 'closed', closed_at from report_month
            where month = @month and scope = ''
            on conflict (month, scope) do nothing
            """, new { scope.Code, month }, cancellationToken: cancellationToken));
        var stored = await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(
            "select state from report_month where month = @month and scope = @Code for update", new { scope.Code, month },
            cancellationToken: cancellationToken));
        var (to, refusal) = MonthReturn.Next(stored is null ? MonthState.Open : Enum.Parse<MonthState>(stored, ignoreCase: true), step);
        if (refusal is not null) throw ProblemException.Of(refusal);

        await using var batch = new NpgsqlBatch(connection, transaction);
        var digest = freeze is null ? null : await freeze(scope, batch);
        var answer = new StoredAnswer(200, null, null,
            JsonSerializer.SerializeToUtf8Bytes(new MonthActDone(request.Month, scope.Code, to!.Value, digest), ApiJson.Output));
        batch.BatchCommands.Add(new("""
            insert into report_step (month, scope, n, step, actor, at, reason)
            select $1, $2, coalesce(max(n), 0) + 1, $3, $4, $5, $6 from report_step where month = $1 and scope = $2
            """)
        {
            Parameters =
            {
                new() { Value = month }, new() { Value = scope.Code }, new() { Value = step.Camel() }, new() { Value = caller.Value.User },
                new() { Value = clock.GetUtcNow().UtcDateTime }, new() { Value = (object?)reason ?? DBNull.Value },
            },
        });
        batch.BatchCommands.Add(new("update report_month set state = $3, digest = $4 where month = $1 and scope = $2")
        {
            Parameters = { new() { Value = month }, new() { Value = scope.Code }, new() { Value = to.Value.Camel() },
                new() { Value = (object?)digest ?? DBNull.Value } },
        });
        return await idempotency.WriteAsync(db, batch, answer, transaction, cancellationToken);
    }

    public static void Map<T>(IEndpointRouteBuilder app, string step) where T : MonthAct =>
        app.MapPost("/api/v1/reports/monthly/{month}/" + step, (Delegate)(async (string month, HttpContext http) =>
            await (await PlainRequest.ReadAsync<T>(http, request => Located(request, month, http)))
                .SendAsync<StoredAnswer>(answer => answer)))
            .WithName(typeof(T).Name).WithTags("Reports").WithMetadata(new BodyOf(typeof(T)),
                new QueryOf("division", typeof(string), "Whose return; the caller's own by default."),
                new QueryOf("body", typeof(string), "Whose return, for a body."))
            .Produces<MonthActDone>().ProducesProblems(409);

    private static void Located(MonthAct request, string month, HttpContext http)
    {
        var query = new QueryParameters(http.Request);
        (request.Month, request.Division, request.Body) = (month, query.Text("division", 12), query.Text("body"));
        if (!AskedPeriod.IsMonth(month)) query.Wrong("month", AskedPeriod.NoMonth);
        query.Check();
    }
}
