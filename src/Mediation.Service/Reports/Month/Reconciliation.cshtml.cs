using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Mediation.Service.Reports.Figures;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Reports.Month;

/// <summary>The month's figures beside what the journal tells, with the cases of every difference.</summary>
public sealed class ReconciliationModel(IMediator mediator, TimeProvider clock) : PageModel
{
    public ReconcileMonth.Answer Answer { get; private set; } = null!;
    public string Month { get; private set; } = "";
    public string MonthAddress { get; private set; } = "";

    public async Task OnGetAsync(string? month, string? division, string? body)
    {
        Month = AskedPeriod.Month(this, clock, month, AskedPeriod.ThisMonth(clock));
        (division, body) = (string.IsNullOrEmpty(division) ? null : division, string.IsNullOrEmpty(body) ? null : body);
        Answer = await mediator.Send(new ReconcileMonth(Month, division, body), HttpContext.RequestAborted);
        MonthAddress = $"/reports/monthly?month={Month}" + (division is null ? "" : "&division=" + Uri.EscapeDataString(division))
            + (body is null ? "" : "&body=" + Uri.EscapeDataString(body));
    }

    public static string Heading(string figure) => ReportColumns.HeadingOf(figure).In();
}
