using Mediation.Service.Platform;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.PublicDesk;

/// <summary>Stage, whose turn, until when; nothing else. What was typed travels in the body only.</summary>
[AllowAnonymous, RequestSizeLimit(16 * 1024), RequestFormLimits(ValueCountLimit = 16)]
public sealed class TrackPageModel(IMediator mediator, PublicTurns turns) : PageModel
{
    public TrackDispute.Answer? Found { get; private set; }

    public string? Number => Request.HasFormContentType ? (string?)Request.Form["number"] : null;

    public async Task OnPostAsync()
    {
        try
        {
            turns.Look(HttpContext);
            Found = await mediator.Send(new TrackDispute(Number, Request.Form["code"]), HttpContext.RequestAborted);
            Response.Headers.CacheControl = "no-store";
        }
        catch (ProblemException problem) when (problem.Status is 400 or 404 or 429)
        {
            ModelState.Show(problem, ("number", "number"), ("code", "code"));
            Response.StatusCode = problem.Status;
        }
    }

    /// <param name="typed">The code is not shown again.</param>
    public static FieldView Of(string name, string label, string hint, string? typed = null) =>
        new(name, Control.Line, label) { Required = true, MaxLength = 40, Hint = hint, Values = typed is null ? [] : [typed] };
}
