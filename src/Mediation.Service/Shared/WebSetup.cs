using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Telemetry;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.WebEncoders;

namespace Mediation.Service.Shared;

/// <summary>What pages and API have in common: languages, errors, compression, and the way that every request takes.</summary>
public static class WebSetup
{
    public static IServiceCollection AddWeb(this IServiceCollection services)
    {
        services.AddLimits().AddScoped<CurrentCaller>().AddScoped<Idempotency>();
        services.AddExceptionHandler<ProblemHandler>().AddProblemDetails();
        services.ConfigureHttpJsonOptions(options => ApiJson.Configure(options.SerializerOptions));
        services.AddLocalization();
        services.Configure<RequestLocalizationOptions>(options =>
        {
            var cultures = new[] { new CultureInfo(Language.Chinese), new CultureInfo(Language.English) };
            options.DefaultRequestCulture = new RequestCulture(Language.Chinese);
            options.SupportedCultures = cultures;
            options.SupportedUICultures = cultures;
            options.ApplyCurrentCultureToResponseHeaders = true;
            options.RequestCultureProviders.Insert(0, ChooseLanguage.FromCookie);
        });
        // Chinese goes out as it is, not as numbered entities.
        services.Configure<WebEncoderOptions>(options => options.TextEncoderSettings = new TextEncoderSettings(UnicodeRanges.All));
        // A case with the 200 parties that it may have is one form.
        services.Configure<FormOptions>(options => options.ValueCountLimit = 4096);
        // Pages, style and script: a report of a hundred bodies is 250 KB of which 14 travel. Safe over HTTPS too: what a page guards
        // against forgery is masked anew each time, and other sites' requests come without the cookie. The API's JSON stays as it is.
        services.AddResponseCompression(
            options => (options.EnableForHttps, options.MimeTypes) = (true, ["text/html", "text/css", "text/javascript", "image/svg+xml"]));
        services.AddRazorPages().WithRazorPagesAtContentRoot();
        return services.AddOpenApiDocument();
    }

    /// <param name="files">Adds files of other makers to those of our own.</param>
    public static void UseWeb(this WebApplication app, Action<WebApplication> files)
    {
        app.UseMiddleware<LastResort>();
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseMetricsPage();
        app.UseResponseCompression();
        // Every cookie, also those of the framework's own parts, which would leave Secure out behind a proxy.
        app.UseCookiePolicy(
            new CookiePolicyOptions { Secure = CookieSecurePolicy.SameAsRequest, MinimumSameSitePolicy = SameSiteMode.Lax });
        app.UseRequestLocalization();
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = "/error", AllowStatusCode404Response = true });
        app.UseStatusCodePages(context =>
        {
            var http = context.HttpContext;
            if (ProblemHandler.IsForPrograms(http.Request.Path))
                return ProblemWriter.WriteAsync(http, ProblemWriter.ForStatus(http.Response.StatusCode));
            http.SetEndpoint(null);
            http.Request.RouteValues.Clear();
            http.Request.Path = "/error";
            return context.Next(http);
        });
        // A page answers whatever method it is asked with; TRACE and the like are nobody's business.
        app.Use((http, next) =>
        {
            if (http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
                || http.Request.Method is "GET" or "HEAD" or "POST")
                return next(http);
            http.Request.Method = "GET"; // for the page that says so
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        });
        app.UseStaticFiles();
        files(app);
        app.UseTurns();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseFormText();
        // Every path of the API, whether it exists or not: who has no token learns nothing of what is there.
        app.Use((http, next) => http.Request.Path.StartsWithSegments("/api/v1", StringComparison.OrdinalIgnoreCase)
            && http.User.Identity?.IsAuthenticated != true
            ? ProblemWriter.WriteAsync(http, ProblemWriter.ForStatus(401))
            : next(http));
        // Tells the rest of the request who asks.
        app.Use((http, next) =>
        {
            if (Caller.From(http.User) is { } caller) http.RequestServices.GetRequiredService<CurrentCaller>().Value = caller;
            return next(http);
        });
        app.UseAuthorization();
        // White space names nothing, and pages would be given null for it.
        app.Use((http, next) =>
        {
            if (!http.Request.RouteValues.Values.OfType<string>().Any(string.IsNullOrWhiteSpace)) return next(http);
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }
}
