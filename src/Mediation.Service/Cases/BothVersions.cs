using Mediation.Domain.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Shared;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Cases;

/// <summary>
/// An overtaken form beside the case as it stands now: for each field that was filled in, the case's word and the typed one.
/// </summary>
public static class BothVersions
{
    /// <param name="Now">Null where the case has no such thing, e.g. a reason.</param>
    public sealed record Row(string Label, string? Now, string Mine);

    public static IReadOnlyList<Row> Of(
        CaseView c, IReadOnlyList<FieldView> fields, IFormCollection typed, int terms, IReadOnlyDictionary<string, string> names,
        IStringLocalizer<Texts> texts)
    {
        var between = Language.IsEnglish ? ", " : "、";
        var rows = new List<Row>();
        foreach (var field in fields)
        {
            var mine = field.Values.Where(value => value.Length > 0)
                .Select(value => field.Options.FirstOrDefault(option => option.Value == value)?.Text ?? value).ToList();
            if (mine.Count > 0) rows.Add(new Row(field.Label, Now(field.Name), string.Join(between, mine)));
        }

        for (var row = 0; row < terms; row++)
        {
            var said = new[] { "what", "amount", "dueOn" }.Select(part => typed[$"terms[{row}].{part}"].ToString())
                .Where(text => text.Length > 0).ToList();
            if (said.Count > 0) rows.Add(new Row(texts["Term.Row", row + 1], c.Agreement?.Terms.ElementAtOrDefault(row) is { } term
                ? $"{term.What} {(term.Amount is { } sum ? Show.Money(sum) : "")}" : null, string.Join(between, said)));
        }

        return rows;

        string? Now(string field) => field switch
        {
            "level" => texts.Word(c.Risk),
            "mediator" => Name(c.Mediator),
            "body" => Name(c.Body),
            "person" => Name(c.Lead),
            "value" => Corrected(typed["field"].ToString()),
            "given" => c.Parties.FirstOrDefault(party => party.Id == typed["party"].ToString())?.Consent switch
            {
                true => texts["Form.Yes"].Value,
                false => texts["Form.No"].Value,
                _ => null
            },
            "form" => c.Agreement is { } agreed ? texts.Word(agreed.Form) : null,
            "facts" => c.Agreement?.Facts,
            "issues" => c.Agreement?.Issues,
            "way" => c.Agreement?.Way,
            "signedOn" => c.Agreement is { } signed ? Show.Date(signed.SignedOn) : null,
            _ => null,
        };

        string? Name(string? code) => code is null ? null : names.GetValueOrDefault(code, code);

        string? Corrected(string what) => what switch
        {
            "amount" => c.Amount is { } yuan ? Show.Money(yuan) : null,
            "category" => Words.Category(c.Category),
            "division" => Name(c.Division),
            _ => what.Split('.') is ["parties", var id, var part] && c.Parties.FirstOrDefault(party => party.Id == id) is { } party
                ? part switch
                {
                    "name" => party.Name,
                    "identityNumber" => party.IdentityNumber,
                    "creditCode" => party.CreditCode,
                    "phone" => party.Phone,
                    "address" => party.Address,
                    _ => null
                }
                : null,
        };
    }
}
