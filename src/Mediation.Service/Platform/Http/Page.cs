using System.Text.Json.Serialization;

namespace Mediation.Service.Platform.Http;

/// <summary>A page of a list in the order of one text key.</summary>
/// <param name="Next">The cursor of the next page; on the last a null that is written, since clients look for it.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, [property: JsonIgnore(Condition = JsonIgnoreCondition.Never)] string? Next);

public static class Page
{
    /// <param name="rows">One row more than the limit shows that there is a next page.</param>
    public static Page<T> Of<T>(List<T> rows, int limit, Func<T, string> key, params string?[] filters)
    {
        if (rows.Count <= limit) return new Page<T>(rows, null);
        rows.RemoveRange(limit, rows.Count - limit);
        return new Page<T>(rows, Cursor.Write([key(rows[^1])], filters));
    }
}
