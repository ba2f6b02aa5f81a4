using System.Data;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Tallies;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Month;

/// <summary>
/// Proves a month: the identity of every row, the same sums by every view, and each figure counted again from the
/// journal. What differs names its cases.
/// </summary>
[Requires(Permission.ReadReports)]
public sealed record ReconcileMonth(string Month, string? Division, string? Body) : IRequest<ReconcileMonth.Answer>, IEndpoint
{
    /// <summary>A difference names so many cases at most.</summary>
    public const int MostCases = 20;

    /// <param name="Figures">How many figures were counted again.</param>
    /// <param name="Cases">How many cases the journal was asked about.</param>
    /// <param name="Views">The whole first; each must show the same sums.</param>
    public sealed record Answer(string Month, string Scope, string Name, int Figures, int Cases, IReadOnlyList<View> Views,
        IReadOnlyList<Difference> Differences);

    /// <param name="By">Null: the whole.</param>
    /// <param name="Holds">Every row of the view keeps the identity.</param>
    public sealed record View(ReportBy? By, int Rows, long Registered, long Accepted, long Settled, long Closed, long Pending, bool Holds);

    /// <param name="Figure">Named as the tallies name it; <c>days</c> are the cases of so many days.</param>
    /// <param name="Stored">As the report has it.</param>
    /// <param name="Counted">As the journal tells it.</param>
    /// <param name="Cases">The cases that tell what is missing; none where the report counts what no case tells.</param>
    public sealed record Difference(
        ReportBy? By, string? Key, string Name, string Figure, decimal Stored, decimal Counted, IReadOnlyList<string> Cases);

    public sealed class Handler(ReportScopes scopes, NpgsqlDataSource db, TimeProvider clock) : IRequestHandler<ReconcileMonth, Answer>
    {
        private readonly Dictionary<(string Dimension, string Key, string Measure, int Days), (decimal Amount,
            List<(string CaseNo, Fact Fact)> From)> counted = [];

        public async Task<Answer> Handle(ReconcileMonth request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var month = AskedPeriod.BegunMonth(request.Month, clock);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var snapshot = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
            var stored = await ReportFigures.ReadAllAsync(connection, scope, month, cancellationToken);
            var cases = await CountAsync(connection, scope, month, cancellationToken);
            var differences = Compare(stored).ToList();
            if (differences.Count > 0) differences = await NarrowAsync(connection, scope, month, differences, cancellationToken);
            return new Answer(request.Month, scope.Code, scope.Name, counted.Count, cases,
                [.. stored.Select(view => ViewOf(view.By, view.Figures))], [.. differences.Select(
                    found => found with { Cases = [.. found.Cases.Distinct().Order(StringComparer.Ordinal).Take(MostCases)] })]);
        }

        private async Task<int> CountAsync(
            NpgsqlConnection connection, ReportScope scope, DateOnly month, CancellationToken cancellationToken)
        {
            var cases = new HashSet<string>(StringComparer.Ordinal);
            await foreach (var (caseNo, fact) in TallyEntries.OfMonthAsync(connection, scope.Code, month, cancellationToken))
            {
                foreach (var (line, measure, amount) in Tally.Expand(fact)
                    .Where(row => row.Line.Scope == scope.Code && row.Measure != Tally.Stock))
                {
                    cases.Add(caseNo);
                    var key = (line.Dimension, line.Key, measure, fact.Days);
                    var (sum, facts) = counted.GetValueOrDefault(key, (0, []));
                    facts.Add((caseNo, fact));
                    counted[key] = (sum + amount, facts);
                }
            }

            return cases.Count;
        }

        private IEnumerable<Difference> Compare(IReadOnlyList<(ReportBy? By, MonthFigures Figures)> stored)
        {
            var seen = new HashSet<(string, string, string, int)>();
            foreach (var (by, read) in stored)
            {
                var lines = by is null ? [read.Totals with { Key = null, Name = "" }] : read.Rows;
                foreach (var line in lines)
                    foreach (var ((measure, days), amount) in line.Tallies.Where(
                        tally => tally.Key.Measure is not (Tally.Stock or Tally.BroughtForward)))
                    {
                        var key = (by?.Camel() ?? "none", line.Key ?? "", measure, days);
                        seen.Add(key);
                        var (should, facts) = counted.GetValueOrDefault(key, (0, []));
                        if (amount != should) yield return new Difference(by, line.Key, line.Name, measure, amount, should,
                            [.. facts.Select(one => one.CaseNo)]);
                    }
            }

            foreach (var (key, (should, facts)) in counted.Where(line => line.Value.Amount != 0 && !seen.Contains(line.Key)))
            {
                ReportBy? by = key.Dimension == "none" ? null : Enum.Parse<ReportBy>(key.Dimension, ignoreCase: true);
                yield return new Difference(by, key.Key.Length == 0 ? null : key.Key, key.Key, key.Measure, 0, should,
                    [.. facts.Select(one => one.CaseNo)]);
            }
        }

        /// <summary>
        /// Of all cases on a line, those whose own entries are not what the journal tells. Where the entries are whole,
        /// the kept figure is spoilt: then all of them.
        /// </summary>
        private async Task<List<Difference>> NarrowAsync(NpgsqlConnection connection, ReportScope scope, DateOnly month,
            List<Difference> differences, CancellationToken cancellationToken)
        {
            var entries = new Dictionary<Fact, decimal>();
            var facts = counted.Values.SelectMany(line => line.From).Distinct().ToList();
            foreach (var (_, fact) in facts) entries[Bare(fact)] = entries.GetValueOrDefault(Bare(fact)) + fact.Amount;
            var here = scope.Kind == ScopeKind.Court ? scope.Sql() : $"({scope.Sql()} or {scope.Sql("from_")})";
            foreach (var table in new[] { "tally_entry", "tally_delta" })
                await foreach (var (_, fact) in TallyEntries.ReadAsync(connection, table, $"where month = @month and {here}",
                    new { scope.Code, scope.High, month }))
                    entries[Bare(fact)] = entries.GetValueOrDefault(Bare(fact)) - fact.Amount;
            var spoilt = facts.Where(one => entries[Bare(one.Fact)] != 0).Select(one => one.CaseNo).ToHashSet(StringComparer.Ordinal);
            cancellationToken.ThrowIfCancellationRequested();
            return [.. differences.Select(
                found => found.Cases.Where(spoilt.Contains).ToList() is { Count: > 0 } own ? found with { Cases = own } : found)];
        }

        private static Fact Bare(Fact fact) => fact with { Amount = 0 };

        private static View ViewOf(ReportBy? by, MonthFigures read)
        {
            var rows = by is null ? [read.Totals] : read.Rows;
            return new View(by, rows.Count, Sum(ReportColumns.Registered), Sum(ReportColumns.Accepted), Sum(ReportColumns.Settled),
                Sum(ReportColumns.Closed), Sum(ReportColumns.Pending), rows.All(row => row.Reconciles));

            long Sum(ReportColumn column) => rows.Sum(row => row.Count(column));
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/reports/monthly/{month}/reconciliation", async (string month, HttpContext http, IMediator mediator) =>
        {
            var (division, body) = AskedPeriod.OfMonth(month, http, new QueryParameters(http.Request));
            return Results.Json(await mediator.Send(new ReconcileMonth(month, division, body), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(ReconcileMonth)).WithTags("Reports").Produces<Answer>();
}
