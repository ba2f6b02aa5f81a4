using System.Globalization;
using Mediation.Domain.Deadlines;
using Mediation.Service.Accounts;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Reports;

/// <summary>The month as a table whose every row reconciles, with the rates and what each divides by what.</summary>
public sealed class MonthlyModel(IMediator mediator, CurrentCaller caller, TimeProvider clock) : PageModel
{
    public MonthlyReport.Answer Report { get; private set; } = null!;
    public string Month { get; private set; } = "";
    public string? By { get; private set; }
    public string? Division { get; private set; }

    /// <summary>Names of the rows whose begin, in, out and end do not add up; there are none unless the figures are damaged.</summary>
    public IReadOnlyList<string> Broken => [.. Report.Rows.Append(Report.Totals).Where(row => !Reconciles(row)).Select(row => row.Name)];

    public string CsvAddress => $"/api/v1/reports/monthly/{Month}.csv?" + Query(Division, By);

    public async Task<IActionResult> OnGetAsync(string? month, string? by, string? division)
    {
        if (!Permissions.Has(caller.Value.Role, Permission.ReadReports)) throw ProblemException.Forbidden();
        Month = month is not null && MonthlyReport.IsMonth(month) ? month : ShanghaiTime.DateOf(clock.GetUtcNow()).ToString("yyyy-MM", CultureInfo.InvariantCulture);
        By = Enum.GetValues<ReportBy>().Select(value => value.Camel()).FirstOrDefault(name => name == by);
        Division = string.IsNullOrEmpty(division) ? null : division;
        Report = await mediator.Send(new MonthlyReport(Month, Division, null, By is null ? null : Enum.Parse<ReportBy>(By, ignoreCase: true)), HttpContext.RequestAborted);
        return Page();
    }

    /// <summary>A division's row leads to its own month, one level down the tree.</summary>
    public string? DrillDown(ReportRow row) =>
        By == ReportBy.Division.Camel() && row.Key is { } key && key != Report.Totals.Key ? $"/reports/monthly?month={Month}&" + Query(key, By) : null;

    public static string Figure(IFormattable? figure) => figure?.ToString("#,0.##", CultureInfo.InvariantCulture) ?? "—";

    public static string Percent(double? fraction) => fraction?.ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal) ?? "—";

    public static string Between(IReadOnlyList<double>? interval) => interval is [var low, var high] ? $"{Percent(low)} – {Percent(high)}" : "—";

    private static bool Reconciles(ReportRow row) =>
        row.BroughtForward + row.Registered + row.TransferredIn + row.Reopened == row.NotAccepted + row.Guided + row.TransferredOut + row.Closed + row.Pending
        && row.Closed == row.Settled + row.Partial + row.Failed + row.Withdrawn + row.Terminated + row.Recalled;

    private static string Query(string? division, string? by) => string.Join('&', new[]
    {
        division is null ? null : "division=" + Uri.EscapeDataString(division),
        by is null ? null : "by=" + by,
    }.OfType<string>());
}
