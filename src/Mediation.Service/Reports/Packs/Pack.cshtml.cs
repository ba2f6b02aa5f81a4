using System.Globalization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Mediation.Service.Reports.Figures;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Reports.Packs;

/// <summary>The paper for the month's dispatch meeting, on A4; without a month the one before this.</summary>
public sealed class PackModel(IMediator mediator, PackPrinter printer, TimeProvider clock) : PageModel
{
    public GetMeetingPack.Answer Answer { get; private set; } = null!;
    public string Month { get; private set; } = "";
    public string? Division { get; private set; }
    public string? Body { get; private set; }
    public bool HasPdf => printer.CanPrint;

    public string MonthAddress => "/reports/monthly" + Query;
    public string PdfAddress => $"/api/v1/reports/monthly/{Month}/pack.pdf" + (Place.Length > 0 ? "?" + Place : "");

    private string Query => $"?month={Month}" + (Place.Length > 0 ? "&" + Place : "");

    private string Place => string.Join('&', new[]
    {
        Division is null ? null : "division=" + Uri.EscapeDataString(Division), Body is null ? null : "body=" + Uri.EscapeDataString(Body),
    }.OfType<string>());

    public Task OnGetAsync(string? month, string? division, string? body) => LoadAsync(month, division, body);

    public async Task<IActionResult> OnPostAsync(bool subscribed, string? month, string? division, string? body)
    {
        await LoadAsync(month, division, body);
        if (!ModelState.IsValid) return Page();
        await mediator.Send(new SubscribePacks { Division = Division, Body = Body, Subscribed = subscribed }, HttpContext.RequestAborted);
        return Redirect("/reports/pack" + Query);
    }

    private async Task LoadAsync(string? month, string? division, string? body)
    {
        Month = AskedPeriod.Month(this, clock, month,
            ShanghaiTime.DateOf(clock.GetUtcNow()).AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture));
        Division = string.IsNullOrEmpty(division) ? null : division;
        Body = string.IsNullOrEmpty(body) ? null : body;
        Answer = await mediator.Send(new GetMeetingPack(Month, Division, Body), HttpContext.RequestAborted);
    }
}
