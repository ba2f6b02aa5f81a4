using System.Globalization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Reports.Periods;

/// <summary>
/// A period as it can be defended: rates with their intervals, changes with whether they mean anything, bodies in a
/// funnel, time to closure.
/// </summary>
public sealed class AnalysisModel(IMediator mediator, CurrentCaller caller, ReportScopes scopes, TimeProvider clock) : PageModel
{
    public Period Period { get; private set; } = null!;
    public PeriodReport.Answer Report { get; private set; } = null!;
    public PeriodComparison.Answer Comparison { get; private set; } = null!;
    public MonthTrend.Answer Trend { get; private set; } = null!;

    /// <summary>From the reader's own division to the one shown; empty where the rows are no divisions.</summary>
    public IReadOnlyList<(string Name, string? Address)> Path { get; private set; } = [];

    public IReadOnlyList<(ReportRow Row, string? Address)> Branches => [.. Report.Rows.Select(row => (row, DrillDown(row)))];

    public BodyFunnel.Answer Funnel { get; private set; } = null!;
    public TimeToClosure.Answer Cohort { get; private set; } = null!;
    public string Measure { get; private set; } = "";
    public string? Division { get; private set; }
    public string? Body { get; private set; }
    public int? BaseYear { get; private set; }
    public string By { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync(string? period, string? division, string? body, string? measure, int? baseYear, string? by)
    {
        if (!Permissions.Has(caller.Value.Role, Permission.ReadReports)) throw ProblemException.Forbidden();
        var today = ShanghaiTime.DateOf(clock.GetUtcNow());
        Period = AskedPeriod.Period(this, clock, period,
            new Period(PeriodKind.Quarter, new DateOnly(today.Year, today.Month - ((today.Month - 1) % 3), 1)));
        (Division, Body) = (string.IsNullOrEmpty(division) ? null : division, string.IsNullOrEmpty(body) ? null : body);
        Measure = BodyFunnel.Measures.Select(known => known.Name).FirstOrDefault(name => name == measure) ?? "successRate";
        BaseYear = baseYear is >= 1949 and < 9999 ? baseYear : null;
        var dimension = Enum.GetValues<ReportBy>().Cast<ReportBy?>().FirstOrDefault(value => value!.Value.Camel() == by)
            ?? ReportBy.Division;
        By = dimension.Camel();
        var name = Period.ToString();
        Report = await mediator.Send(new PeriodReport(name, Division, Body, dimension), HttpContext.RequestAborted);
        Comparison = await mediator.Send(new PeriodComparison(name, Division, Body, BaseYear), HttpContext.RequestAborted);
        Funnel = await mediator.Send(new BodyFunnel(name, Division, Body, Measure, ReportBy.Body), HttpContext.RequestAborted);
        Trend = await mediator.Send(new MonthTrend(name, Division, Body), HttpContext.RequestAborted);
        if (dimension == ReportBy.Division && Body is null && scopes.SeesDivisions)
            Path = [.. (await scopes.PathAsync(Division, HttpContext.RequestAborted))
                .Select(place => (place.Name, place.Code == Trend.Scope ? null : (string?)Address(division: place.Code)))];
        Cohort = await mediator.Send(new TimeToClosure(name, Division, Body), HttpContext.RequestAborted);
        return Page();
    }

    public string Address(string? period = null, string? division = null) =>
        $"/reports/analysis?period={period ?? Period.ToString()}&measure={Measure}&by={By}"
        + ((division ?? Division) is { } place ? "&division=" + Uri.EscapeDataString(place) : "")
        + (Body is null || division is not null ? "" : "&body=" + Uri.EscapeDataString(Body));

    public FigureLinks Links => new(Period.ToString(), Division is not null ? "division=" + Uri.EscapeDataString(Division)
        : Body is not null ? "body=" + Uri.EscapeDataString(Body) : "", By);

    public string FileAddress => $"/api/v1/reports/periods/{Period}.csv?by={By}" + (Division is null
        ? "" : "&division=" + Uri.EscapeDataString(Division)) + (Body is null ? "" : "&body=" + Uri.EscapeDataString(Body));

    /// <summary>A division's row leads one level down the tree, for those who may go there.</summary>
    public string? DrillDown(ReportRow row) => scopes.SeesDivisions && By == ReportBy.Division.Camel() && row.Key is { } key
        && key != Report.Totals.Key ? Address(division: key) : null;

    /// <summary>The columns of the rows on this page; all of them stand in the file and on the month's page.</summary>
    public static IReadOnlyList<ReportColumn> Columns { get; } =
        [ReportColumns.BroughtForward, ReportColumns.Registered, ReportColumns.Accepted, ReportColumns.Closed, ReportColumns.Pending];

    public static Rate Success(ReportRow row) => Rate.Of(MeasureDefinitions.SuccessRate, row.Count);

    /// <summary>The month, quarter, half-year, year and court year that hold the period's first month.</summary>
    public IEnumerable<Period> Others()
    {
        var first = Period.First;
        var month = new DateOnly(first.Year, first.Month, 1);
        yield return new Period(PeriodKind.Month, month);
        yield return new Period(PeriodKind.Quarter, month.AddMonths(-((month.Month - 1) % 3)));
        yield return new Period(PeriodKind.HalfYear, month.AddMonths(-((month.Month - 1) % 6)));
        yield return new Period(PeriodKind.Year, new DateOnly(month.Year, 1, 1));
        yield return new Period(PeriodKind.CourtYear, new DateOnly(month.Month == 12 ? month.Year : month.Year - 1, 12, 1));
    }

    public static string Days(int? days) => days?.ToString(CultureInfo.InvariantCulture) ?? "—";

    public static string? Sign(bool? significant) => significant switch { true => "Significant", false => "Chance", _ => "Unknown" };
}
