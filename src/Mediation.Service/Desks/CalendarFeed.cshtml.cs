using Mediation.Service.Platform;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Desks;

/// <summary>The secret address of one's own calendar: made, shown once, taken back.</summary>
public sealed class CalendarFeedModel(IMediator mediator, IStringLocalizer<Texts> texts) : PageModel
{
    public DateTimeOffset? Since { get; private set; }

    /// <summary>Only in the answer in which it was made.</summary>
    public string? Address { get; private set; }

    public async Task OnGetAsync() => Since = await mediator.Send(new CalendarSharedSince(), HttpContext.RequestAborted);

    public async Task<IActionResult> OnPostAsync()
    {
        if ((await Request.ReadFormAsync(HttpContext.RequestAborted))["drop"] == "true")
        {
            await mediator.Send(new UnshareCalendar(), HttpContext.RequestAborted);
            TempData["Flash"] = texts["Feed.Dropped"].Value;
            return Redirect("/account/calendar");
        }

        Address =
            $"{Request.Scheme}://{Request.Host}/open/calendar/{await mediator.Send(new ShareCalendar(), HttpContext.RequestAborted)}.ics";
        await OnGetAsync();
        return Page();
    }
}
