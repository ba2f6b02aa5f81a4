using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Reports.Index;

/// <summary>
/// The safety index of a month: the division, its groups and indicators, and the divisions below; the leader publishes it here.
/// </summary>
public sealed class SafetyIndexModel(IMediator mediator, CurrentCaller caller, TimeProvider clock) : PageModel
{
    public MonthIndex.Answer Index { get; private set; } = null!;
    public string Month { get; private set; } = "";
    public string? Division { get; private set; }

    public bool MayEnter => Permissions.Has(caller.Value.Role, Permission.EnterIndex);

    public bool MayPublish => Index is { Published: null, Value: not null } && Permissions.Has(caller.Value.Role, Permission.SignMonth);

    /// <summary>Of the frozen month, for everybody.</summary>
    public string OpenAddress(string kind) => $"/open/safety-index/{Index.Scope}/{Month}.{kind}";

    public string EnterAddress => Address("/reports/safety-index/enter", Month, Division);

    public async Task<IActionResult> OnGetAsync(string? month, string? division)
    {
        await LoadAsync(month, division);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? month, string? division)
    {
        if (!Permissions.Has(caller.Value.Role, Permission.SignMonth)) throw ProblemException.Forbidden();
        await LoadAsync(month, division);
        if (!ModelState.IsValid) return Page();
        try
        {
            await mediator.Send(new PublishIndex { Month = Month, Division = Division }, HttpContext.RequestAborted);
            return Redirect(Address("/reports/safety-index", Month, Division));
        }
        catch (ProblemException problem) when (problem.Status == 409)
        {
            ModelState.Show(problem);
            Response.StatusCode = problem.Status;
            return Page();
        }
    }

    private async Task LoadAsync(string? month, string? division)
    {
        (Month, Division) = (Chosen(this, month, clock), string.IsNullOrEmpty(division) ? null : division);
        Index = await mediator.Send(new MonthIndex(Month, Division), HttpContext.RequestAborted);
    }

    public string NameOf(string code) =>
        Index.Groups.SelectMany(group => group.Indicators).FirstOrDefault(indicator => indicator.Code == code)?.Name ?? code;

    public string Below(string division) => Address("/reports/safety-index", Month, division);

    public static string Address(string page, string month, string? division) =>
        $"{page}?month={month}" + (division is null ? "" : "&division=" + Uri.EscapeDataString(division));

    /// <summary>The month of the address; the last whole month by default.</summary>
    internal static string Chosen(PageModel page, string? month, TimeProvider clock) =>
        AskedPeriod.Month(page, clock, month,
            ShanghaiTime.DateOf(clock.GetUtcNow()).AddMonths(-1).ToString("yyyy-MM", CultureInfo.InvariantCulture));

    public static string Number(decimal? value) => value?.ToString("#,0.##", CultureInfo.InvariantCulture) ?? "—";

    public static string Score(decimal? value) => value?.ToString("0.00", CultureInfo.InvariantCulture) ?? "—";

    public static string Weight(decimal value) => value.ToString("0.00##", CultureInfo.InvariantCulture);
}
