using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Index;
using Mediation.Service.Reports.Mediators;
using Mediation.Service.Reports.Periods;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Reports.Month;

/// <summary>The month as a table whose every row reconciles, with the rates and what each divides by what.</summary>
public sealed class MonthlyModel(
    IMediator mediator, CurrentCaller caller, ReportScopes scopes, TimeProvider clock, IStringLocalizer<Texts> texts) : PageModel
{
    public MonthlyReport.Answer Report { get; private set; } = null!;
    public string Month { get; private set; } = "";
    public string? By { get; private set; }
    public string? Division { get; private set; }
    public string? Body { get; private set; }
    /// <summary>The rows by mediator or by risk, which are counted from the journal; null for those that are kept.</summary>
    public JournalReport.Answer? ByJournal { get; private set; }

    /// <summary>Without the totals.</summary>
    public IReadOnlyList<ReportRow> Rows => ByJournal?.Rows ?? (By is null ? [] : Report.Rows);

    public MonthHistory.Answer History { get; private set; } = null!;

    /// <summary>What the month would be by today's knowledge; null while it is not published.</summary>
    public Restatement.Answer? Restated { get; private set; }

    public MonthComparison.Answer Comparison { get; private set; } = null!;

    public IReadOnlyList<MonthStep> Steps => [.. MonthReturn.Possible(Report.State).Where(step =>
        Permissions.Has(caller.Value.Role, step == MonthStep.Submit ? Permission.SubmitMonth : Permission.SignMonth))];

    /// <summary>Names of the rows whose begin, in, out and end do not add up; there are none unless the figures are damaged.</summary>
    public IReadOnlyList<string> Broken => [.. Rows.Append(Report.Totals).Where(row => !row.Reconciles).Select(row => row.Name)];

    public string ScopeQuery => Query(Division, Body, null) is { Length: > 0 } query ? "?" + query : "";

    private string ActQuery => $"?month={Month}" + (Query(Division, Body, By) is { Length: > 0 } query ? "&" + query : "");

    public string AnalysisAddress =>
        $"/reports/analysis?period={Month}" + (Query(Division, Body, null) is { Length: > 0 } query ? "&" + query : "");

    /// <summary>An index speaks of a place; a body has none.</summary>
    public string? IndexAddress =>
        scopes.SeesDivisions && Body is null ? SafetyIndexModel.Address("/reports/safety-index", Month, Division) : null;

    public string AreasAddress =>
        $"/reports/areas?period={Month}" + (Division is null ? "" : "&division=" + Uri.EscapeDataString(Division));

    public string ReturnsAddress =>
        $"/reports/returns?month={Month}" + (Query(Division, Body, null) is { Length: > 0 } query ? "&" + query : "");

    public string PackAddress => $"/reports/pack?month={Month}" + (Query(Division, Body, null) is { Length: > 0 } query ? "&" + query : "");

    public string CheckAddress =>
        $"/reports/reconciliation?month={Month}" + (Query(Division, Body, null) is { Length: > 0 } query ? "&" + query : "");

    /// <summary>Null where the caller may not see what mediators are paid.</summary>
    public string? SheetsAddress => !MediatorMonth.IsFor(caller.Value.Role) ? null
        : $"/reports/mediators?month={Month}" + (Query(Division, Body, null) is { Length: > 0 } query ? "&" + query : "");

    public string FileAddress(string kind) => (ByJournal is null
        ? $"/api/v1/reports/monthly/{Month}.{kind}?" : $"/api/v1/reports/periods/{Month}/journal.{kind}?") + Query(Division, Body, By);

    public FieldView ByField => new("by", Control.Select, texts["Report.By"])
    {
        Empty = texts["Report.Whole"],
        Options =
        [
            .. texts.Options<ReportBy>(),
            .. texts.Options<JournalBy>()
                .Where(option => option.Value != JournalBy.Mediator.Camel() || JournalReport.IsForMediators(caller.Value.Role)),
        ],
        Values = By is null ? [] : [By],
    };

    public async Task<IActionResult> OnGetAsync(string? month, string? by, string? division, string? body)
    {
        await LoadAsync(month, by, division, body);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(MonthStep step, string? reason, string? month, string? by, string? division, string? body)
    {
        if (!Permissions.Has(caller.Value.Role, step == MonthStep.Submit ? Permission.SubmitMonth : Permission.SignMonth))
            throw ProblemException.Forbidden();
        MonthAct act = step switch
        {
            MonthStep.Submit => new SubmitMonth(),
            MonthStep.Return => new ReturnMonth { Reason = reason },
            MonthStep.Sign => new SignMonth(),
            _ => new PublishMonth(),
        };
        await LoadAsync(month, by, division, body);
        if (!ModelState.IsValid) return Page();
        (act.Month, act.Division, act.Body) = (Month, Division, Body);
        try
        {
            await mediator.Send(act, HttpContext.RequestAborted);
            return Redirect("/reports/monthly" + ActQuery);
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409)
        {
            ModelState.Show(problem, ("reason", "reason"));
            Response.StatusCode = problem.Status;
            return Page();
        }
    }

    private async Task LoadAsync(string? month, string? by, string? division, string? body)
    {
        if (!Permissions.Has(caller.Value.Role, Permission.ReadReports)) throw ProblemException.Forbidden();
        Month = AskedPeriod.Month(this, clock, month, AskedPeriod.ThisMonth(clock));
        ReportBy? kept = Enum.GetValues<ReportBy>().Cast<ReportBy?>().FirstOrDefault(value => value!.Value.Camel() == by);
        By = ByField.Options.FirstOrDefault(option => option.Value == by)?.Value;
        Division = string.IsNullOrEmpty(division) ? null : division;
        Body = string.IsNullOrEmpty(body) ? null : body;
        Report = await mediator.Send(new MonthlyReport(Month, Division, Body, kept), HttpContext.RequestAborted);
        if (By is not null && kept is null) await CountAsync(Enum.Parse<JournalBy>(By, ignoreCase: true));
        History = await mediator.Send(new MonthHistory(Month, Division, Body), HttpContext.RequestAborted);
        Comparison = await mediator.Send(new MonthComparison(Month, Division, Body, BaseYear: null), HttpContext.RequestAborted);
        if (Report.State == MonthState.Published)
            Restated = await mediator.Send(new Restatement(new PublishedMonth(Month, Division, Body)), HttpContext.RequestAborted);
    }

    private async Task CountAsync(JournalBy by)
    {
        try
        {
            ByJournal = await mediator.Send(new JournalReport(Month, Division, Body, by), HttpContext.RequestAborted);
        }
        catch (ProblemException wide) when (wide.Status == 400)
        {
            ModelState.Show(wide, ("division", "by"), ("body", "by"));
            Response.StatusCode = wide.Status;
        }
    }

    /// <summary>Rows counted by mediator or by risk have no entries to list.</summary>
    public FigureLinks Links => new(Month, Query(Division, Body, null), ByJournal is null ? By : null);

    /// <summary>A division's row leads to its own month, one level down the tree.</summary>
    public string? DrillDown(ReportRow row) =>
        scopes.SeesDivisions && By == ReportBy.Division.Camel() && row.Key is { } key && key != Report.Totals.Key
            ? $"/reports/monthly?month={Month}&" + Query(key, null, By) : null;

    private static string Query(string? division, string? body, string? by) => string.Join('&', new[]
    {
        division is null ? null : "division=" + Uri.EscapeDataString(division),
        body is null ? null : "body=" + Uri.EscapeDataString(body),
        by is null ? null : "by=" + by,
    }.OfType<string>());
}
