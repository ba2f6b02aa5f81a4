using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Platform.Http;

/// <summary>The query string of a list: every wrong or unknown parameter is named at once.</summary>
public sealed class QueryParameters(HttpRequest request)
{
    private readonly Dictionary<string, IReadOnlyList<Message>> errors = [];
    private readonly HashSet<string> known = new(StringComparer.Ordinal);

    public string? Text(string name, int maxLength = 100)
    {
        known.Add(name);
        if (!request.Query.TryGetValue(name, out var values) || values.Count == 0) return null;
        if (values.Count > 1 || values[0]!.Length > maxLength || values[0]!.Any(char.IsControl))
            return Wrong(name, new($"应为一个不超过 {maxLength} 个字的值。", $"Give one value of at most {maxLength} characters."));
        return values[0] is { Length: > 0 } value ? value : null;
    }

    public T? Enum<T>(string name) where T : struct, Enum
    {
        if (Text(name) is not { } text) return null;
        foreach (var value in System.Enum.GetValues<T>())
            if (string.Equals(text, value.Camel(), StringComparison.Ordinal)) return value;
        Wrong(name, new("不是可选的值：" + string.Join('、', System.Enum.GetValues<T>().Select(value => value.Camel())),
            "Not one of the values: " + string.Join(", ", System.Enum.GetValues<T>().Select(value => value.Camel()))));
        return null;
    }

    /// <summary>One of the values; the first of them when the parameter is absent.</summary>
    public string OneOf(string name, params ReadOnlySpan<string> values)
    {
        if (Text(name) is not { } text) return values[0];
        if (values.Contains(text)) return text;
        var list = string.Join(", ", values.ToArray());
        Wrong(name, new("不是可选的值：" + list, "Not one of the values: " + list));
        return values[0];
    }

    public bool? Flag(string name)
    {
        switch (Text(name))
        {
            case null: return null;
            case "true": return true;
            case "false": return false;
            default:
                Wrong(name, new("应为 true 或 false。", "Give true or false."));
                return null;
        }
    }

    public DateOnly? Date(string name)
    {
        if (Text(name) is not { } text) return null;
        if (DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date)) return date;
        Wrong(name, new("日期应写作 2026-11-22。", "Write the date as 2026-11-22."));
        return null;
    }

    public DateTimeOffset? Instant(string name)
    {
        if (Text(name) is not { } text) return null;
        if (DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant))
            return instant.ToUniversalTime();
        Wrong(name, new("时间应写作 2026-11-22T08:00:00Z。", "Write the instant as 2026-11-22T08:00:00Z."));
        return null;
    }

    public int Limit(int byDefault = 50)
    {
        if (Text("limit") is not { } text) return byDefault;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit is >= 1 and <= 200) return limit;
        Wrong("limit", new("应在 1 与 200 之间。", "Give a number from 1 to 200."));
        return byDefault;
    }

    /// <exception cref="ProblemException">400 with everything that is wrong.</exception>
    public void Check()
    {
        foreach (var name in request.Query.Keys.Where(name => !known.Contains(name)))
            Wrong(Names.IsPlain(name) ? name : "?", known.Count == 0
                ? new("没有这个参数，此地址不接受参数。", "There is no such parameter; this address takes none.")
                : new("没有这个参数，可用：" + string.Join('、', known), "There is no such parameter; there are: " + string.Join(", ", known)));
        if (errors.Count > 0) throw ProblemException.Invalid(errors);
    }

    public string? Wrong(string name, Message message)
    {
        errors[name] = [message];
        return null;
    }
}

public static class Names
{
    /// <summary>
    /// Looks like a name of a field. What a client sends in the place of one may be anybody's number, and is not repeated.
    /// </summary>
    public static bool IsPlain(string path) => path.Length <= 100 && path.Split('.').All(part => part.Length is > 0 and <= 50
        && char.IsAsciiLetter(part[0])
        && part.All(character => char.IsAsciiLetterOrDigit(character) || character is '[' or ']' or '-' or '_'));

    /// <summary>An enumeration's value as the API and the database write it.</summary>
    public static string Camel(this Enum value)
    {
        var name = value.ToString();
        return char.ToLowerInvariant(name[0]) + name[1..];
    }
}
