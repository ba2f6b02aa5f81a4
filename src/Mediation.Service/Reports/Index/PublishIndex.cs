using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Index;

/// <summary>
/// Publishes the month's safety index: values, scores and weights are frozen, with a digest over them and the digest of
/// the month published before.
/// </summary>
[Requires(Permission.SignMonth)]
public sealed record PublishIndex : IRequest<StoredAnswer>, IEndpoint
{
    [JsonIgnore]
    public string Month { get; set; } = "";

    [JsonIgnore]
    public string? Division { get; set; }

    public static PublishIndex Example => new();

    public sealed record Done(string Month, string Scope, decimal Value, string Digest);

    public sealed class Handler(ReportScopes scopes, IndexScores scores, NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock,
        Idempotency idempotency) : IRequestHandler<PublishIndex, StoredAnswer>
    {
        public async Task<StoredAnswer> Handle(PublishIndex request, CancellationToken cancellationToken)
        {
            var month = AskedPeriod.BegunMonth(request.Month, clock);
            var scope = await scopes.FindDivisionAsync(request.Division, cancellationToken);
            if (ShanghaiTime.DateOf(clock.GetUtcNow()) < month.AddMonths(1)) throw ProblemException.Of(SafetyIndex.NotOver);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await LockAsync(connection, scope, month, cancellationToken);
            var latest = await connection.QueryFirstOrDefaultAsync<(DateOnly Month, string Digest)?>(new CommandDefinition(
                "select month, digest from index_publication where scope = @Code order by month desc limit 1", new { scope.Code },
                cancellationToken: cancellationToken));
            if (latest is { } before && before.Month >= month)
                throw ProblemException.Of(before.Month == month ? SafetyIndex.Published : MonthReturn.OutOfOrder);
            var document = await DocumentAsync(connection, request.Month, scope, month, cancellationToken);
            var (text, previous) = (JsonSerializer.Serialize(document, ApiJson.Output), latest?.Digest ?? "");
            var digest = FrozenText.Digest(previous, text);
            var answer = new StoredAnswer(200, null, null,
                JsonSerializer.SerializeToUtf8Bytes(new Done(request.Month, scope.Code, document.Value, digest), ApiJson.Output));
            await using var batch = new NpgsqlBatch(connection, transaction);
            CaseBatch.Put(batch, """
                insert into index_publication (scope, month, version, document, previous_digest, digest, published_at, published_by)
                values ($1, $2, $3, $4, $5, $6, $7, $8)
                """, scope.Code, month, document.Version, text, previous, digest, clock.GetUtcNow().UtcDateTime, caller.Value.User);
            try
            {
                return await idempotency.WriteAsync(db, batch, answer, transaction, cancellationToken);
            }
            catch (PostgresException rival) when (rival.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                throw ProblemException.Of(SafetyIndex.Published);
            }
        }

        private async Task<IndexDocument> DocumentAsync(
            NpgsqlConnection connection, string name, ReportScope scope, DateOnly month, CancellationToken cancellationToken)
        {
            // Published in Chinese whoever presses the button.
            var index = await scores.ReadAsync(connection, scope, month, cancellationToken, Language.Chinese);
            return new IndexDocument(
                name, scope.Code, scope.Name, index.Version,
                index.Value ?? throw ProblemException.Of(SafetyIndex.Incomplete), index.Groups);
        }
    }

    /// <summary>One writer of a division's month at a time: what is published holds all that was entered before it.</summary>
    internal static async Task<NpgsqlTransaction> LockAsync(
        NpgsqlConnection connection, ReportScope scope, DateOnly month, CancellationToken cancellationToken)
    {
        var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync(
            new CommandDefinition("select pg_advisory_xact_lock(hashtextextended('index/' || @Code || '/' || @month, 0))",
                new { scope.Code, month = month.ToString("yyyy-MM", CultureInfo.InvariantCulture) }, transaction,
                cancellationToken: cancellationToken));
        return transaction;
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/reports/index/{month}/publish", (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<PublishIndex>(http, request => Located(request, http)))
                .SendAsync<StoredAnswer>(answer => answer)))
            .WithName(nameof(PublishIndex)).WithTags("Reports").WithMetadata(new BodyOf(typeof(PublishIndex)),
                new QueryOf("division", typeof(string), "Whose index; the caller's own by default."))
            .Produces<Done>().ProducesProblems(409);

    private static void Located(PublishIndex request, HttpContext http)
    {
        request.Month = (string)http.GetRouteValue("month")!;
        request.Division = AskedPeriod.DivisionOfMonth(request.Month, http);
    }
}
