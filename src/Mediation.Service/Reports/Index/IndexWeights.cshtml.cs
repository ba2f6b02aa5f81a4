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

/// <summary>What each indicator of the safety index weighs and how it is scored: every version, and the form of the next one.</summary>
public sealed class IndexWeightsModel(IMediator mediator, CurrentCaller caller, TimeProvider clock, IStringLocalizer<Texts> texts)
    : PageModel
{
    private IFormCollection? typed;

    /// <summary>The newest first.</summary>
    public IReadOnlyList<ListIndexVersions.Version> Versions { get; private set; } = [];

    public bool MayChange => Permissions.Has(caller.Value.Role, Permission.ManagePolicies);

    public bool MayRead => Permissions.Has(caller.Value.Role, Permission.ReadReports);

    public FieldView Month => new("fromMonth", Control.Month, texts["IndexWeights.From"])
    {
        Hint = texts["IndexWeights.FromHint"],
        Required = true,
        Values = [typed is null ? ShanghaiTime.DateOf(clock.GetUtcNow()).AddMonths(1).ToString("yyyy-MM", CultureInfo.InvariantCulture)
            : typed["fromMonth"].ToString()],
    };

    /// <param name="what">weight, target or floor.</param>
    public FieldView Field(DefineIndex.Item item, string what) => new($"{what}.{item.Code}", Control.Number, texts["IndexWeights." + what])
    {
        Required = true,
        MaxLength = 12,
        Values = [typed is null ? Written(what switch { "weight" => item.Weight, "target" => item.Target, _ => item.Floor })
            : typed[$"{what}.{item.Code}"].ToString()],
    };

    public async Task OnGetAsync() => await LoadAsync();

    public async Task<IActionResult> OnPostAsync()
    {
        if (!MayChange) throw ProblemException.Forbidden();
        await LoadAsync();
        typed = await Request.ReadFormAsync(HttpContext.RequestAborted);
        var items = Versions[0].Items.Select(item => item with
        { Weight = Number("weight", item, 4), Target = Number("target", item, 2), Floor = Number("floor", item, 2) }).ToList();
        if (!ModelState.IsValid) return Refused(400);
        try
        {
            await mediator.Send(new DefineIndex { FromMonth = typed["fromMonth"].ToString(), Items = items }, HttpContext.RequestAborted);
            return Redirect("/reports/safety-index/weights");
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409)
        {
            ModelState.Show(problem, ("fromMonth", "fromMonth"), ("items", ""));
            return Refused(problem.Status);
        }
    }

    private decimal Number(string what, DefineIndex.Item item, int decimals)
    {
        var name = $"{what}.{item.Code}";
        if (decimal.TryParse(typed![name].ToString().Trim(), NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var value)
            && Math.Abs(value) <= 1_000_000 && decimal.Round(value, decimals) == value) return value;
        ModelState.AddModelError(name, texts["IndexWeights.NoNumber", decimals]);
        return 0;
    }

    private PageResult Refused(int status)
    {
        Response.StatusCode = status;
        return Page();
    }

    public static string Written(decimal value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    private async Task LoadAsync() => Versions = (await mediator.Send(new ListIndexVersions(), HttpContext.RequestAborted)).Items;
}
