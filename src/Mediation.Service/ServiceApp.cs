using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Unicode;
using Mediation.Service.Accounts;
using Mediation.Service.Cases;
using Mediation.Service.Courts;
using Mediation.Service.Deadlines;
using Mediation.Service.Desks;
using Mediation.Service.Escalation;
using Mediation.Service.Groups;
using Mediation.Service.Help;
using Mediation.Service.Intake;
using Mediation.Service.Jobs;
using Mediation.Service.Letters;
using Mediation.Service.Lights;
using Mediation.Service.People;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Platform.Telemetry;
using Mediation.Service.PublicDesk;
using Mediation.Service.Registry;
using Mediation.Service.Reports;
using Mediation.Service.Sending;
using Mediation.Service.Shared;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Localization;
using Microsoft.Extensions.WebEncoders;
using Npgsql;

namespace Mediation.Service;

/// <summary>What a running service is made of; tests make the same with a clock of their own.</summary>
/// <param name="Demonstration">No connection string was given: own database, demonstration accounts and cases.</param>
/// <param name="Jobs">This node fires the jobs (role worker or all).</param>
/// <param name="WarmUp">Not ready before the ways that everybody takes have been run.</param>
public sealed record ServiceSettings(NpgsqlDataSource Db, Keys Keys, TimeProvider Clock, string DataFolder, bool Demonstration, bool Jobs = true, bool WarmUp = false);

/// <summary>The composition root.</summary>
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
        AddServices(builder.Services, settings);
        builder.Services.AddSending(builder.Configuration).AddTelemetry(builder.Configuration);
        var app = builder.Build();
        UseMiddleware(app);
        MapEndpoints(app);
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
        logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Npgsql", LogLevel.Warning).AddFilter("Quartz", LogLevel.Warning)
            .AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
    }

    private static void AddServices(IServiceCollection services, ServiceSettings settings)
    {
        services.AddSingleton(settings).AddSingleton(settings.Db).AddSingleton(settings.Keys).AddSingleton(settings.Clock);
        services.AddLimits().AddMediator().AddCaseActions().AddAccounts().AddRegistry().AddDeadlines().AddLights().AddEscalation().AddCourts();
        services.AddScoped<CaseSession>().AddScoped<Idempotency>().AddScoped<CaseOpening>().AddScoped<CaseGroups>().AddScoped<GroupMembers>().AddScoped<GroupRun>().AddSingleton<CaseNumbers>().AddScoped<CountedRows>().AddSingleton<PublicTurns>().AddScoped<ReportScopes>().AddScoped<ReportFigures>().AddScoped<MonthActs>().AddScoped<PublishedMonth.Publications>().AddScoped<IndexScores>().AddScoped<AreaActs>().AddScoped<MeetingPacks>().AddSingleton<PackPrinter>();
        services.AddSingleton<WarmUp>().AddHostedService(provider => provider.GetRequiredService<WarmUp>());
        services.AddJobs(settings);
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
        services.AddResponseCompression(options => (options.EnableForHttps, options.MimeTypes) = (true, ["text/html", "text/css", "text/javascript", "image/svg+xml"]));
        services.AddRazorPages().WithRazorPagesAtContentRoot();
        services.AddOpenApiDocument();
    }

    private static void UseMiddleware(WebApplication app)
    {
        app.UseForwardedHeaders();
        app.UseSecurityHeaders();
        app.UseMetricsPage();
        app.UseResponseCompression();
        // Every cookie, also those of the framework's own parts, which would leave Secure out behind a proxy.
        app.UseCookiePolicy(new CookiePolicyOptions { Secure = CookieSecurePolicy.SameAsRequest, MinimumSameSitePolicy = SameSiteMode.Lax });
        app.UseRequestLocalization();
        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandlingPath = "/error", AllowStatusCode404Response = true });
        app.UseStatusCodePages(context =>
        {
            var http = context.HttpContext;
            if (ProblemHandler.IsForPrograms(http.Request.Path)) return ProblemWriter.WriteAsync(http, ProblemWriter.ForStatus(http.Response.StatusCode));
            http.SetEndpoint(null);
            http.Request.RouteValues.Clear();
            http.Request.Path = "/error";
            return context.Next(http);
        });
        // A page answers whatever method it is asked with; TRACE and the like are nobody's business.
        app.Use((http, next) =>
        {
            if (http.Request.Path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase) || http.Request.Method is "GET" or "HEAD" or "POST") return next(http);
            http.Request.Method = "GET"; // for the page that says so
            http.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return Task.CompletedTask;
        });
        app.UseStaticFiles();
        ApiPageModel.Serve(app);
        app.UseTurns();
        app.UseRouting();
        app.UseRequestTimeouts();
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseFormText();
        // Every path of the API, whether it exists or not: who has no token learns nothing of what is there.
        app.Use((http, next) => http.Request.Path.StartsWithSegments("/api/v1", StringComparison.OrdinalIgnoreCase) && http.User.Identity?.IsAuthenticated != true
            ? ProblemWriter.WriteAsync(http, ProblemWriter.ForStatus(401))
            : next(http));
        app.UseCaller();
        app.UseAuthorization();
    }

    private static void MapEndpoints(WebApplication app)
    {
        app.MapGet("/healthz/live", () => Results.Json(new { status = "ok" })).AllowAnonymous().ExcludeFromDescription();
        app.MapGet("/healthz/ready", Readiness.CheckAsync).AllowAnonymous().ExcludeFromDescription();
        app.MapOpenApi().AllowAnonymous();
        app.MapRazorPages();
        ChooseLanguage.Map(app);
        app.MapCaseActions();
        OpenCase.Map(app);
        ListCases.Map(app);
        ExportCases.Map(app);
        GetCase.Map(app);
        GetTimeline.Map(app);
        GetMark.Map(app);
        MarkCase.Map(app);
        ListActions.Map(app);
        RecordSurvey.Map(app);
        RecordPrevented.Map(app);
        ListJobs.Map(app);
        RunJob.Map(app);
        app.MapJobEngine();
        MonthlyReport.Map(app);
        SubmitMonth.Map(app);
        ReturnMonth.Map(app);
        SignMonth.Map(app);
        PublishMonth.Map(app);
        PublishedMonth.Map(app);
        Restatement.Map(app);
        MonthHistory.Map(app);
        MonthComparison.Map(app);
        PeriodReport.Map(app);
        JournalReport.Map(app);
        PeriodComparison.Map(app);
        BodyFunnel.Map(app);
        TimeToClosure.Map(app);
        MonthIndex.Map(app);
        EnterIndexItems.Map(app);
        PublishIndex.Map(app);
        OpenIndex.Map(app);
        ReadCalendarFeed.Map(app);
        ListIndexVersions.Map(app);
        DefineIndex.Map(app);
        AreaReport.Map(app);
        CountArea.Map(app);
        WatchArea.Map(app);
        UnwatchArea.Map(app);
        LoadHistory.Map(app);
        GetMeetingPack.Map(app);
        SubscribePacks.Map(app);
        ListPacks.Map(app);
        ReconcileMonth.Map(app);
        FigureCases.Map(app);
        MonthTrend.Map(app);
        LineReturn.Map(app);
        MediatorMonth.Map(app);
        ListCaseFees.Map(app);
        SetCaseFee.Map(app);
        app.MapCourts();
        app.MapRegistry();
        app.MapDeadlines();
        app.MapLights();
        app.MapEscalation();
        app.MapSending();
        ListLetters.Map(app);
        ListOpenLoops.Map(app);
        FindPerson.Map(app);
        ListLookups.Map(app);
        app.MapGroups();
        app.MapAccounts();
    }
}
