using Mediation.Service.Platform.Http;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Help;

/// <summary>The API's operations for people, shown by Swagger UI out of our own document, from our own host.</summary>
public sealed class ApiPageModel : PageModel
{
    private const string Files = "/help/api/files";

    /// <summary>Swagger UI sets colours and sizes in attributes; nothing else is loosened, and on this page alone.</summary>
    public void OnGet() => Response.Headers.ContentSecurityPolicy = SecurityHeaders.WithStyleAttributes;

    /// <summary>Of the package the style and the program alone: its own page asks for other documents, and looks like nobody's.</summary>
    public static void Serve(WebApplication app) => app.UseWhen(
        http => http.Request.Path.Value is Files + "/swagger-ui.css" or Files + "/swagger-ui-bundle.js",
        files => files.UseSwaggerUI(options => options.RoutePrefix = Files.TrimStart('/')));
}
