using Mediation.Service.Platform.Http;
using Microsoft.AspNetCore.Localization;

namespace Mediation.Service.Shared;

/// <summary>The reader's language, kept in a cookie and asked before the browser's own wish.</summary>
public sealed class ChooseLanguage : IEndpoint
{
    private const string Cookie = "lang";

    public static IRequestCultureProvider FromCookie { get; } = new CustomRequestCultureProvider(http =>
        Task.FromResult(http.Request.Cookies[Cookie] is Language.Chinese or Language.English
            ? new ProviderCultureResult(http.Request.Cookies[Cookie])
            : null));

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/language", (string? to, string? returnUrl, HttpContext http) =>
    {
        http.Response.Cookies.Append(Cookie, to == Language.English ? Language.English : Language.Chinese,
            new CookieOptions
            {
                MaxAge = TimeSpan.FromDays(365),
                HttpOnly = true,
                SameSite = SameSiteMode.Lax,
                IsEssential = true,
                Path = "/",
                Secure = http.Request.IsHttps
            });
        return Results.LocalRedirect(returnUrl is ['/', not ('/' or '\\'), ..] ? returnUrl : "/");
    }).AllowAnonymous().ExcludeFromDescription();
}
