using System.Text.Json;
using System.Text.Json.Serialization;
using FluentValidation;
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
/// Enters values of the safety index. Nothing is overwritten: the latest holds. After the publication it needs a reason
/// and shows as a restatement.
/// </summary>
[Requires(Permission.EnterIndex)]
public sealed record EnterIndexItems : IRequest<StoredAnswer>, IEndpoint
{
    [JsonIgnore]
    public string Month { get; set; } = "";

    [JsonIgnore]
    public string? Division { get; set; }

    public IReadOnlyList<Entry>? Items { get; init; }

    /// <summary>Needed once the month is published.</summary>
    public string? Reason { get; init; }

    public static EnterIndexItems Example => new() { Items = [new Entry("senseOfSafety", 98.76m)] };

    /// <param name="Code">Of the indicator, as the index gives it.</param>
    /// <param name="Value">In the indicator's unit, at most two decimals.</param>
    public sealed record Entry(string Code, decimal Value);

    public sealed record Entered(string Month, string Scope, int Items);

    public sealed class Validator : AbstractValidator<EnterIndexItems>
    {
        public Validator()
        {
            RuleFor(request => request.Items).NotEmpty()
                .Must(items => items is null || (items.Count <= SafetyIndex.Indicators && items.All(item => item is { Code: not null })
                    && items.Select(item => item.Code).Distinct(StringComparer.Ordinal).Count() == items.Count))
                .Saying("每项指标最多填写一次。", "Give each indicator once at most.");
            RuleFor(request => request.Items).Must(items => items is null
                || items.All(item => item is { Value: >= -1_000_000 and <= 1_000_000 } && decimal.Round(item.Value, 2) == item.Value))
                .Saying("数值应在正负一百万之间，最多两位小数。", "Give values between minus and plus one million with at most two decimals.");
            RuleFor(request => request.Reason).MaximumLength(500);
        }
    }

    public sealed class Handler(
        ReportScopes scopes, IndexScores scores, NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock, Idempotency idempotency)
        : IRequestHandler<EnterIndexItems, StoredAnswer>
    {
        public async Task<StoredAnswer> Handle(EnterIndexItems request, CancellationToken cancellationToken)
        {
            var month = AskedPeriod.BegunMonth(request.Month, clock);
            var scope = await scopes.FindDivisionAsync(request.Division, cancellationToken);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await PublishIndex.LockAsync(connection, scope, month, cancellationToken);
            var index = await scores.ReadAsync(connection, scope, month, cancellationToken);
            var known = index.Groups.SelectMany(group => group.Indicators).Select(indicator => indicator.Code)
                .ToHashSet(StringComparer.Ordinal);
            if (!request.Items!.All(item => known.Contains(item.Code)))
                throw ProblemException.Invalid("items",
                    new("没有这项指标，请使用平安指数中的代码。", "There is no such indicator: use the codes of the index."));
            var answer = new StoredAnswer(200, null, null,
                JsonSerializer.SerializeToUtf8Bytes(new Entered(request.Month, scope.Code, request.Items!.Count), ApiJson.Output));
            await using var batch = new NpgsqlBatch(connection, transaction);
            CaseBatch.Put(batch, """
                insert into index_value (scope, month, item, n, value, reason, entered_by, entered_at)
                select $1, $2, e.item, coalesce((select max(v.n) from index_value v where v.scope = $1 and v.month = $2
                    and v.item = e.item), 0) + 1, e.value, nullif(trim($5), ''), $6, $7
                from unnest($3, $4) e (item, value)
                """, scope.Code, month, request.Items.Select(item => item.Code).ToArray(),
                request.Items.Select(item => item.Value).ToArray(), request.Reason ?? "", caller.Value.User, clock.GetUtcNow().UtcDateTime);
            try
            {
                return await idempotency.WriteAsync(db, batch, answer, transaction, cancellationToken);
            }
            catch (PostgresException published) when (published.ConstraintName == "index_value_reason")
            {
                throw ProblemException.Of(SafetyIndex.ReasonNeeded);
            }
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPut("/api/v1/reports/index/{month}/items", (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<EnterIndexItems>(http, request => Located(request, http)))
                .SendAsync<StoredAnswer>(answer => answer)))
            .WithName(nameof(EnterIndexItems)).WithTags("Reports").WithMetadata(new BodyOf(typeof(EnterIndexItems)),
                new QueryOf("division", typeof(string), "Whose index; the caller's own by default."))
            .Produces<Entered>().ProducesProblems(409);

    private static void Located(EnterIndexItems request, HttpContext http)
    {
        request.Month = (string)http.GetRouteValue("month")!;
        request.Division = AskedPeriod.DivisionOfMonth(request.Month, http);
    }
}
