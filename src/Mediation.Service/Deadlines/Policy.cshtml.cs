using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Deadlines;

/// <summary>One policy whole; an administrator ends it here, or begins the one that replaces it.</summary>
public sealed class PolicyModel(IMediator mediator, CurrentCaller caller, IStringLocalizer<Texts> texts) : PageModel
{
    public PolicyView Policy { get; private set; } = null!;
    public bool MayChange => Permissions.Has(caller.Value.Role, Permission.ManagePolicies);

    public FieldView To => new("to", Control.Date, texts["Policy.LastDay"])
    {
        Hint = texts["Policy.LastDayHint"],
        Required = true,
        Values = Request.HasFormContentType && (string?)Request.Form["to"] is { } typed ? [typed] : [],
    };

    public async Task OnGetAsync(string policy) => Policy = await mediator.Send(new GetPolicy(policy), HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostAsync(string policy)
    {
        try
        {
            await mediator.Send(new EndPolicy { Policy = policy, To = PolicyForm.Day(Request.Form["to"]) }, HttpContext.RequestAborted);
            TempData["Flash"] = texts["Policy.Ended"].Value;
            return Redirect("/policies/" + policy);
        }
        catch (ProblemException problem) when (problem.Status is 400 or 422)
        {
            await OnGetAsync(policy);
            ModelState.Show(problem, [.. problem.Fields.Keys.Select(field => (field, "to"))]);
            Response.StatusCode = problem.Status;
            return Page();
        }
    }
}
