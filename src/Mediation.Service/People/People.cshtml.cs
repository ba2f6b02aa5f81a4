using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.People;

/// <summary>Finds a person again. Nothing of what is typed goes into an address; what is found comes with the answer itself.</summary>
public sealed class PeopleModel(IMediator mediator, CurrentCaller caller, IStringLocalizer<Texts> texts) : PageModel
{
    private string identityNumber = "", phone = "";

    public FindPerson.Answer? Found { get; private set; }

    public bool MayReadLookups => Permissions.Has(caller.Value.Role, Permission.ReadLookups);

    public FieldView IdentityNumber =>
        new("identityNumber", Control.Line, texts["NewCase.IdentityNumber"]) { MaxLength = 30, Values = [identityNumber] };

    public FieldView Phone => new("phone", Control.Line, texts["NewCase.Phone"]) { MaxLength = 30, Values = [phone] };

    public void OnGet()
    {
        if (!Permissions.Has(caller.Value.Role, Permission.FindPeople)) throw ProblemException.Forbidden();
    }

    public async Task<IActionResult> OnPostAsync(string? identityNumber, string? phone)
    {
        (this.identityNumber, this.phone) = (identityNumber ?? "", phone ?? "");
        try
        {
            Found = await mediator.Send(new FindPerson { IdentityNumber = identityNumber, Phone = phone, Place = LookupPlace.Search },
                HttpContext.RequestAborted);
        }
        catch (ProblemException problem) when (problem.Status is 400 or 422)
        {
            ModelState.Show(problem, ("identityNumber", "identityNumber"), ("phone", "phone"));
            Response.StatusCode = problem.Status;
        }

        return Page();
    }
}
