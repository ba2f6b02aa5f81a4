using System.Globalization;
using Mediation.Service.Reports.Figures;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Reports.Mediators;

/// <summary>The month's sheet of each mediator, to be printed and signed.</summary>
public sealed class MediatorsModel(IMediator mediator, TimeProvider clock) : PageModel
{
    public MediatorMonth.Answer Answer { get; private set; } = null!;
    public string Month { get; private set; } = "";
    public string? Division { get; private set; }
    public string? Body { get; private set; }

    public string FileAddress(string kind) =>
        $"/api/v1/reports/mediators/{Month}.{kind}" + (Division is not null ? "?division=" + Uri.EscapeDataString(Division)
            : Body is not null ? "?body=" + Uri.EscapeDataString(Body) : "");

    public async Task OnGetAsync(string? month, string? division, string? body)
    {
        Month = AskedPeriod.Month(this, clock, month,
            ShanghaiTime.DateOf(clock.GetUtcNow()).ToString("yyyy-MM", CultureInfo.InvariantCulture));
        Division = string.IsNullOrEmpty(division) ? null : division;
        Body = string.IsNullOrEmpty(body) ? null : body;
        Answer = await mediator.Send(new MediatorMonth(Month, Division, Body), HttpContext.RequestAborted);
    }
}
