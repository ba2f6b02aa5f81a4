using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Reports.Month;

/// <summary>The month's return as the justice line and as the centre line ask for it, to be printed and signed.</summary>
public sealed class ReturnsModel(IMediator mediator, TimeProvider clock) : PageModel
{
    public LineReturn.Answer Answer { get; private set; } = null!;
    public string Month { get; private set; } = "";
    public string? Division { get; private set; }
    public string? Body { get; private set; }

    private string Place =>
        Division is not null ? "division=" + Uri.EscapeDataString(Division) : Body is not null ? "body=" + Uri.EscapeDataString(Body) : "";

    public string LineAddress(ReturnLine line) =>
        $"/reports/returns?month={Month}&line={line.Camel()}" + (Place.Length > 0 ? "&" + Place : "");

    public string FileAddress(string kind) =>
        $"/api/v1/reports/monthly/{Month}/returns/{Answer.Line.Camel()}.{kind}" + (Place.Length > 0 ? "?" + Place : "");

    public string MonthAddress => $"/reports/monthly?month={Month}" + (Place.Length > 0 ? "&" + Place : "");

    /// <exception cref="ProblemException">404 outside the reader's scope.</exception>
    public async Task OnGetAsync(string? month, string? line, string? division, string? body)
    {
        Month = AskedPeriod.Month(this, clock, month, AskedPeriod.ThisMonth(clock));
        (Division, Body) = (string.IsNullOrEmpty(division) ? null : division, string.IsNullOrEmpty(body) ? null : body);
        Answer = await mediator.Send(new LineReturn(Month, Division, Body, line == ReturnLine.Centre.Camel()
            ? ReturnLine.Centre : ReturnLine.Justice), HttpContext.RequestAborted);
    }
}
