using System.Text.Json.Serialization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;

namespace Mediation.Service.Reports.Periods;

/// <summary>
/// A period beside the one before it (环比), the same of last year (同比) and the same of a base year, each with whether
/// the difference is more than chance would make.
/// </summary>
/// <param name="BaseYear">None by default.</param>
[Requires(Permission.ReadReports)]
public sealed record PeriodComparison(string Period, string? Division, string? Body, int? BaseYear)
    : IRequest<PeriodComparison.Answer>, IEndpoint
{
    /// <param name="Figures">One for each figure of the report's rows, in their order.</param>
    /// <param name="Measures">One for each rate.</param>
    public sealed record Answer(
        string Period, string Before, string LastYear, string? Base, IReadOnlyList<Figure> Figures, IReadOnlyList<Measured> Measures);

    /// <param name="Now">Null where there is no value, or where it was not counted then.</param>
    public sealed record Figure(
        string Name, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Now, FigureBeside Before,
        FigureBeside LastYear, FigureBeside? Base);

    /// <param name="Change">Unrounded fraction; null where the earlier figure is unknown or zero.</param>
    /// <param name="Significant">
    /// Whether chance alone is an unlikely cause (5 %); null where that cannot be said, as of sums of yuan.
    /// </param>
    public sealed record FigureBeside(decimal? Value, double? Change, bool? Significant);

    public sealed record Measured(string Name, string Title, RateShown Now, RateBeside Before, RateBeside LastYear, RateBeside? Base);

    /// <param name="Interval">95 % of now minus then; where it holds 0 the difference is not significant.</param>
    public sealed record RateBeside(long Numerator, long Denominator, double? Value, IReadOnlyList<double>? Interval, bool? Significant);

    public sealed class Handler(ReportScopes scopes, KnownFigures known, TimeProvider clock) : IRequestHandler<PeriodComparison, Answer>
    {
        public async Task<Answer> Handle(PeriodComparison request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var period = AskedPeriod.Begun(request.Period, clock);
            var (before, lastYear) = (period.Before, period.In(period.Year - 1));
            var baseYear = request.BaseYear is { } year ? period.In(year) : null;
            var now = await known.ReadAsync(scope, period, cancellationToken);
            var then = await known.ReadEarlierAsync(scope, before, cancellationToken);
            var same = await known.ReadEarlierAsync(scope, lastYear, cancellationToken);
            var basis = baseYear is null ? null : await known.ReadEarlierAsync(scope, baseYear, cancellationToken);
            return new Answer(request.Period, before.ToString(), lastYear.ToString(), baseYear?.ToString(),
                [.. ReportColumns.All.Select(column => new Figure(column.Name, now[column], Against(column, now, then),
                    Against(column, now, same), basis is null ? null : Against(column, now, basis)))],
                [.. MeasureDefinitions.All.Select(measure => new Measured(measure.Name, measure.Title.In(), RateShown.Of(now.Rate(measure)),
                    Rated(measure, now, then), Rated(measure, now, same), basis is null ? null : Rated(measure, now, basis)))]);
        }

        private static FigureBeside Against(ReportColumn column, Known now, Known earlier)
        {
            var (figure, then) = (now[column] ?? 0, earlier[column]);
            return new FigureBeside(then, now[column] is null ? null : new Change(figure, then).Fraction,
                column.OneByOne && now[column] is not null && then is { } value
                    ? Difference.IsSignificant((long)figure, (long)value) : null);
        }

        private static RateBeside Rated(MeasureDefinition measure, Known now, Known earlier)
        {
            var (mine, other) = (now.Rate(measure), earlier.Rate(measure));
            return new RateBeside(other.Numerator, other.Denominator, other.Value, Difference.Interval(mine, other) is { } interval
                ? [interval.Low, interval.High] : null, Difference.IsSignificant(mine, other));
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/reports/periods/{period}/comparison", async (string period, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var baseYear = AskedPeriod.BaseYear(query);
            var (division, body) = AskedPeriod.OfPeriod(period, http, query);
            return Results.Json(await mediator.Send(new PeriodComparison(period, division, body, baseYear), http.RequestAborted),
                ApiJson.Output);
        }).WithName(nameof(PeriodComparison)).WithTags("Reports").Produces<Answer>();
}
