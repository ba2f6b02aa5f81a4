using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mediation.Service.Platform.Pipeline;
using Microsoft.AspNetCore.WebUtilities;

namespace Mediation.Service.Platform.Http;

/// <summary>
/// Where a list goes on: the last row's key, tied to the filters it was made with. Paging goes by key, never by offset,
/// so that any depth costs the same and rows that come in between are neither doubled nor lost.
/// </summary>
public static class Cursor
{
    public static string Make<T>(T key, string filters) =>
        WebEncoders.Base64UrlEncode([.. Mark(filters), .. JsonSerializer.SerializeToUtf8Bytes(key, ApiJson.Output)]);

    /// <exception cref="ProblemException">400 <c>cursor.invalid</c>: mangled, or made with other filters.</exception>
    public static T Read<T>(string cursor, string filters)
    {
        try
        {
            var bytes = WebEncoders.Base64UrlDecode(cursor);
            if (bytes.Length > 8 && bytes.AsSpan(0, 8).SequenceEqual(Mark(filters)) && JsonSerializer.Deserialize<T>(bytes.AsSpan(8), ApiJson.Input) is { } key)
                return key;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            throw Invalid();
        }

        throw Invalid();
    }

    private static byte[] Mark(string filters) => SHA256.HashData(Encoding.UTF8.GetBytes(filters))[..8];

    private static ProblemException Invalid() => new(400, "cursor.invalid",
        new("翻页标记无效或与筛选条件不符,请从第一页重新开始。", "The cursor does not belong to these filters: start again from the first page."));
}
