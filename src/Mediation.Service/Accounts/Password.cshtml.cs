using Mediation.Service.Platform;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Accounts;

[Authorize]
public sealed class PasswordModel(IMediator mediator) : PageModel
{
    [BindProperty]
    public string? Current { get; set; }

    [BindProperty]
    public string? Next { get; set; }

    public bool Changed { get; private set; }

    public async Task<IActionResult> OnPostAsync()
    {
        try
        {
            var account = await mediator.Send(new ChangeOwnPassword.Command(Current ?? "", Next ?? ""), HttpContext.RequestAborted);
            await HttpContext.SignInAsync(AccountsSetup.Cookie, account.ToPrincipal());
            Changed = true;
        }
        catch (ProblemException problem)
        {
            ModelState.Show(problem, ("current", nameof(Current)), ("next", nameof(Next)));
            Response.StatusCode = problem.Status;
        }

        Current = Next = null;
        return Page();
    }
}
