using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Reports.Index;

/// <summary>
/// Where the values of a division's month are entered. What is computed is shown and not asked for; an untouched field enters nothing.
/// </summary>
public sealed class EnterIndexModel(IMediator mediator, CurrentCaller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : PageModel
{
    private IFormCollection? typed;

    public MonthIndex.Answer Index { get; private set; } = null!;
    public string Month { get; private set; } = "";
    public string? Division { get; private set; }

    public string Back => SafetyIndexModel.Address("/reports/safety-index", Month, Division);

    public FieldView FieldFor(IndexIndicator row) => new("v." + row.Code, Control.Number, row.Name)
    {
        Required = false,
        Hint = texts[row.HigherIsBetter ? "Index.HintHigher" : "Index.HintLower", SafetyIndexModel.Number(row.Target),
            SafetyIndexModel.Number(row.Floor), row.Unit],
        MaxLength = 12,
        Values = typed is null ? Written(row) : [.. typed["v." + row.Code].OfType<string>()],
    };

    public FieldView Reason => new("reason", Control.Line, texts["Index.Reason"])
    {
        Required = Index.Published is not null,
        MaxLength = 500,
        Values = typed is null ? [] : [.. typed["reason"].OfType<string>()],
    };

    public async Task OnGetAsync(string? month, string? division) => await LoadAsync(month, division);

    public async Task<IActionResult> OnPostAsync(string? month, string? division)
    {
        await LoadAsync(month, division);
        typed = await Request.ReadFormAsync(HttpContext.RequestAborted);
        var (entries, wrong) = (new List<EnterIndexItems.Entry>(), false);
        foreach (var row in Index.Groups.SelectMany(group => group.Indicators).Where(row => !row.Computed))
        {
            var text = typed["v." + row.Code].ToString().Trim();
            if (text.Length == 0 || Written(row).Contains(text)) continue;
            if (decimal.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture, out var value)
                && value is >= -1_000_000 and <= 1_000_000 && decimal.Round(value, 2) == value)
                entries.Add(new EnterIndexItems.Entry(row.Code, value));
            else
            {
                ModelState.AddModelError("v." + row.Code, texts["Index.NoNumber"]);
                wrong = true;
            }
        }

        if (!wrong && entries.Count == 0) ModelState.AddModelError("", texts["Index.Nothing"]);
        if (!ModelState.IsValid) return Refused(400);
        try
        {
            await mediator.Send(
                new EnterIndexItems { Month = Month, Division = Division, Items = entries, Reason = typed["reason"].ToString().Trim() },
                HttpContext.RequestAborted);
            return Redirect(Back);
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409)
        {
            ModelState.Show(problem, ("reason", "reason"));
            return Refused(problem.Status);
        }
    }

    private PageResult Refused(int status)
    {
        Response.StatusCode = status;
        return Page();
    }

    private static string[] Written(IndexIndicator row) =>
        row is { Computed: false, Value: { } value } ? [value.ToString("0.##", CultureInfo.InvariantCulture)] : [];

    private async Task LoadAsync(string? month, string? division)
    {
        if (!Permissions.Has(caller.Value.Role, Permission.EnterIndex)) throw ProblemException.Forbidden();
        (Month, Division) = (SafetyIndexModel.Chosen(this, month, clock), string.IsNullOrEmpty(division) ? null : division);
        Index = await mediator.Send(new MonthIndex(Month, Division), HttpContext.RequestAborted);
    }
}
