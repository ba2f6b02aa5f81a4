using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Lights;

/// <summary>The checklists of the risk light: everybody who sets risks reads them, the administrator adds and ends items.</summary>
public sealed class ChecklistsModel(IMediator mediator, CurrentCaller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : PageModel
{
    private IFormCollection typed = FormCollection.Empty;

    public IReadOnlyList<RiskItemView> Items { get; private set; } = [];

    public bool MayChange => Permissions.Has(caller.Value.Role, Permission.ManagePolicies);

    private DateOnly Today => ShanghaiTime.DateOf(clock.GetUtcNow());

    public async Task OnGetAsync() => Items = (await mediator.Send(new ListRiskItems(), HttpContext.RequestAborted)).Items;

    public Task<IActionResult> OnPostAsync() => ActAsync(form => mediator.Send(Read(form), HttpContext.RequestAborted));

    /// <summary>An item's last day is today, so that what was ticked today stays explained.</summary>
    public Task<IActionResult> OnPostEndAsync(string? item) =>
        ActAsync(_ => mediator.Send(new EndRiskItem { Item = item ?? "", To = Today }, HttpContext.RequestAborted));

    public bool InForce(RiskItemView item) => item.From <= Today && (item.To is null || Today <= item.To);

    public string IdOf(RiskList list, string? category) => $"list-{list.Camel()}-{category ?? "every"}";

    public IReadOnlyList<FieldView> Fields =>
    [
        Field("code", Control.Line) with { Required = true, MaxLength = 40, Hint = texts["Hint.RiskItemCode"] },
        Field("list", Control.Select, texts.Options<RiskList>()) with { Required = true },
        Field("category", Control.Select, [.. Category.All.Select(code => new Option(code, Words.Category(code)))]) with
        { Required = false, Empty = texts["RiskItems.Every"] },
        Field("nameZh", Control.Line) with { Required = true, MaxLength = 60 },
        Field("nameEn", Control.Line) with { Required = true, MaxLength = 100 },
        Field("points", Control.Number) with { Required = true, Hint = texts["Hint.items"] },
        Field("from", Control.Date) with { Required = false },
    ];

    private async Task<IActionResult> ActAsync(Func<IFormCollection, Task> act)
    {
        if (!MayChange) throw ProblemException.Forbidden();
        typed = await Request.ReadFormAsync(HttpContext.RequestAborted);
        try
        {
            await act(typed);
            return Redirect("/risk-items");
        }
        catch (ProblemException problem) when (problem.Status is 400 or 404 or 422)
        {
            ModelState.Show(problem, [.. Fields.Select(field => (field.Name, field.Name))]);
            Response.StatusCode = problem.Status;
            await OnGetAsync();
            return Page();
        }
    }

    private AddRiskItem Read(IFormCollection form) => new()
    {
        Code = Text("code"),
        List = Enum.TryParse<RiskList>(Text("list"), ignoreCase: true, out var list) && Enum.IsDefined(list) ? list : null,
        Category = Text("category"),
        NameZh = Text("nameZh"),
        NameEn = Text("nameEn"),
        Points = int.TryParse(Text("points"), NumberStyles.None, CultureInfo.InvariantCulture, out var points) ? points : null,
        // What cannot be read is no day of this century, which the validator says.
        From = Text("from") is not { } day ? null
            : DateOnly.TryParseExact(day, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from) ? from
            : DateOnly.MinValue,
    };

    private string? Text(string name) => typed[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    private FieldView Field(string name, Control control, IReadOnlyList<Option>? options = null) =>
        new(name, control, texts["RiskItemField." + name]) { Options = options ?? [], Values = [.. typed[name].OfType<string>()] };
}
