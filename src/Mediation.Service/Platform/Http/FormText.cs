using System.Text;

namespace Mediation.Service.Platform.Http;

/// <summary>
/// A form with one NUL in it is refused whole by the framework's reader, and all that was typed with it; one in a page's query fails in
/// PostgreSQL. NUL says nothing and is left out of both.
/// </summary>
public static class FormText
{
    private const int Most = 4 * 1024 * 1024;
    private const string Nul = "%00";

    public static IApplicationBuilder UseFormText(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        var isPage = !ProblemHandler.IsForPrograms(http.Request.Path);
        if (isPage && http.Request.QueryString.Value is { } query && query.Contains(Nul, StringComparison.Ordinal))
            http.Request.QueryString = new QueryString(WithoutNul(query));
        if (isPage && HttpMethods.IsPost(http.Request.Method)
            && http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            var body = await RequestBody.ReadAsync(http, Most);
            http.Request.Body = new MemoryStream(WithoutNul(body.Bytes), writable: false);
        }

        await next(http);
    });

    private static byte[] WithoutNul(byte[] body) => body.AsSpan().IndexOf("%00"u8) < 0 && !body.Contains((byte)0)
        ? body
        : Encoding.Latin1.GetBytes(WithoutNul(Encoding.Latin1.GetString(body).Replace("\0", "", StringComparison.Ordinal)));

    /// <summary>What stood on its two sides may be one anew.</summary>
    private static string WithoutNul(string text)
    {
        while (text.Contains(Nul, StringComparison.Ordinal)) text = text.Replace(Nul, "", StringComparison.Ordinal);
        return text;
    }
}
