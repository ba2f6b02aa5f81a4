using System.Globalization;
using System.Threading.RateLimiting;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Microsoft.Extensions.Options;

namespace Mediation.Service.PublicDesk;

/// <summary>How often one address may use what needs no account, on this node; on top of the limits of every request.</summary>
public sealed class PublicTurns(IOptions<Limits> limits) : IDisposable
{
    private readonly PartitionedRateLimiter<HttpContext> reports = Window(limits.Value.PublicReports, TimeSpan.FromHours(1));
    private readonly PartitionedRateLimiter<HttpContext> lookups = Window(limits.Value.PublicLookups, TimeSpan.FromMinutes(1));

    /// <exception cref="ProblemException">429 with the time to wait in <c>Retry-After</c>.</exception>
    public void Report(HttpContext http) => Take(reports, http);

    /// <inheritdoc cref="Report"/>
    public void Look(HttpContext http) => Take(lookups, http);

    public void Dispose()
    {
        reports.Dispose();
        lookups.Dispose();
    }

    private static PartitionedRateLimiter<HttpContext> Window(int most, TimeSpan window) =>
        PartitionedRateLimiter.Create<HttpContext, string>(
            http => RateLimitPartition.GetFixedWindowLimiter(LimitsSetup.Network(http.Connection.RemoteIpAddress),
                _ => new FixedWindowRateLimiterOptions { PermitLimit = most, Window = window, QueueLimit = 0 }), StringComparer.Ordinal);

    private static void Take(PartitionedRateLimiter<HttpContext> limiter, HttpContext http)
    {
        using var lease = limiter.AttemptAcquire(http);
        if (lease.IsAcquired) return;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var given) ? given : TimeSpan.FromMinutes(1);
        http.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)).ToString(CultureInfo.InvariantCulture);
        throw ProblemWriter.ForStatus(429);
    }
}
