using Mediation.Service.Platform.Callers;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Help;

/// <summary>All stops of the reader's tour, and the way from one to the next.</summary>
public sealed class TourPageModel(CurrentCaller caller) : PageModel
{
    public IReadOnlyList<Tour.Stop> Stops => Tour.Of(caller.Value.Role);

    public IActionResult OnPost(int place) => LocalRedirect(Tour.GoTo(HttpContext, caller.Value.Role, place));
}
