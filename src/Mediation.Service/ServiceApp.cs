using Mediation.Service.Health;
using Mediation.Service.Help;
using Mediation.Service.Jobs;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Platform.Telemetry;
using Mediation.Service.Shared;

namespace Mediation.Service;

/// <summary>The composition root. Capabilities, requests, endpoints and projections are found by themselves.</summary>
public static class ServiceApp
{
    public static WebApplication Build(string[] args, ServiceSettings settings)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions
        {
            Args = args,
            ContentRootPath = AppContext.BaseDirectory,
            // The pages are looked for in this assembly, whichever program starts it.
            ApplicationName = typeof(ServiceApp).Assembly.GetName().Name,
        });
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = RequestBody.MaxFile + 1024;
        });
        Log(builder.Logging, settings.Demonstration);
        builder.Services.AddSingleton(settings).AddSingleton(settings.Db).AddSingleton(settings.Keys).AddSingleton(settings.Clock);
        builder.Services.AddMediator().AddWeb().AddTelemetry(builder.Configuration).AddCapabilities(builder.Configuration, settings);
        var app = builder.Build();
        app.UseWeb(files: ApiPageModel.Serve);
        app.MapGet("/healthz/live", () => Results.Json(new { status = "ok" })).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/healthz/ready", Readiness.CheckAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapOpenApi().AllowAnonymous();
        app.MapRazorPages();
        app.MapEndpoints();
        app.MapHangfire();
        return app;
    }

    private static void Log(ILoggingBuilder logging, bool demonstration)
    {
        logging.ClearProviders();
        if (demonstration)
            logging.AddSimpleConsole(options => options.SingleLine = true).AddFilter("Microsoft.Hosting.Lifetime", LogLevel.Warning);
        else
            logging.AddJsonConsole(options =>
            {
                options.UseUtcTimestamp = true;
                options.TimestampFormat = "yyyy-MM-ddTHH:mm:ss.fffZ";
            });
        // Request lines of the framework hold query strings, and these may hold names.
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Npgsql", LogLevel.Warning)
            .AddFilter("Hangfire", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
    }
}
