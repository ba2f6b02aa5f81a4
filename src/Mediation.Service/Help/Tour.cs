using System.Globalization;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Shared;

namespace Mediation.Service.Help;

/// <summary>
/// The first round through the pages of a role (导览), a stop at a time: while it goes on, every page says above what this stop is for.
/// Where somebody stands is in a cookie, for it is nobody's business but his browser's.
/// </summary>
public static class Tour
{
    public const string Page = "/help/tour";
    private const string Cookie = "tour";

    /// <param name="Key">What the page is for: <c>Tour.Stop.desk</c> in the texts.</param>
    public sealed record Stop(string Path, string Key);

    private static readonly IReadOnlyList<Stop> All =
    [
        new("/desk", "desk"), new("/", "list"), new("/notices", "notices"), new("/cases/new", "newCase"), new("/people", "people"),
        new("/referrals/import", "import"), new("/letters", "letters"), new("/open-loops", "openLoops"), new("/reports/monthly", "reports"),
        new("/policies", "policies"), new("/ladders", "ladders"), new("/calendar", "calendar"), new("/jobs", "jobs"), new("/help", "help"),
    ];

    /// <summary>
    /// The pages that the role's own navigation has, and the guide at the end. The administrator has no cases, so no work list.
    /// </summary>
    public static IReadOnlyList<Stop> Of(Role role)
    {
        var open = Navigation.For(role).Select(entry => entry.Path).Append("/help").ToHashSet(StringComparer.Ordinal);
        if (role == Role.Admin) open.Remove("/");
        return [.. All.Where(stop => open.Contains(stop.Path))];
    }

    /// <returns>The stop's place from 1 on; null when no tour goes on.</returns>
    public static int? At(HttpContext http, Role role) =>
        int.TryParse(http.Request.Cookies[Cookie], NumberStyles.None, CultureInfo.InvariantCulture, out var at) && at >= 1
            && at <= Of(role).Count ? at : null;

    /// <summary>Goes to a stop; any other place ends the tour.</summary>
    /// <returns>Where the browser is to go.</returns>
    public static string GoTo(HttpContext http, Role role, int place)
    {
        var stops = Of(role);
        var options = new CookieOptions
        { HttpOnly = true, SameSite = SameSiteMode.Lax, IsEssential = true, Path = "/", Secure = http.Request.IsHttps };
        if (place < 1 || place > stops.Count)
        {
            http.Response.Cookies.Delete(Cookie, options);
            return "/desk";
        }

        http.Response.Cookies.Append(Cookie, place.ToString(CultureInfo.InvariantCulture), options);
        return stops[place - 1].Path;
    }
}
