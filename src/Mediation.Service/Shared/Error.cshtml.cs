using System.Diagnostics;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Shared;

/// <summary>What a person sees instead of a bare status: of an error, or of an address that does not exist.</summary>
[AllowAnonymous, IgnoreAntiforgeryToken]
public sealed class ErrorModel(IStringLocalizer<Texts> texts) : PageModel
{
    public string Heading { get; private set; } = "";
    public string Text { get; private set; } = "";
    public string Trace => Activity.Current?.TraceId.ToString() ?? HttpContext.TraceIdentifier;

    public void OnGet() => Show();

    public void OnPost() => Show();

    private void Show()
    {
        // Asked for by its own address there is no error to tell of.
        if (Response.StatusCode < 400) Response.StatusCode = StatusCodes.Status404NotFound;
        var status = Response.StatusCode;
        var problem = HttpContext.Features.Get<IExceptionHandlerFeature>()?.Error is { } error
            ? ProblemWriter.From(error) : ProblemWriter.ForStatus(status);
        Heading = status switch
        {
            400 => texts["Error.Request"],
            403 => texts["Error.Forbidden"],
            404 => texts["Error.NotFound"],
            503 => texts["Error.Unavailable"],
            _ => texts["Error.Failed"],
        };
        Text = status == 400 && problem.Fields.Count == 0 ? texts["Error.RequestText"] : problem.Text.In();
    }
}
