using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Options;

namespace Mediation.Service.Accounts;

/// <summary>Two ways in behind one scheme: an API token, else the cookie. Needs a data source, a clock and <c>Keys</c>.</summary>
public sealed class AccountsSetup : ICapability
{
    public const string Either = "Mediation";
    public const string Token = "Token";
    public const string Cookie = "Cookie";

    public static void AddServices(IServiceCollection services, IConfiguration configuration, ServiceSettings settings)
    {
        services.AddSingleton<AccountStore>();
        services.AddSingleton<SessionCookie>();
        services.AddSingleton<SignInAttempts>();
        services.AddSingleton<PasswordHasher<string>>();
        services.AddSingleton<SessionKeys>();
        services.AddSingleton<SessionKeySeal>();
        services.AddDataProtection().SetApplicationName("mediation");
        services.AddOptions<KeyManagementOptions>().Configure<SessionKeys, SessionKeySeal>((options, keys, seal) =>
        {
            options.XmlRepository = keys;
            options.XmlEncryptor = seal;
        });
        // Only a proxy on this machine is believed, which is the framework's default list.
        services.Configure<ForwardedHeadersOptions>(options =>
            options.ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto);
        services.AddAuthentication(Either)
            .AddPolicyScheme(Either, null, options => options.ForwardDefaultSelector = http =>
                http.Request.Headers.ContainsKey("Authorization") ? Token : Cookie)
            .AddScheme<AuthenticationSchemeOptions, TokenHandler>(Token, null)
            .AddCookie(Cookie, SessionCookie.Configure);
        services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder(Either).RequireAuthenticatedUser().Build());
    }
}
