using System.Globalization;
using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports;

/// <summary>
/// A period beside the one before it (环比), the same of last year (同比) and the same of a base year, each with whether
/// the difference is more than chance would make.
/// </summary>
/// <param name="BaseYear">None unless told.</param>
[Requires(Permission.ReadReports)]
public sealed record PeriodComparison(string Period, string? Division, string? Body, int? BaseYear) : IRequest<PeriodComparison.Answer>, IEndpoint
{
    /// <param name="Figures">One for each figure of the report's rows, in their order.</param>
    /// <param name="Measures">One for each rate.</param>
    public sealed record Answer(string Period, string Before, string LastYear, string? Base, IReadOnlyList<Figure> Figures, IReadOnlyList<Measured> Measures);

    public sealed record Figure(string Name, decimal Now, Beside Before, Beside LastYear, Beside? Base);

    /// <param name="Change">Unrounded fraction; null where the earlier figure is unknown or zero.</param>
    /// <param name="Significant">Whether chance alone is an unlikely cause (5 %); null where that cannot be said, as of sums of yuan.</param>
    public sealed record Beside(decimal? Value, double? Change, bool? Significant);

    public sealed record Measured(string Name, string Title, RateShown Now, RateBeside Before, RateBeside LastYear, RateBeside? Base);

    /// <param name="Interval">95 % of now minus then; where it holds 0 the difference is not significant.</param>
    public sealed record RateBeside(long Numerator, long Denominator, double? Value, IReadOnlyList<double>? Interval, bool? Significant);

    public sealed class Handler(ReportScopes scopes, ReportFigures figures, NpgsqlDataSource db, TimeProvider clock) : IRequestHandler<PeriodComparison, Answer>
    {
        // Things that happen one by one; days, yuan, persons and what is carried over do not.
        private static readonly HashSet<string> Counts =
        [
            "registered", "reopened", "notAccepted", "guided", "accepted", "referred", "settled", "partial", "failed", "withdrawn", "terminated", "recalled",
            "closed", "overdue", "escalated", "major", "oral", "written", "confirmed", "performed", "filedLater",
        ];

        public async Task<Answer> Handle(PeriodComparison request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var period = PeriodReport.Begun(request.Period, clock);
            var (before, lastYear) = (period.Before, period.In(period.Year - 1));
            var baseYear = request.BaseYear is { } year ? period.In(year) : null;
            var now = await KnownAsync(scope, period, cancellationToken);
            var then = await KnownAsync(scope, before, cancellationToken);
            var same = await KnownAsync(scope, lastYear, cancellationToken);
            var basis = baseYear is null ? null : await KnownAsync(scope, baseYear, cancellationToken);
            return new Answer(request.Period, before.ToString(), lastYear.ToString(), baseYear?.ToString(),
                [.. MonthlyReportCsv.FigureNames.Select(name => new Figure(name, now.Figures.GetValueOrDefault(name) ?? 0, Against(name, now, then), Against(name, now, same), basis is null ? null : Against(name, now, basis)))],
                [.. MeasureDefinitions.All.Select(measure => new Measured(measure.Name, measure.Title.In(), RateShown.Of(now.Rate(measure)), Rated(measure, now, then), Rated(measure, now, same), basis is null ? null : Rated(measure, now, basis)))]);
        }

        private static Beside Against(string name, Known now, Known earlier)
        {
            var change = new Change(now.Figures.GetValueOrDefault(name) ?? 0, earlier.Figures.GetValueOrDefault(name));
            return new Beside(change.Earlier, change.Fraction, Counts.Contains(name) && change.Earlier is { } value ? Difference.IsSignificant((long)change.Now, (long)value) : null);
        }

        private static RateBeside Rated(MeasureDefinition measure, Known now, Known earlier)
        {
            var (mine, other) = (now.Rate(measure), earlier.Rate(measure));
            return new RateBeside(other.Numerator, other.Denominator, other.Value, Difference.Interval(mine, other) is { } interval ? [interval.Low, interval.High] : null, Difference.IsSignificant(mine, other));
        }

        /// <summary>What the service counted, or, for a period before its first month, what was loaded of the system before it: only if all its months were.</summary>
        private async Task<Known> KnownAsync(ReportScope scope, Domain.Measures.Period period, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            if (!await ReportFigures.HasOwnAsync(connection, scope.Code, period.LastMonth, cancellationToken))
            {
                var loaded = (await connection.QueryAsync<(string Figure, decimal Value)>(new CommandDefinition("""
                    select figure, sum(value) from report_history where scope = @Code and month between @First and @LastMonth group by figure having count(*) = @Months
                    """, new { scope.Code, period.First, period.LastMonth, period.Months }, cancellationToken: cancellationToken)))
                    .ToDictionary(row => row.Figure, row => (decimal?)row.Value, StringComparer.Ordinal);
                return new Known(loaded, name => (long)(loaded.GetValueOrDefault(name) ?? 0));
            }

            var read = await figures.ReadAsync(scope, period, by: null, cancellationToken);
            var totals = ReportRow.Of(scope.Code, scope.Name, read.Totals);
            return new Known(MonthlyReportCsv.FigureNames.Zip(MonthlyReportCsv.Columns).ToDictionary(pair => pair.First,
                pair => pair.Second.Value(totals) is { } value ? Convert.ToDecimal(value, CultureInfo.InvariantCulture) : (decimal?)null, StringComparer.Ordinal), read.Count);
        }

        private sealed record Known(IReadOnlyDictionary<string, decimal?> Figures, Func<string, long> Count)
        {
            public Rate Rate(MeasureDefinition measure) => Domain.Measures.Rate.Of(measure, Count);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/reports/periods/{period}/comparison", async (string period, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            int? baseYear = null;
            if (query.Text("baseYear", 4) is { } text)
            {
                if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var year) && year is >= 1949 and < 9999) baseYear = year;
                else query.Wrong("baseYear", new("年份应写作 2019。", "Write the year as 2019."));
            }

            var (division, body) = PeriodReport.Read(period, http, query);
            return Results.Json(await mediator.Send(new PeriodComparison(period, division, body, baseYear), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(PeriodComparison)).WithTags("Reports").Produces<Answer>();
}
