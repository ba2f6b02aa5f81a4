using System.Globalization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Reports.Figures;

/// <summary>The cases behind one figure of a report, with the file of all of them.</summary>
public sealed class FigureCasesModel(IMediator mediator, TimeProvider clock) : PageModel
{
    public FigureCases.Answer Answer { get; private set; } = null!;
    private string query = "";

    public string FileAddress => $"/api/v1/reports/periods/{Answer.Period}/cases.csv?{query}";

    public string NextAddress => $"/reports/cases?period={Answer.Period}&{query}&after={Uri.EscapeDataString(Answer.Next!)}";

    public string ReportAddress { get; private set; } = "";

    /// <exception cref="ProblemException">400 for a figure that has no cases; 404 outside the reader's scope.</exception>
    public async Task OnGetAsync(string? period, string? division, string? body, string? figure, string? by, string? key, string? after)
    {
        var today = ShanghaiTime.DateOf(clock.GetUtcNow());
        var shown = AskedPeriod.Period(this, clock, period, new Period(PeriodKind.Month, new DateOnly(today.Year, today.Month, 1)))
            .ToString();
        (division, body) = (string.IsNullOrEmpty(division) ? null : division, string.IsNullOrEmpty(body) ? null : body);
        ReportBy? rows = Enum.GetValues<ReportBy>().Cast<ReportBy?>().FirstOrDefault(value => value!.Value.Camel() == by);
        key = rows is null || !Request.Query.ContainsKey("key") ? null : key ?? "";
        var named = figure ?? "registered";
        Answer = await mediator.Send(new FigureCases(shown, division, body, named, rows, key, string.IsNullOrEmpty(after) ? null : after),
            HttpContext.RequestAborted);
        var place = division is not null ? "&division=" + Uri.EscapeDataString(division)
            : body is not null ? "&body=" + Uri.EscapeDataString(body) : "";
        query = string.Create(CultureInfo.InvariantCulture, $"figure={named}{place}") + (rows is null ? "" : $"&by={rows.Value.Camel()}")
            + (key is null ? "" : "&key=" + Uri.EscapeDataString(key));
        ReportAddress = (AskedPeriod.IsMonth(shown) ? $"/reports/monthly?month={shown}" : $"/reports/analysis?period={shown}") + place
            + (rows is null ? "" : $"&by={rows.Value.Camel()}");
    }
}
