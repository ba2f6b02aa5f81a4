using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Pipeline;
using Microsoft.Net.Http.Headers;

namespace Mediation.Service.Platform.Http;

/// <summary>
/// Reads a body in the order of checks that clients count on: size (413), type (415), and, when its time has come, shape (400).
/// </summary>
public sealed class RequestBody
{
    public const int MaxJson = 1024 * 1024;
    public const int MaxFile = 32 * 1024 * 1024;

    private RequestBody(byte[] bytes) => Bytes = bytes;

    public byte[] Bytes { get; }

    public static async Task<RequestBody> ReadJsonAsync(HttpContext http)
    {
        var body = await ReadAsync(http, MaxJson);
        if (body.Bytes.Length > 0 || http.Request.ContentType is not null) RequireMediaType(http, "application/json");
        return body;
    }

    public static async Task<RequestBody> ReadAsync(HttpContext http, int limit)
    {
        if (http.Request.ContentLength > limit) throw ProblemWriter.ForStatus(413);
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await http.Request.Body.ReadAsync(chunk, http.RequestAborted)) > 0)
        {
            if (buffer.Length + read > limit) throw ProblemWriter.ForStatus(413);
            buffer.Write(chunk, 0, read);
        }

        return new RequestBody(buffer.ToArray());
    }

    /// <summary>An unknown charset is refused here, since the framework's reader would answer 500.</summary>
    public static void RequireMediaType(HttpContext http, params ReadOnlySpan<string> allowed)
    {
        if (!MediaTypeHeaderValue.TryParse(http.Request.ContentType, out var type)
            || !allowed.Contains(type.MediaType.Value?.ToLowerInvariant())
            || (type.Charset.HasValue && !type.Charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)))
            throw ProblemWriter.ForStatus(415);
    }

    /// <summary>An empty body reads as {}: an action without required fields needs none.</summary>
    public T Parse<T>() where T : class => (T)Parse(Bytes, typeof(T));

    public static object Parse(byte[] bytes, Type type)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes.Length == 0 ? "{}"u8 : bytes, type, ApiJson.Input)
                ?? throw new JsonException("null");
        }
        catch (JsonException malformed)
        {
            throw Malformed(malformed);
        }
    }

    /// <summary>The hash that distinguishes a repeated request from another one under the same idempotency key.</summary>
    public byte[] Hash(HttpRequest request)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(Encoding.UTF8.GetBytes($"{request.Method} {request.Path}{request.QueryString}\n{request.Headers.IfMatch}\n"));
        hash.AppendData(Bytes);
        return hash.GetHashAndReset();
    }

    private static ProblemException Malformed(JsonException malformed)
    {
        var path = malformed.Path is { Length: > 2 } full && full.StartsWith("$.", StringComparison.Ordinal) && Names.IsPlain(full[2..])
            ? full[2..] : null;
        return path is null
            ? new ProblemException(400, "body.malformed", new("请求内容不是有效的 JSON 对象。", "The body is not a valid JSON object."))
            : new ProblemException(400, "body.malformed",
                new("请求中有无法识别的内容，请查看所列字段。", "The body holds something that cannot be read; see the field named."))
            {
                Fields = new Dictionary<string, IReadOnlyList<Message>>
                {
                    [path] = [new("字段未知，或类型、取值不正确。", "Unknown field, or wrong type or value.")],
                },
            };
    }
}
