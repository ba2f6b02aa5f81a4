using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Reports.Areas;

/// <summary>The areas of a division: score card, what rises, repeated parties, the watch list and what is entered of an area.</summary>
public sealed class AreasModel(IMediator mediator, CurrentCaller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : PageModel
{
    private IFormCollection typed = FormCollection.Empty;

    /// <summary>Null where a narrower division has to be chosen first.</summary>
    public AreaReport.Answer? Report { get; private set; }

    public IReadOnlyList<Registry.Division> Narrower { get; private set; } = [];

    public Period Period { get; private set; } = null!;
    public string? Division { get; private set; }
    public AreaUnit? Unit { get; private set; }
    public string? UnitName => Unit?.Camel();
    public bool MayWatch => Permissions.Has(caller.Value.Role, Permission.WatchAreas);
    public bool MayCount => Permissions.Has(caller.Value.Role, Permission.EnterIndex);

    public async Task OnGetAsync(string? period, string? division, string? unit) => await LoadAsync(period, division, unit);

    public Task<IActionResult> OnPostAsync(string? period, string? division, string? unit) => ActAsync(period, division, unit, () =>
        mediator.Send(new WatchArea { Division = Text("area"), On = Day("on"), Reason = Text("reason") }, HttpContext.RequestAborted));

    public Task<IActionResult> OnPostEndAsync(string? period, string? division, string? unit) => ActAsync(period, division, unit, () =>
        mediator.Send(new UnwatchArea { Division = Text("area"), On = Day("on"), Reason = Text("reason") }, HttpContext.RequestAborted));

    public Task<IActionResult> OnPostCountAsync(string? period, string? division, string? unit) => ActAsync(period, division, unit, () =>
        mediator.Send(
            new CountArea { Division = Text("counted"), Month = Text("month"), Accidents = Whole("accidents"), Crimes = Whole("crimes") },
            HttpContext.RequestAborted));

    public string Address(string? division = null, AreaUnit? unit = null) => $"/reports/areas?period={Period}"
        + ((division ?? Division) is { } code ? "&division=" + Uri.EscapeDataString(code) : "")
        + ((unit ?? Unit) is { } one ? "&unit=" + one.Camel() : "");

    public IReadOnlyList<FieldView> WatchFields =>
    [
        Field("area", Control.Select, Areas),
        Field("on", Control.Date),
        Field("reason", Control.Line) with { MaxLength = 500 },
    ];

    public IReadOnlyList<FieldView> CountFields =>
    [
        Field("counted", Control.Select, Areas),
        Field("month", Control.Line) with { MaxLength = 7, Hint = texts["Areas.MonthHint"] },
        Field("accidents", Control.Number),
        Field("crimes", Control.Number),
    ];

    public static string Zero(bool? zeros) => zeros switch { true => "Areas.Zero", false => "Areas.NotZero", _ => "Areas.Unreported" };

    public static string Change(double? change, bool? significant, bool rises) =>
        FigureText.Changed(change) + (rises ? " ▲" : significant == true ? " ▼" : "");

    private IReadOnlyList<Option> Areas => [.. Report!.Areas.Select(area => new Option(area.Code, area.Name))];

    private async Task<IActionResult> ActAsync(string? period, string? division, string? unit, Func<Task<StoredAnswer>> act)
    {
        await LoadAsync(period, division, unit);
        typed = await Request.ReadFormAsync(HttpContext.RequestAborted);
        try
        {
            await act();
            return Redirect(Address());
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409)
        {
            var counts = typed.ContainsKey("counted");
            ModelState.Show(problem, ("division", counts ? "counted" : "area"), ("on", "on"), ("reason", "reason"), ("month", "month"),
                ("accidents", "accidents"), ("crimes", "crimes"));
            Response.StatusCode = problem.Status;
            return Page();
        }
    }

    private async Task LoadAsync(string? period, string? division, string? unit)
    {
        if (!Permissions.Has(caller.Value.Role, Permission.ReadReports)) throw ProblemException.Forbidden();
        var today = ShanghaiTime.DateOf(clock.GetUtcNow());
        Period = AskedPeriod.Period(this, clock, period, AreaReport.Usual(today));
        Division = string.IsNullOrEmpty(division) ? null : division;
        Unit = Enum.GetValues<AreaUnit>().Cast<AreaUnit?>().FirstOrDefault(one => one!.Value.Camel() == unit);
        try
        {
            Report = await mediator.Send(new AreaReport(Period.ToString(), Division, Unit), HttpContext.RequestAborted);
        }
        catch (ProblemException wide) when (wide.Status == 400)
        {
            // Said on the page, with what is narrow enough: a province has too many.
            Narrower = (await mediator.Send(new ListDivisions(Division ?? caller.Value.Division, Q: null, Kind: null, Limit: 200,
                After: null), HttpContext.RequestAborted)).Items;
        }
    }

    private string? Text(string name) => typed[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    private DateOnly? Day(string name) =>
        DateOnly.TryParseExact(Text(name), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    // What is no number is refused with the range, as a negative one is.
    private int? Whole(string name) => Text(name) is not { } text ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private FieldView Field(string name, Control control, IReadOnlyList<Option>? options = null) =>
        new(name, control, texts["AreaField." + name])
        { Required = true, Options = options ?? [], Values = [.. typed[name].OfType<string>()] };
}
