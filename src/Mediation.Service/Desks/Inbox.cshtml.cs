using Mediation.Service.Escalation;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Packs;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Desks;

/// <summary>What one was told and is asked; an answer can be typed on the spot.</summary>
public sealed class InboxModel(IMediator mediator, IStringLocalizer<Texts> texts) : PageModel
{
    private string posted = "";
    private string typed = "";

    public IReadOnlyList<ListNotices.Item> Items { get; private set; } = [];
    public IReadOnlyList<ListPacks.Item> Packs { get; private set; } = [];
    public bool All { get; private set; }
    public string? Next { get; private set; }

    /// <summary>What was told before the last of this page.</summary>
    public string Older => $"/notices?after={Next}" + (All ? "&all=true" : "");

    public async Task OnGetAsync()
    {
        All = Request.Query["all"] == "true";
        string? after = Request.Query["after"];
        (Items, Next) = await mediator.Send(new ListNotices(All, After: after), HttpContext.RequestAborted);
        Packs = after is not null
            ? [] : [.. (await mediator.Send(new ListPacks(), HttpContext.RequestAborted)).Items.Where(pack => All || pack.ReadAt is null)];
    }

    public async Task<IActionResult> OnPostAsync()
    {
        var form = await Request.ReadFormAsync(HttpContext.RequestAborted);
        if (form["all"] == "read")
        {
            await mediator.Send(new ReadNotices(), HttpContext.RequestAborted);
            return Redirect("/notices");
        }

        (posted, typed) = (form["notice"].ToString(), form["text-" + form["notice"]].ToString());
        if (!Guid.TryParseExact(posted, "D", out var id)) throw ProblemException.NotFound();
        try
        {
            await mediator.Send(new AnswerNotice { Notice = id, Text = form["only"] == "read" ? null : typed }, HttpContext.RequestAborted);
            return Redirect("/notices");
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409)
        {
            ModelState.Show(problem, ("text", "text-" + posted));
            Response.StatusCode = problem.Status;
            await OnGetAsync();
            return Page();
        }
    }

    /// <summary>Which clock has run out, the step, and what is asked.</summary>
    public string Headline(ListNotices.Item item) => item.Clock is { } clock
        ? texts["Inbox.Step", texts["ClockName." + clock.Split(':')[0]], item.Step!]
            + (item.Ask is { } ask ? texts["Inbox.Asked", texts.Word(ask)] : "")
        : texts["Notice." + item.Kind];

    public FieldView Field(ListNotices.Item item) => new("text-" + item.Id, Control.Area, texts["Inbox.Text"])
    {
        Required = false,
        MaxLength = 1000,
        Values = item.Id.ToString() == posted ? [typed] : [],
    };
}
