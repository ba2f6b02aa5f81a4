using System.Diagnostics;
using System.Text.Json;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Pipeline;
using Microsoft.AspNetCore.Diagnostics;
using Npgsql;

namespace Mediation.Service.Platform.Http;

/// <summary>Every error of the API: problem+json (RFC 9457) with a stable code, in the language asked for (docs/adr/0005).</summary>
public static class ProblemWriter
{
    public static async Task WriteAsync(HttpContext http, ProblemException problem)
    {
        problem.Count();
        http.Response.StatusCode = problem.Status;
        http.Response.Headers.CacheControl = "no-store";
        // The exception handler has cleared what the localisation had said.
        http.Response.Headers.ContentLanguage = Language.IsEnglish ? Language.English : Language.Chinese;
        if (problem.Status is 429 or 503 && !http.Response.Headers.ContainsKey("Retry-After")) http.Response.Headers.RetryAfter = "5";
        if (problem.Status == 401) http.Response.Headers.WWWAuthenticate = "Bearer";
        var document = new Dictionary<string, object?>
        {
            ["type"] = "urn:mediation:problem:" + problem.Code,
            ["title"] = Title(problem.Status).In(),
            ["status"] = problem.Status,
            ["detail"] = problem.Text.In(),
            ["code"] = problem.Code,
        };
        if (problem.Basis is not null) document["basis"] = problem.Basis.In();
        if (problem.Fields.Count > 0)
            document["errors"] = problem.Fields.ToDictionary(pair => pair.Key,
                pair => pair.Value.Select(message => message.In()).ToArray());
        foreach (var (name, value) in problem.Extensions) document[name] = value;
        document["traceId"] = Activity.Current?.TraceId.ToString() ?? http.TraceIdentifier;
        await http.Response.WriteAsJsonAsync(document, ApiJson.Output, "application/problem+json");
    }

    /// <summary>For answers that the framework gives without a body: 404, 405, 415 and the like.</summary>
    public static ProblemException ForStatus(int status) => status switch
    {
        401 => new(401, "unauthenticated", new("请先登录，或提供有效的令牌。", "Sign in, or give a valid token.")),
        403 => ProblemException.Forbidden(),
        404 => ProblemException.NotFound(),
        405 => new(405, "method.notAllowed", new("此地址不支持该方法。", "This address does not support the method.")),
        413 => new(413, "body.tooLarge", new("内容过大：JSON 不超过 1 MB，文件不超过 32 MB。", "Too large: JSON up to 1 MB, a file up to 32 MB.")),
        415 => new(415, "mediaType.unsupported", new("请使用 UTF-8 编码的 application/json。", "Send application/json in UTF-8.")),
        429 => new(429, "tooMany", new("请求过多，请稍后再试。", "Too many requests: try again later.")),
        503 => new(503, "unavailable", new("服务暂时不可用，请稍后再试。", "The service is unavailable for the moment: try again shortly.")),
        >= 400 and < 500 => new(status, "request.malformed", new("请求格式不正确。", "The request is malformed.")),
        _ => new(500, "unexpected", new("发生意外错误，已记录。请稍后再试。", "Something unexpected happened and was recorded. Try again later.")),
    };

    public static ProblemException From(Exception exception) => exception switch
    {
        ProblemException problem => problem,
        BadHttpRequestException request => ForStatus(request.StatusCode),
        PostgresException { SqlState: PostgresErrorCodes.QueryCanceled } => ForStatus(503),
        // Only what came from outside can hold a character that no text can.
        PostgresException { SqlState: PostgresErrorCodes.CharacterNotInRepertoire } => ForStatus(400),
        PostgresException postgres when postgres.IsTransient || postgres.SqlState.StartsWith("57P", StringComparison.Ordinal)
            || postgres.SqlState.StartsWith("53", StringComparison.Ordinal)
            || postgres.SqlState == PostgresErrorCodes.ReadOnlySqlTransaction => ForStatus(503),
        PostgresException => ForStatus(500),
        NpgsqlException or TimeoutException => ForStatus(503),
        _ => ForStatus(500),
    };

    private static Message Title(int status) => status switch
    {
        400 => new("请求有误", "Invalid request"),
        401 => new("未登录", "Not signed in"),
        403 => new("无权操作", "Not permitted"),
        404 => new("未找到", "Not found"),
        405 => new("方法不支持", "Method not allowed"),
        409 => new("与现状冲突", "Conflict"),
        412 => new("案件已变更", "The case has changed"),
        413 => new("内容过大", "Too large"),
        415 => new("格式不支持", "Unsupported media type"),
        422 => new("无法处理", "Cannot be processed"),
        428 => new("缺少前提条件", "Precondition required"),
        429 => new("请求过多", "Too many requests"),
        503 => new("暂时不可用", "Unavailable"),
        _ => new("服务出错", "Service error"),
    };
}

/// <summary>Turns exceptions into problem documents for the API; pages get the error page.</summary>
public sealed class ProblemHandler(ILogger<ProblemHandler> log) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (exception is OperationCanceledException && httpContext.RequestAborted.IsCancellationRequested)
        {
            httpContext.Response.StatusCode = 499;
            return true;
        }

        var problem = ProblemWriter.From(exception);
        // The message of a database error may quote values, so only its class and code are logged.
        if (problem.Status >= 500)
            log.LogError("{Exception} {SqlState} at {Frames}", exception.GetType().Name,
                (exception as PostgresException)?.SqlState, exception.StackTrace);
        // By now the request's own path is that of the error page. Said in full, since a string that becomes a path by
        // itself is decoded once more: that throws for the id x%2500, and the answer would be the server's bare 500.
        var asked = httpContext.Features.Get<IExceptionHandlerPathFeature>() is { } feature
            ? new PathString(feature.Path) : httpContext.Request.Path;
        if (!IsForPrograms(asked))
        {
            httpContext.Response.StatusCode = problem.Status;
            if (problem.Status < 500) return false;
            // Even the session may be out of reach now, so this page asks nobody anything.
            await PlainError.WriteAsync(httpContext, problem);
            return true;
        }

        await ProblemWriter.WriteAsync(httpContext, problem);
        return true;
    }

    /// <summary>What programs read gets problem documents; the rest gets pages.</summary>
    public static bool IsForPrograms(PathString path) =>
        path.StartsWithSegments("/api", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/healthz", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/openapi", StringComparison.OrdinalIgnoreCase)
        || path.StartsWithSegments("/open", StringComparison.OrdinalIgnoreCase);
}
