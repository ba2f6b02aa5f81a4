using System.Text;

namespace Mediation.Service.Platform.Http;

/// <summary>A form with one NUL in it is refused whole by the framework's reader, and all that was typed with it. NUL says nothing and is left out.</summary>
public static class FormText
{
    private const int Most = 4 * 1024 * 1024;

    public static IApplicationBuilder UseFormText(this IApplicationBuilder app) => app.Use(async (http, next) =>
    {
        if (HttpMethods.IsPost(http.Request.Method) && !ProblemHandler.IsForPrograms(http.Request.Path)
            && http.Request.ContentType?.StartsWith("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true)
        {
            var body = await RequestBody.ReadAsync(http, Most);
            http.Request.Body = new MemoryStream(WithoutNul(body.Bytes), writable: false);
        }

        await next(http);
    });

    private static byte[] WithoutNul(byte[] body) => body.AsSpan().IndexOf("%00"u8) < 0 && !body.Contains((byte)0)
        ? body
        : Encoding.Latin1.GetBytes(Encoding.Latin1.GetString(body).Replace("%00", "", StringComparison.Ordinal).Replace("\0", "", StringComparison.Ordinal));
}
