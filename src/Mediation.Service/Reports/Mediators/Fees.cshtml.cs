using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Reports.Mediators;

/// <summary>What is paid for a case by grade: read by all, set by the administrator.</summary>
public sealed class FeesModel(IMediator mediator, CurrentCaller caller, IStringLocalizer<Texts> texts) : PageModel
{
    private IFormCollection typed = FormCollection.Empty;

    public IReadOnlyList<ListCaseFees.Item> Items { get; private set; } = [];

    public bool MayChange => Permissions.Has(caller.Value.Role, Permission.ManagePolicies);

    public IReadOnlyList<FieldView> Fields =>
    [
        new("grade", Control.Select, texts["Sheet.Grade"])
        {
            Required = true,
            Options = [.. Enum.GetValues<CaseGrade>().Select(grade => new Option(grade.Camel(), MediatorMonth.GradeName(grade).In()))],
            Values = Typed("grade")
        },
        new("from", Control.Date, texts["Fees.From"]) { Required = true, Values = Typed("from") },
        new("fee", Control.Line, texts["Sheet.Fee"]) { Required = true, MaxLength = 12, Values = Typed("fee") },
        new("basis", Control.Line, texts["Fees.Basis"]) { Required = true, MaxLength = 200, Values = Typed("basis") },
    ];

    public async Task OnGetAsync() => Items = (await mediator.Send(new ListCaseFees(), HttpContext.RequestAborted)).Items;

    public async Task<IActionResult> OnPostAsync()
    {
        if (!MayChange) throw ProblemException.Forbidden();
        typed = await Request.ReadFormAsync(HttpContext.RequestAborted);
        try
        {
            await mediator.Send(new SetCaseFee
            {
                Grade = Enum.TryParse<CaseGrade>(typed["grade"], ignoreCase: true, out var grade) && Enum.IsDefined(grade) ? grade : null,
                From = DateOnly.TryParseExact(typed["from"], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
                    ? from : null,
                Fee = decimal.TryParse(typed["fee"], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var fee)
                    ? fee : null,
                Basis = typed["basis"],
            }, HttpContext.RequestAborted);
            return Redirect("/fees");
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409)
        {
            ModelState.Show(problem, [.. Fields.Select(field => (field.Name, field.Name))]);
            Response.StatusCode = problem.Status;
            await OnGetAsync();
            return Page();
        }
    }

    private string[] Typed(string name) => typed[name].ToString() is { Length: > 0 } text ? [text] : [];
}
