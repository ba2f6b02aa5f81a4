using System.Globalization;
using Mediation.Service.Platform.Pipeline;
using Microsoft.AspNetCore.Localization;
using Npgsql;

namespace Mediation.Service.Platform.Http;

/// <summary>
/// Around everything else: what fails outside the exception handler, or while an error is being written, still ends as an error with a
/// trace id. Without it the server would answer a 500 without a body and log the message, which may quote values.
/// </summary>
public sealed class LastResort(RequestDelegate next, ILogger<LastResort> log)
{
    public async Task InvokeAsync(HttpContext http)
    {
        // As it was asked for: an error page that fails has put its own address there.
        var asked = http.Request.Path;
        try
        {
            await next(http);
        }
        catch (Exception failure)
        {
            // What the server refuses while it reads, such as too large a form, keeps its status.
            var problem = ProblemWriter.From(failure);
            if (problem.Status >= 500 && !http.RequestAborted.IsCancellationRequested)
                log.LogError("{Exception} {SqlState} at {Frames}", failure.GetType().Name,
                    (failure as PostgresException)?.SqlState, failure.StackTrace);
            if (http.Response.HasStarted) http.Abort();
            else await AnswerAsync(http, asked, problem);
        }
    }

    private static async Task AnswerAsync(HttpContext http, PathString asked, ProblemException problem)
    {
        // What the localisation had set went with its part of the pipeline.
        if (http.Features.Get<IRequestCultureFeature>() is { RequestCulture.UICulture: var culture })
            CultureInfo.CurrentUICulture = culture;
        http.Response.Clear();
        http.Response.StatusCode = problem.Status;
        await (ProblemHandler.IsForPrograms(asked) ? ProblemWriter.WriteAsync(http, problem) : PlainError.WriteAsync(http, problem));
    }
}
