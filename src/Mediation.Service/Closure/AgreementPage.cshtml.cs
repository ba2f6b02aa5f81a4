using Mediation.Domain.Cases;
using Mediation.Service.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Closure;

/// <summary>
/// The agreement on paper, to be signed and sealed (调解协议书; of an oral one what was recorded, 口头协议登记表). Its contents are those
/// of article 29 of the People's Mediation Law, an oral one is recorded by article 28. Each party gets a copy that the other may
/// read too, so numbers stay masked.
/// </summary>
public sealed class AgreementPageModel(IMediator mediator, BodyDirectory directory, IStringLocalizer<Texts> texts) : PageModel
{
    private IReadOnlyDictionary<string, string> names = new Dictionary<string, string>();

    public CaseView Case { get; private set; } = null!;

    public AgreementView Agreement { get; private set; } = null!;

    public string Title => texts["AgreementSheet.Title." + Agreement.Form.Camel()];

    /// <summary>
    /// When it binds: an oral one on the day it was reached (article 30), a written one when all have signed (article 29).
    /// </summary>
    public string Effect => texts[Agreement.Form == AgreementForm.Oral ? "AgreementSheet.OralEffect" : "AgreementSheet.Effect"];

    public async Task OnGetAsync(string id)
    {
        Case = (await mediator.Send(new GetCase(id), HttpContext.RequestAborted)).View!;
        Agreement = Case.Agreement ?? throw ProblemException.NotFound();
        names = await CaseNames.OfAsync(Case, [], directory, HttpContext.RequestAborted);
    }

    public string Name(string? code) => code is null ? "" : names.GetValueOrDefault(code, code);

    public string Party(string id) => Case.Parties.FirstOrDefault(party => party.Id == id)?.Name ?? Name(id);

    public string Names(IEnumerable<string> ids) => string.Join(Language.IsEnglish ? ", " : "、", ids.Select(Party));

    /// <summary>A promise as one sentence: who owes whom what, how much and by when.</summary>
    public string Promise(TermView term)
    {
        var obligors = Names(term.Jointly.Prepend(term.Obligor).Distinct(StringComparer.Ordinal));
        var what = texts["AgreementSheet.Promise", obligors, Party(term.Obligee), term.What ?? ""].Value;
        if (term.Amount is { } amount) what += texts["AgreementSheet.Sum", Show.Money(amount)];
        if (term.Jointly.Count > 0) what += texts["AgreementSheet.Jointly"];
        return what + (term.DueOn is { } day ? texts["AgreementSheet.By", Show.Date(day)]
            : term.DueAfter is { } follows ? texts["AgreementSheet.After", follows.Days] : texts["AgreementSheet.AtOnce"]);
    }
}
