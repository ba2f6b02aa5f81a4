using System.Globalization;
using Mediation.Service.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Letters;

/// <summary>One letter as it is printed (A4), with its reply.</summary>
public sealed class LetterPageModel(IMediator mediator, BodyDirectory directory, CurrentCaller caller) : PageModel
{
    private IReadOnlyDictionary<string, string> names = new Dictionary<string, string>();

    public LetterView Letter { get; private set; } = null!;
    public string CaseNo { get; private set; } = "";
    public string Category { get; private set; } = "";

    public bool MayList => Permissions.Has(caller.Value.Role, Permission.ReadLetters);

    public bool MayReply => Letter is { RepliedOn: null, ClosedOn: null } && Letter.To == caller.Value.Body
        && Permissions.Has(caller.Value.Role, Permission.AnswerAsked);

    public bool MayClose =>
        Letter.ClosedOn is null && Letter.Issuer == caller.Value.Body && Permissions.Has(caller.Value.Role, Permission.SendLetter);

    public async Task OnGetAsync(string id, string n)
    {
        var view = (await mediator.Send(new GetCase(id), HttpContext.RequestAborted)).View!;
        Letter = view.Letters.FirstOrDefault(letter => letter.N.ToString(CultureInfo.InvariantCulture) == n)
            ?? throw ProblemException.NotFound();
        (CaseNo, Category) = (view.CaseNo, view.Category);
        names = await CaseNames.OfAsync(view, [], directory, HttpContext.RequestAborted);
    }

    public string Name(string code) => names.GetValueOrDefault(code, code);
}
