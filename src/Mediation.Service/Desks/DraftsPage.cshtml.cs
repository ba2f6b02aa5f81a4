using Mediation.Domain.Cases;
using Mediation.Service.Cases;
using Mediation.Service.Drafts;
using Mediation.Service.Platform;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Desks;

/// <summary>The caller's drafts; forms save theirs here while somebody types.</summary>
public sealed class DraftsModel(IMediator mediator, IStringLocalizer<Texts> texts) : PageModel
{
    public IReadOnlyList<ListDrafts.Row> Drafts { get; private set; } = [];

    public async Task OnGetAsync() => Drafts = await mediator.Send(new ListDrafts(), HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostAsync()
    {
        var form = await Request.ReadFormAsync(HttpContext.RequestAborted);
        if (form["draft"].ToString() is { Length: > 0 } typing)
            return StatusCode(await mediator.Send(SaveDraft.Of(typing, form), HttpContext.RequestAborted)
                ? StatusCodes.Status204NoContent : StatusCodes.Status413PayloadTooLarge);
        await mediator.Send(new DropDraft(form["drop"].ToString()), HttpContext.RequestAborted);
        // Back to the form itself, now empty, when it was dropped there.
        return Redirect(form.ContainsKey("again") && Url.IsLocalUrl(form["drop"]) ? form["drop"].ToString() : "/drafts");
    }

    public string Name(string form)
    {
        var parts = form.Split('/', 5);
        return parts.Length == 5 && Transitions.All.Any(row => row.Name == parts[4])
            ? $"{parts[2]} {CasePageModel.Label(parts[4])}" : texts["NewCase.Title"];
    }
}
