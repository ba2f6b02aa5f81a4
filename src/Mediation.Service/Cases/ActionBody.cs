using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Shared;
using Microsoft.Extensions.Primitives;

namespace Mediation.Service.Cases;

/// <summary>
/// What was typed, as the JSON that the API takes: pages and programs meet the same parser and the same rules. Only what
/// cannot be written as JSON at all is refused here.
/// </summary>
public sealed class ActionBody(IFormCollection form)
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly List<int> rows = [];
    private readonly Dictionary<string, Message> wrong = new(StringComparer.Ordinal);

    /// <summary>Fields with what is wrong about them.</summary>
    public IReadOnlyDictionary<string, Message> Wrong => wrong;

    public byte[] Write(IReadOnlyList<ActionField> fields)
    {
        var body = new JsonObject();
        foreach (var field in fields.Append(new("on", Ask.Date)).Append(new("lateReason", Ask.Line)))
            if (field.Name != "n" && Value(field) is { } value) body[field.Name] = value;
        return JsonSerializer.SerializeToUtf8Bytes(body, Plain);
    }

    public int Number() => int.TryParse(form["n"], NumberStyles.None, CultureInfo.InvariantCulture, out var n) ? n : Missing();

    public static bool HasTerm(IFormCollection form, int row) =>
        form.Any(pair => pair.Key.StartsWith($"terms[{row}].", StringComparison.Ordinal) && Text(pair.Value) is not null);

    /// <summary>The field of the form behind a path of the body, in which empty rows are left out.</summary>
    public string FieldOf(string path)
    {
        var end = path.IndexOf(']', StringComparison.Ordinal);
        return path.StartsWith("terms[", StringComparison.Ordinal)
            && int.TryParse(path.AsSpan(6, Math.Max(0, end - 6)), NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            && at < rows.Count ? $"terms[{rows[at]}{path[end..]}" : path;
    }

    private JsonNode? Value(ActionField field) => field.Ask switch
    {
        Ask.Parties or Ask.Signatures or Ask.Departments =>
            form[field.Name].Count == 0 ? null : new JsonArray([.. form[field.Name].Select(value => JsonValue.Create(value))]),
        // The form shows the whole list: nothing ticked says that nothing applies.
        Ask.RiskItems => new JsonArray([.. form[field.Name].Select(value => JsonValue.Create(value))]),
        Ask.Lines => Text(form[field.Name]) is { } lines
            ? new JsonArray([.. lines.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
                .Select(line => JsonValue.Create(line))])
            : null,
        Ask.Terms => Terms(),
        Ask.Number => Number(field.Name),
        Ask.Moment => Moment(field.Name),
        Ask.YesNo => Text(form[field.Name]) is { } answer ? JsonValue.Create(answer == "true") : null,
        Ask.Date => Date(field.Name),
        _ => Text(form[field.Name]) is { } text ? JsonValue.Create(text) : null,
    };

    private JsonArray? Terms()
    {
        var terms = new JsonArray();
        for (var row = 0; row < 100; row++)
        {
            if (!HasTerm(form, row)) continue;
            var (term, at) = (new JsonObject(), $"terms[{row}].");
            foreach (var name in new[] { "obligor", "obligee", "what" })
                if (Text(form[at + name]) is { } text) term[name] = text;
            if (Number(at + "amount") is { } amount) term["amount"] = amount;
            if (Date(at + "dueOn") is { } dueOn) term["dueOn"] = dueOn;
            if (Number(at + "dueAfter") is { } days)
                term["dueAfter"] = new JsonObject { ["event"] = "confirmationGranted", ["days"] = days };
            terms.Add(term);
            rows.Add(row);
        }

        return terms.Count == 0 ? null : terms;
    }

    private JsonValue? Number(string name)
    {
        if (Text(form[name])?.Replace(",", "", StringComparison.Ordinal) is not { } text) return null;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint | NumberStyles.AllowLeadingSign,
            CultureInfo.InvariantCulture, out var number))
            return number == decimal.Truncate(number) && Math.Abs(number) < int.MaxValue
                ? JsonValue.Create((int)number) : JsonValue.Create(number);
        wrong[name] = new("请填写数字，例如 3200.50。", "Give a number, for example 3200.50.");
        return null;
    }

    private JsonValue? Date(string name)
    {
        if (Text(form[name]) is not { } text) return null;
        if (TypedDates.Date(text) is { } date) return JsonValue.Create(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture));
        wrong[name] = new("日期应写作 2026-11-22。", "Write the date as 2026-11-22.");
        return null;
    }

    private JsonValue? Moment(string name)
    {
        if (Text(form[name]) is not { } text) return null;
        if (TypedDates.Moment(text) is { } at)
            return JsonValue.Create(at.ToString("yyyy-MM-ddTHH:mm:ss", CultureInfo.InvariantCulture) + "+08:00");
        wrong[name] = new("时间应写作 2026-11-22 09:30。", "Write the time as 2026-11-22 09:30.");
        return null;
    }

    private int Missing()
    {
        wrong["n"] = new("请选择一项。", "Choose one.");
        return 0;
    }

    private static string? Text(StringValues values) => values.ToString().Trim() is { Length: > 0 } text ? text : null;
}
