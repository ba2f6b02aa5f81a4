using Mediation.Service.Platform;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Sending;

/// <summary>Messages that did not reach their receiver, with a button to send them again.</summary>
public sealed class DeliveriesModel(IMediator mediator, IStringLocalizer<Texts> texts) : PageModel
{
    public IReadOnlyList<ListDeliveries.Item> Items { get; private set; } = [];

    public async Task OnGetAsync() => Items = (await mediator.Send(new ListDeliveries(), HttpContext.RequestAborted)).Items;

    public async Task<IActionResult> OnPostAsync(string? delivery)
    {
        if (!Guid.TryParseExact(delivery, "D", out var id)) throw ProblemException.NotFound();
        try
        {
            await mediator.Send(new SendAgain { Delivery = id }, HttpContext.RequestAborted);
            TempData["Flash"] = texts["Deliveries.Waits"].Value;
            return Redirect("/deliveries");
        }
        catch (ProblemException problem) when (problem.Status == 409)
        {
            await OnGetAsync();
            ModelState.Show(problem);
            Response.StatusCode = problem.Status;
            return Page();
        }
    }

    /// <summary>In words; the code of a mail server or of a foreign sender as it is.</summary>
    public static string Why(IStringLocalizer<Texts> texts, string? error)
    {
        if (error?.StartsWith("smtp", StringComparison.Ordinal) == true) return texts["DeliveryError.smtp", error[4..]];
        var words = texts["DeliveryError." + error];
        return words.ResourceNotFound ? error ?? "–" : words.Value;
    }
}
