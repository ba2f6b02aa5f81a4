using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Platform.Http;

/// <summary>
/// The place in a list after which the next page starts: the last row's key and a hash of the filters. Not signed: it
/// holds only what the caller has just been shown, and scope is applied to every page anew.
/// </summary>
public static class Cursor
{
    private const int Longest = 1000;

    /// <param name="filters">Every filter and the order of the list, in any form that differs where they differ.</param>
    public static string Write(IReadOnlyList<string?> key, params IReadOnlyList<string?> filters) =>
        Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new Content(Hash(filters), key)));

    /// <summary>The last row's key of <paramref name="length"/> parts, or null for the first page.</summary>
    /// <exception cref="ProblemException">400 <c>cursor.invalid</c> when it is not ours or was made with other filters.</exception>
    public static IReadOnlyList<string?>? Read(string? after, int length, params IReadOnlyList<string?> filters)
    {
        if (after is null) return null;
        try
        {
            if (after.Length <= Longest && JsonSerializer.Deserialize<Content>(Base64Url.DecodeFromChars(after)) is { } content
                && content.F == Hash(filters) && content.K?.Count == length
                && !content.K.Any(part => part?.Any(char.IsControl) == true)) return content.K;
        }
        catch (Exception malformed) when (malformed is FormatException or JsonException)
        {
            throw Invalid();
        }

        throw Invalid();
    }

    /// <summary>A part that was written as a number; whoever altered the cursor gets the same answer as above.</summary>
    public static long Number(string? part, long largest) =>
        long.TryParse(part, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= largest
            ? number : throw Invalid();

    public static Guid Id(string? part) => Guid.TryParseExact(part, "D", out var id) ? id : throw Invalid();

    private static ProblemException Invalid() => new(400, "cursor.invalid",
        new("翻页标记无效，或与当前筛选条件不符。请从第一页重新开始。", "The cursor is not valid, or was made with other filters. Start again from the first page."));

    private static string Hash(IReadOnlyList<string?> filters) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(filters))).AsSpan(0, 8));

    private sealed record Content(string F, IReadOnlyList<string?> K);
}
