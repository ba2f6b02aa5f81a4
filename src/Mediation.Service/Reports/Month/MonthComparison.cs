using System.Text.Json.Serialization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;

namespace Mediation.Service.Reports.Month;

/// <summary>A month beside the month before (环比), the same month last year (同比) and the same month of a base year.</summary>
/// <param name="BaseYear">None by default.</param>
[Requires(Permission.ReadReports)]
public sealed record MonthComparison(string Month, string? Division, string? Body, int? BaseYear)
    : IRequest<MonthComparison.Answer>, IEndpoint
{
    /// <param name="Rows">One for each figure of the monthly report, in its order.</param>
    public sealed record Answer(string Month, string Scope, string Name, IReadOnlyList<Row> Rows);

    /// <param name="Figure">Named as in the report's rows.</param>
    /// <param name="Now">Null where there is no value, or where it was not counted then.</param>
    /// <param name="MonthChange">Unrounded fraction; null where the earlier figure is unknown or zero.</param>
    public sealed record Row(
        string Figure, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] decimal? Now, decimal? MonthBefore,
        double? MonthChange, decimal? YearBefore, double? YearChange, decimal? BaseYear, double? BaseChange);

    public sealed class Handler(ReportScopes scopes, KnownFigures known, TimeProvider clock) : IRequestHandler<MonthComparison, Answer>
    {
        public async Task<Answer> Handle(MonthComparison request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var month = AskedPeriod.MonthOf(AskedPeriod.BegunMonth(request.Month, clock));
            var now = await known.ReadAsync(scope, month, cancellationToken);
            var before = await known.ReadEarlierAsync(scope, month.Before, cancellationToken);
            var lastYear = await known.ReadEarlierAsync(scope, month.In(month.Year - 1), cancellationToken);
            var baseYear = request.BaseYear is { } year ? await known.ReadEarlierAsync(scope, month.In(year), cancellationToken) : null;
            return new Answer(request.Month, scope.Code, scope.Name, [.. ReportColumns.All.Select(column =>
            {
                var figure = now[column];
                return new Row(column.Name, figure, before[column], Change(before), lastYear[column], Change(lastYear),
                    baseYear?[column], Change(baseYear));

                double? Change(Known? earlier) => figure is { } value ? new Change(value, earlier?[column]).Fraction : null;
            })]);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/reports/monthly/{month}/comparison", async (string month, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var baseYear = AskedPeriod.BaseYear(query);
            var (division, body) = AskedPeriod.OfMonth(month, http, query);
            return Results.Json(await mediator.Send(new MonthComparison(month, division, body, baseYear), http.RequestAborted),
                ApiJson.Output);
        }).WithName(nameof(MonthComparison)).WithTags("Reports").Produces<Answer>();
}
