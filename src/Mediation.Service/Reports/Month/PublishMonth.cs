using System.Globalization;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Month;

/// <summary>What another capability freezes beside a published month, in the same transaction.</summary>
public interface IFrozenWithMonth
{
    /// <param name="monthDigest">Of the month's document, for a digest that is chained to it.</param>
    Task FreezeAsync(ReportScope scope, DateOnly month, string monthDigest, NpgsqlBatch batch, CancellationToken cancellationToken);
}

/// <summary>
/// Freezes the signed month: every view of it, the definitions and the deadline policies behind it, in one document
/// whose digest is chained to the month published before.
/// </summary>
[Requires(Permission.SignMonth)]
public sealed record PublishMonth : MonthAct, IEndpoint
{
    public static PublishMonth Example => new();

    /// <param name="Views">By dimension, <c>none</c> for the whole: the report as it was, in Chinese.</param>
    /// <param name="Policies">Deadline policies in force on the month's last day, each with its legal basis.</param>
    public sealed record Document(
        string Month, string Scope, string Name, DateTimeOffset PublishedAt, string PublishedBy,
        IReadOnlyDictionary<string, MonthlyReport.Answer> Views, IReadOnlyList<Definition> Definitions, IReadOnlyList<Policy> Policies);

    public sealed record Definition(string Name, string Zh, string En, IReadOnlyList<string> Numerator, IReadOnlyList<string> Denominator);

    public sealed record Policy(string Id, int Days, string Basis);

    public sealed class Handler(MonthActs acts, ReportFigures figures, IEnumerable<IFrozenWithMonth> others, CurrentCaller caller,
        DeadlinePolicySource policies, TimeProvider clock) : IRequestHandler<PublishMonth, StoredAnswer>
    {
        public Task<StoredAnswer> Handle(PublishMonth request, CancellationToken cancellationToken) =>
            acts.TakeAsync(request, MonthStep.Publish, reason: null,
                (scope, batch) => FreezeAsync(AskedPeriod.FirstDay(request.Month), scope, batch, cancellationToken), cancellationToken);

        private async Task<string> FreezeAsync(DateOnly month, ReportScope scope, NpgsqlBatch batch, CancellationToken cancellationToken)
        {
            var latest = await batch.Connection!.QueryFirstOrDefaultAsync<(DateTime Month, string Digest)?>(new CommandDefinition(
                "select month::timestamp, digest from report_publication where scope = @Code order by month desc limit 1",
                new { scope.Code }, cancellationToken: cancellationToken));
            if (latest is { } published && DateOnly.FromDateTime(published.Month) > month)
                throw ProblemException.Of(MonthReturn.OutOfOrder);
            var document = JsonSerializer.Serialize(await DocumentAsync(month, scope, cancellationToken), ApiJson.Output);
            var previous = latest?.Digest ?? "";
            var digest = FrozenText.Digest(previous, document);
            batch.BatchCommands.Add(new("""
                insert into report_publication (scope, month, document, previous_digest, digest, published_at, published_by)
                values ($1, $2, $3, $4, $5, $6, $7)
                """)
            {
                Parameters =
                {
                    new() { Value = scope.Code }, new() { Value = month }, new() { Value = document }, new() { Value = previous },
                    new() { Value = digest }, new() { Value = clock.GetUtcNow().UtcDateTime }, new() { Value = caller.Value.User },
                },
            });
            foreach (var other in others) await other.FreezeAsync(scope, month, digest, batch, cancellationToken);
            return digest;
        }

        private async Task<Document> DocumentAsync(DateOnly month, ReportScope scope, CancellationToken cancellationToken)
        {
            // The return is a Chinese paper whoever presses the button; the names of its rows are frozen with it.
            var views = await figures.ReadAllAsync(scope, month, cancellationToken, Language.Chinese);
            var lastDay = month.AddMonths(1).AddDays(-1);
            return new Document(
                month.ToString("yyyy-MM", CultureInfo.InvariantCulture), scope.Code, scope.Name, clock.GetUtcNow(), caller.Value.User,
                views.ToDictionary(view => view.By?.Camel() ?? "none", view => MonthlyReport.Compose(scope, month, view.By, view.Figures)),
                [
                    .. MeasureDefinitions.All.Select(measure =>
                        new Definition(measure.Name, measure.Whole.Zh, measure.Whole.En, measure.Numerator, measure.Denominator)),
                ],
                [
                    .. (await policies.GetAsync(cancellationToken)).Where(policy => policy.IsInForce(lastDay))
                        .Select(policy => new Policy(policy.Id, policy.Days, policy.Basis.Zh)),
                ]);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => MonthActs.Map<PublishMonth>(app, "publish");
}
