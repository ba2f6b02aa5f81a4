using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Periods;

/// <summary>
/// The bodies (or divisions, courts, ...) of a scope by one rate, each within the limits that its size allows. No league
/// table: they stand by their codes, and who has fewer cases than the minimum is not judged.
/// </summary>
/// <param name="Measure">successRate by default; a rate over cases, not over surveys.</param>
/// <param name="By">body by default.</param>
[Requires(Permission.ReadReports)]
public sealed record BodyFunnel(string Period, string? Division, string? Body, string? Measure, ReportBy? By)
    : IRequest<BodyFunnel.Answer>, IEndpoint
{
    /// <param name="Target">The rate of all together; null without cases.</param>
    /// <param name="Minimum">Of the denominator: the setting reports.minimum, 10 unless set.</param>
    public sealed record Answer(
        string Period, string Measure, string Title, string Definition, double? Target, int Minimum, IReadOnlyList<Point> Points);

    /// <param name="Interval">95 % of the body's own rate.</param>
    /// <param name="Limits95">Where a body of this size lies by chance in 95 of 100 cases.</param>
    /// <param name="Limits998">In 998 of 1000.</param>
    public sealed record Point(string Key, string Name, long Numerator, long Denominator, double? Value, IReadOnlyList<double>? Interval,
        IReadOnlyList<double>? Limits95, IReadOnlyList<double>? Limits998, FunnelPlace Place);

    public sealed class Handler(ReportScopes scopes, ReportFigures figures, NpgsqlDataSource db, TimeProvider clock)
        : IRequestHandler<BodyFunnel, Answer>
    {
        public async Task<Answer> Handle(BodyFunnel request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var period = AskedPeriod.Begun(request.Period, clock);
            var measure = MeasureDefinitions.All.First(measure => measure.Name == (request.Measure ?? "successRate"));
            var read = await figures.ReadAsync(scope, period, request.By ?? ReportBy.Body, cancellationToken);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var minimum = await connection.ExecuteScalarAsync<int?>(new CommandDefinition(
                "select value::int from setting where name = 'reports.minimum'", cancellationToken: cancellationToken)) ?? Funnel.Minimum;
            // What no body has yet is nobody's figure, and a flow measure may count more above than below.
            var rates = read.Rows.Where(line => line.Key is not null).Select(line => (Line: line, Rate: Rate.Of(measure, line.Count)))
                .Where(point => point.Rate.Denominator > 0).ToList();
            var whole = rates.Where(point => point.Rate.Interval is not null).ToList();
            var target = Rate.Of(whole.Sum(point => point.Rate.Numerator), whole.Sum(point => point.Rate.Denominator)).Value;
            return new Answer(request.Period, measure.Name, measure.Title.In(),
                new Message($"{measure.Text.Zh}。{measure.Basis.Zh}", $"{measure.Text.En}. {measure.Basis.En}").In(), target, minimum,
                [.. rates.Select(point => Place(point.Line, point.Rate, target, minimum))]);
        }

        private static Point Place(ReportRow line, Rate rate, double? target, int minimum)
        {
            var judged = target is not null && rate.Interval is not null && rate.Denominator >= minimum;
            var (near, far) =
                judged ? (Funnel.Limits95(target!.Value, rate.Denominator), Funnel.Limits998(target.Value, rate.Denominator)) : default;
            return new Point(line.Key!, line.Name, rate.Numerator, rate.Denominator, rate.Value, rate.Interval is { } own
                ? [own.Low, own.High] : null, judged ? [near.Low, near.High] : null, judged ? [far.Low, far.High] : null,
                judged ? Funnel.Place(target!.Value, rate.Numerator, rate.Denominator, minimum) : FunnelPlace.Few);
        }
    }

    /// <summary>Rates over cases of a body; what surveys found belongs to no body.</summary>
    public static IEnumerable<MeasureDefinition> Measures =>
        MeasureDefinitions.All.Where(measure => !measure.Denominator.Contains(MeasureDefinitions.Found));

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/reports/periods/{period}/funnel", async (string period, HttpContext http, IMediator mediator) =>
        {
            var query = new QueryParameters(http.Request);
            var measure = query.OneOf("measure",
                ["successRate", .. Measures.Select(measure => measure.Name).Where(name => name != "successRate")]);
            var by = query.Enum<ReportBy>("by");
            var (division, body) = AskedPeriod.OfPeriod(period, http, query);
            return Results.Json(await mediator.Send(new BodyFunnel(period, division, body, measure, by), http.RequestAborted),
                ApiJson.Output);
        }).WithName(nameof(BodyFunnel)).WithTags("Reports").Produces<Answer>();
}
