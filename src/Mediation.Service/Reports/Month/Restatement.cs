using System.Text.Json;
using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Month;

/// <summary>
/// What a published month would be by today's knowledge (更正说明): each figure that differs, and the late entries behind it.
/// </summary>
[Requires(Permission.ReadReports)]
public sealed record Restatement(PublishedMonth Month) : IRequest<Restatement.Answer>, IEndpoint
{
    private const int MostCases = 200;

    /// <param name="Cases">Entries made after publication about a day of the month or before; at most 200, the newest first.</param>
    public sealed record Answer(
        string Month, string Scope, string Digest, IReadOnlyList<Difference> Differences, IReadOnlyList<LateEntry> Cases);

    /// <param name="By">The view; <c>none</c> for the whole.</param>
    /// <param name="Figure">Name as in the report's rows.</param>
    public sealed record Difference(string By, string? Key, string Name, string Figure, decimal? Published, decimal? Now);

    /// <param name="Reason">Why it was entered late or corrected; not told to courts.</param>
    public sealed record LateEntry(Guid Id, string CaseNo, string Kind, DateOnly On, DateTimeOffset At, string? Reason);

    public sealed class Handler(PublishedMonth.Publications publications, ReportFigures figures, NpgsqlDataSource db, CurrentCaller caller)
        : IRequestHandler<Restatement, Answer>
    {
        public async Task<Answer> Handle(Restatement request, CancellationToken cancellationToken)
        {
            var frozen = await publications.FindAsync(request.Month, cancellationToken);
            var month = AskedPeriod.FirstDay(request.Month.Month);
            var views = frozen.Views;
            var differences = new List<Difference>();
            foreach (var (by, now) in await figures.ReadAllAsync(frozen.Scope, month, cancellationToken))
            {
                // What was not counted when the month was published has nothing to be compared with.
                if (views.TryGetProperty(by?.Camel() ?? "none", out var view))
                    differences.AddRange(Compare(by?.Camel() ?? "none", view, MonthlyReport.Compose(frozen.Scope, month, by, now).Rows));
            }

            return new Answer(request.Month.Month, frozen.Scope.Code, frozen.Digest, differences,
                await LateAsync(frozen, month, cancellationToken));
        }

        internal static IEnumerable<Difference> Compare(string by, JsonElement published, IReadOnlyList<ReportRow> rows)
        {
            // Neither what was not counted then nor what is counted no more is a difference.
            var columns = published.GetProperty("totals").EnumerateObject().Select(member => member.Name)
                .Where(name => ReportColumns.Find(name) is not null).ToList();
            var then = published.GetProperty("rows").EnumerateArray().ToList();
            var now = rows.Select(row => JsonSerializer.SerializeToElement(row, ApiJson.Output)).ToList();
            foreach (var key in then.Concat(now).Select(KeyOf).Distinct())
            {
                var (was, isNow) = (then.Find(row => KeyOf(row) == key), now.Find(row => KeyOf(row) == key));
                var name = (isNow.ValueKind == JsonValueKind.Object ? isNow : was).GetProperty("name").GetString()!;
                foreach (var figure in columns.Where(figure => Number(was, figure) != Number(isNow, figure)))
                    yield return new Difference(by, key, name, figure, Number(was, figure), Number(isNow, figure));
            }
        }

        private static string? KeyOf(JsonElement row) => row.GetProperty("key").GetString();

        private static decimal? Number(JsonElement row, string figure) =>
            row.ValueKind == JsonValueKind.Object && row.TryGetProperty(figure, out var value) && value.ValueKind == JsonValueKind.Number
                ? value.GetDecimal() : null;

        private async Task<IReadOnlyList<LateEntry>> LateAsync(
            PublishedMonth.Frozen frozen, DateOnly month, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = await connection.QueryAsync<(Guid Id, string CaseNo, string Kind, DateTime On, DateTime At, string? Reason)>(
                new CommandDefinition($"""
                    select c.id, c.case_no, e.kind, e.happened_on::timestamp, e.at, case when @told then t.body end
                    from cases c
                    join case_event e on e.case_id = c.id
                    left join case_text t on t.id = (coalesce(e.body -> 'lateReason', e.body -> 'reason') ->> 'id')::uuid
                    where c.updated_at > @since and {frozen.Scope.Sql("c.")} and e.at > @since and e.happened_on < @next
                    order by e.at desc, c.id limit {MostCases}
                    """,
                    new
                    {
                        frozen.Scope.Code,
                        frozen.Scope.High,
                        since = frozen.PublishedAt,
                        next = month.AddMonths(1),
                        told = caller.Value.Role != Role.Court
                    }, cancellationToken: cancellationToken));
            return [.. rows.Select(
                row => new LateEntry(row.Id, row.CaseNo, row.Kind, DateOnly.FromDateTime(row.On), new DateTimeOffset(row.At), row.Reason))];
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/reports/monthly/{month}/restatement", async (string month, HttpContext http, IMediator mediator) =>
            Results.Json(await mediator.Send(new Restatement(PublishedMonth.Read(month, http, new QueryParameters(http.Request))),
                http.RequestAborted), ApiJson.Output))
            .WithName(nameof(Restatement)).WithTags("Reports").WithMetadata(AskedPeriod.Parameters).Produces<Answer>();
}
