using Mediation.Service.Platform;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Accounts;

[AllowAnonymous]
public sealed class SignInModel(IMediator mediator) : PageModel
{
    [BindProperty]
    public string? Account { get; set; }

    [BindProperty]
    public string? Password { get; set; }

    [BindProperty(SupportsGet = true)]
    public string? ReturnUrl { get; set; }

    public IActionResult OnGet() => User.Identity is { IsAuthenticated: true } ? LocalRedirect(Target) : Page();

    public async Task<IActionResult> OnPostAsync()
    {
        try
        {
            var account = await mediator.Send(new SignIn.Command(Account ?? "", Password ?? ""), HttpContext.RequestAborted);
            await HttpContext.SignInAsync(AccountsSetup.Cookie, account.ToPrincipal());
            return LocalRedirect(Target);
        }
        catch (ProblemException problem)
        {
            ModelState.Show(problem, ("user", nameof(Account)), ("password", nameof(Password)));
            Password = null;
            Response.StatusCode = problem.Status is 401 ? StatusCodes.Status400BadRequest : problem.Status;
            return Page();
        }
    }

    /// <summary>Where one wanted to go; else to one's own desk.</summary>
    private string Target => Url.IsLocalUrl(ReturnUrl) && ReturnUrl != "/" ? ReturnUrl : "/desk";
}
