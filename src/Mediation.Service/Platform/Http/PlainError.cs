using System.Diagnostics;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Platform.Http;

/// <summary>The page of a failure of the service itself: fixed text that needs neither database, session nor layout.</summary>
public static class PlainError
{
    public static async Task WriteAsync(HttpContext http, ProblemException problem)
    {
        var product = new Message("调解案件管理", "Mediation").In();
        var retry = new Message("重试", "Try again").In();
        var trace = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
        http.Response.Headers.CacheControl = "no-store";
        if (problem.Status == StatusCodes.Status503ServiceUnavailable) http.Response.Headers.RetryAfter = "5";
        http.Response.ContentType = "text/html; charset=utf-8";
        await http.Response.WriteAsync($"""
            <!DOCTYPE html>
            <html lang="{(Language.IsEnglish ? Language.English : Language.Chinese)}">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{problem.Status} - {product}</title><link rel="stylesheet" href="/site.css"></head>
            <body><header class="top"><div class="bar"><a class="product" href="/">{product}</a></div></header>
            <main><h1>{problem.Status}</h1><p>{problem.Text.In()}</p><p><a href="/">{retry}</a></p><p class="quiet">{trace}</p></main>
            </body></html>
            """);
    }
}
