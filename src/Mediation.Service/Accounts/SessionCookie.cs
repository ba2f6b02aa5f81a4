using System.Globalization;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;

namespace Mediation.Service.Accounts;

/// <summary>The cookie of the pages. At most a minute after a password change or a closed account, a session ends.</summary>
public sealed class SessionCookie(AccountStore accounts, TimeProvider clock) : CookieAuthenticationEvents
{
    public static readonly TimeSpan Recheck = TimeSpan.FromMinutes(1);

    private const string CheckedAt = "checkedAt";

    public static void Configure(CookieAuthenticationOptions options)
    {
        options.Cookie.Name = "mediation";
        options.Cookie.HttpOnly = true;
        options.Cookie.Path = "/";
        options.Cookie.SameSite = SameSiteMode.Lax;
        options.Cookie.SecurePolicy = CookieSecurePolicy.SameAsRequest;
        options.Cookie.IsEssential = true;
        options.ExpireTimeSpan = TimeSpan.FromHours(12);
        options.SlidingExpiration = true;
        options.LoginPath = "/sign-in";
        options.LogoutPath = "/sign-out";
        options.ReturnUrlParameter = "returnUrl";
        options.EventsType = typeof(SessionCookie);
    }

    public override Task SigningIn(CookieSigningInContext context)
    {
        context.Properties.SetString(CheckedAt, clock.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        return Task.CompletedTask;
    }

    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var now = clock.GetUtcNow();
        if (long.TryParse(context.Properties.GetString(CheckedAt), CultureInfo.InvariantCulture, out var seconds)
            && now - DateTimeOffset.FromUnixTimeSeconds(seconds) < Recheck) return;

        var account = await accounts.FindAsync(context.Principal?.FindFirstValue("sub") ?? "", context.HttpContext.RequestAborted);
        var stamp = Encoding.UTF8.GetBytes(context.Principal?.FindFirstValue("stamp") ?? "");
        if (account is null || !CryptographicOperations.FixedTimeEquals(stamp, Encoding.UTF8.GetBytes(account.Stamp)))
        {
            context.RejectPrincipal();
            await context.HttpContext.SignOutAsync(AccountsSetup.Cookie);
            return;
        }

        context.ReplacePrincipal(account.ToPrincipal());
        context.Properties.SetString(CheckedAt, now.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));
        context.ShouldRenew = true;
    }

    // A client of the API gets the bare status, which the problem documents fill in; a person gets a page.
    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (!IsApi(context.Request)) return base.RedirectToLogin(context);
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        return Task.CompletedTask;
    }

    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static bool IsApi(HttpRequest request) => request.Path.StartsWithSegments("/api", StringComparison.Ordinal);
}
