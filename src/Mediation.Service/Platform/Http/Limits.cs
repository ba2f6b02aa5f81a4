using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Threading.RateLimiting;
using Mediation.Service.Platform.Callers;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Options;

namespace Mediation.Service.Platform.Http;

/// <summary>The section <c>Limits</c> of the configuration: what one may ask, and how much this node takes on at once.</summary>
public sealed class Limits
{
    /// <summary>Requests a second that an account may make on end; a program that imports stays far below.</summary>
    public int PerAccount { get; init; } = 50;

    /// <summary>Requests a second of an address while nobody is signed in: sign-in, what is public.</summary>
    public int PerAddress { get; init; } = 10;

    /// <summary>Seconds' worth of requests that may come at once: a page with its files, a list that is worked off.</summary>
    public int Burst { get; init; } = 10;

    /// <summary>Disputes that may be reported without an account from one address in an hour; a village may share one.</summary>
    public int PublicReports { get; init; } = 20;

    /// <summary>Looks at an own report by number and code from one address in a minute.</summary>
    public int PublicLookups { get; init; } = 30;

    /// <summary>Requests that are worked on at the same time: more only wait for the same cores and connections.</summary>
    public int AtOnce { get; init; } = 64;

    /// <summary>Requests that wait for their turn; the next is refused with 503 rather than left to drown all.</summary>
    public int Waiting { get; init; } = 512;

    /// <summary>Seconds until a request is given up, waiting included; files have <see cref="FileSeconds"/>.</summary>
    public int Seconds { get; init; } = 60;

    /// <summary>Seconds for a file of many rows.</summary>
    public int FileSeconds { get; init; } = 900;
}

/// <summary>Puts the limits into the way of a request.</summary>
public static class LimitsSetup
{
    /// <summary>The timeout of an endpoint that takes or makes files.</summary>
    public const string Files = "files";

    public static IServiceCollection AddLimits(this IServiceCollection services)
    {
        services.AddOptions<Limits>().BindConfiguration(nameof(Limits))
            .Validate(limits => new[] { limits.PerAccount, limits.PerAddress, limits.PublicReports, limits.PublicLookups, limits.Burst,
                limits.AtOnce, limits.Waiting, limits.Seconds, limits.FileSeconds }.All(value => value is > 0 and <= 1_000_000),
                "Limits: each value is a whole number from 1 to 1000000. / 每项应为 1 至 1000000 的整数。")
            .ValidateOnStart();
        services.AddSingleton<Turns>();
        services.AddRateLimiter(_ => { });
        services.AddOptions<Microsoft.AspNetCore.RateLimiting.RateLimiterOptions>().Configure<IOptions<Limits>>((options, limits) =>
        {
            options.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, string>(
                http => Partition(http, limits.Value), StringComparer.Ordinal);
            options.OnRejected = async (rejected, _) =>
            {
                var after = rejected.Lease.TryGetMetadata(MetadataName.RetryAfter, out var wait) ? wait : TimeSpan.FromSeconds(1);
                rejected.HttpContext.Response.Headers.RetryAfter = Math.Max(1, (int)Math.Ceiling(after.TotalSeconds))
                    .ToString(CultureInfo.InvariantCulture);
                await RefuseAsync(rejected.HttpContext, 429);
            };
        });
        services.AddRequestTimeouts();
        services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<Limits>>((options, limits) =>
        {
            options.DefaultPolicy = After(limits.Value.Seconds);
            options.AddPolicy(Files, After(limits.Value.FileSeconds));
        });
        return services;

        static RequestTimeoutPolicy After(int seconds) => new()
        {
            Timeout = TimeSpan.FromSeconds(seconds),
            TimeoutStatusCode = StatusCodes.Status503ServiceUnavailable,
            WriteTimeoutResponse = http => RefuseAsync(http, 503),
        };
    }

    /// <summary>Before anything that costs: the turn comes first, so that the refusal is cheap.</summary>
    public static void UseTurns(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        // A probe must see that the node is alive, however long its queue.
        if (http.Request.Path.StartsWithSegments("/healthz", StringComparison.Ordinal))
        {
            await next(http);
            return;
        }

        using var turn = await http.RequestServices.GetRequiredService<Turns>().AcquireAsync(http.RequestAborted);
        if (turn.IsAcquired) await next(http);
        else await RefuseAsync(http, 503);
    });

    private static RateLimitPartition<string> Partition(HttpContext http, Limits limits)
    {
        // What the node asks itself to warm up would leave nothing for the first who come from the same machine.
        if (http.Request.Path.StartsWithSegments("/healthz", StringComparison.Ordinal)
            || !http.RequestServices.GetRequiredService<NodeState>().IsWarm)
            return RateLimitPartition.GetNoLimiter("");
        var caller = Caller.From(http.User);
        var (key, most) = caller is null ? ("address " + Network(http.Connection.RemoteIpAddress), limits.PerAddress)
            : ("account " + caller.User, limits.PerAccount);
        return RateLimitPartition.GetTokenBucketLimiter(key, _ => new TokenBucketRateLimiterOptions
        {
            TokenLimit = most * limits.Burst,
            TokensPerPeriod = most,
            ReplenishmentPeriod = TimeSpan.FromSeconds(1),
            QueueLimit = 0,
        });
    }

    /// <summary>Of IPv6 the first 64 bits: the rest is the customer's own to change.</summary>
    internal static string Network(IPAddress? address) => address switch
    {
        null => "",
        { IsIPv4MappedToIPv6: true } => address.MapToIPv4().ToString(),
        { AddressFamily: AddressFamily.InterNetworkV6 } => Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8)),
        _ => address.ToString(),
    };

    private static Task RefuseAsync(HttpContext http, int status)
    {
        var problem = ProblemWriter.ForStatus(status);
        http.Response.StatusCode = status;
        return ProblemHandler.IsForPrograms(http.Request.Path)
            ? ProblemWriter.WriteAsync(http, problem) : PlainError.WriteAsync(http, problem);
    }
}

/// <summary>The turns of this node; oldest first.</summary>
public sealed class Turns(IOptions<Limits> limits) : IDisposable
{
    private readonly ConcurrencyLimiter limiter = new(new ConcurrencyLimiterOptions
    {
        PermitLimit = limits.Value.AtOnce,
        QueueLimit = limits.Value.Waiting,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    public ValueTask<RateLimitLease> AcquireAsync(CancellationToken cancellationToken) => limiter.AcquireAsync(1, cancellationToken);

    public void Dispose() => limiter.Dispose();
}
