using System.Diagnostics;
using System.Net;
using Npgsql;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace Mediation.Service.Platform.Telemetry;

/// <summary>
/// Figures at <c>/metrics</c> for who may see them, and figures and traces to a collector where one is set. Without a collector no span
/// is made; without a network that may see the figures none are kept.
/// </summary>
public static class TelemetrySetup
{
    /// <summary>Of the service's own spans.</summary>
    public const string Source = "Mediation";

    private const string Path = "/metrics";

    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var networks = Networks.Read(configuration);
        services.AddSingleton(networks);
        var collector = HasCollector(configuration);
        if (!collector && networks.All.Count == 0) return services;
        var telemetry = services.AddOpenTelemetry().ConfigureResource(resource => resource.AddService("mediation",
            serviceVersion: typeof(TelemetrySetup).Assembly.GetName().Version?.ToString(3),
            serviceInstanceId: $"{Environment.MachineName}:{Environment.ProcessId}"));
        telemetry.WithMetrics(metrics =>
        {
            metrics.AddMeter(Counted.Meter).AddNpgsqlInstrumentation().AddAspNetCoreInstrumentation().AddRuntimeInstrumentation()
                .AddPrometheusExporter(exporter => exporter.ScrapeEndpointPath = Path);
            if (collector) metrics.AddOtlpExporter();
        });
        if (collector)
        {
            telemetry.WithTracing(traces => traces.AddSource(Source, SpanCleaner.Source).AddNpgsql()
                .AddAspNetCoreInstrumentation(options => options.Filter = http => !IsProbe(http.Request.Path))
                .AddProcessor(new SpanCleaner()).AddOtlpExporter());
        }

        return services;
    }

    /// <summary>
    /// Behind the forwarded headers, which say who asks; before the turns, since figures are wanted most when all turns are taken.
    /// </summary>
    public static void UseMetricsPage(this WebApplication app)
    {
        var networks = app.Services.GetRequiredService<Networks>();
        if (networks.All.Count > 0) app.UseOpenTelemetryPrometheusScrapingEndpoint(http => IsMetrics(http) && networks.May(http));
        app.Use((http, next) =>
        {
            if (!IsMetrics(http)) return next(http);
            http.Response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        });
    }

    private static bool IsMetrics(HttpContext http) => http.Request.Path.Equals(Path, StringComparison.OrdinalIgnoreCase);

    private static bool IsProbe(PathString path) => path.StartsWithSegments("/healthz", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase);

    private static bool HasCollector(IConfiguration configuration)
    {
        if (configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] is not { Length: > 0 } endpoint) return false;
        return Uri.TryCreate(endpoint, UriKind.Absolute, out var address) && address.Scheme is "http" or "https"
            ? true
            : throw new SettingException("OTEL_EXPORTER_OTLP_ENDPOINT 应为网址，如 http://127.0.0.1:4317。",
                "OTEL_EXPORTER_OTLP_ENDPOINT must be an address, e.g. http://127.0.0.1:4317.");
    }

    /// <summary>Whose machines may read the figures: the setting <c>Telemetry:MetricsNetworks</c>; nobody's unless set.</summary>
    public sealed record Networks(IReadOnlyList<IPNetwork> All)
    {
        private const string Setting = "Telemetry:MetricsNetworks";

        public static Networks Read(IConfiguration configuration) => new([.. (configuration[Setting] ?? "")
            .Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(text => IPNetwork.TryParse(text, out var network)
                ? network
                : throw new SettingException($"{Setting} 应为以逗号分隔的网段，如 10.1.0.0/16, ::1/128。",
                    $"{Setting} must be networks with commas between, e.g. 10.1.0.0/16, ::1/128."))]);

        /// <summary>What a proxy passes on that is not believed would come from the proxy's own address: nobody.</summary>
        public bool May(HttpContext http) =>
            !http.Request.Headers.ContainsKey("X-Forwarded-For") && http.Connection.RemoteIpAddress is { } address
                && All.Any(network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address));
    }
}
