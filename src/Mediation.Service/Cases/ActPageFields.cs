using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Service.Lights;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Mediation.Service.Shared;

namespace Mediation.Service.Cases;

/// <summary>The fields of the form, and what can be chosen in each.</summary>
public sealed partial class ActPageModel
{
    private async Task<IReadOnlyList<FieldView>> FieldsAsync()
    {
        Names = await CaseNames.OfAsync(Case, Since.Select(item => item.Actor).Distinct(StringComparer.Ordinal),
            directory, HttpContext.RequestAborted);
        var fields = new List<FieldView>();
        foreach (var field in Form)
        {
            var control = field.Ask switch
            {
                Ask.Area or Ask.Lines => Control.Area,
                Ask.Date => Control.Date,
                Ask.Moment => Control.Moment,
                Ask.Number => Control.Number,
                Ask.YesNo => Control.Radios,
                Ask.Parties or Ask.Signatures or Ask.RiskItems or Ask.Departments => Control.Checks,
                Ask.Line or Ask.Terms => Control.Line,
                _ => Control.Select,
            };
            fields.Add(new FieldView(field.Name, control, FieldLabel(field.Name))
            {
                Required = field.Required,
                Hint = Text($"Hint.{Name}.{field.Name}", Text("Hint." + field.Name, "")) is { Length: > 0 } hint ? hint : null,
                Options = await OptionsAsync(field),
                Values = field.Ask == Ask.RiskItems && typed.Count == 0 ? Case.RiskItems : [.. typed[field.Name].OfType<string>()],
            });
        }

        return fields;
    }

    private async Task<IReadOnlyList<Option>> OptionsAsync(ActionField field)
    {
        var stop = HttpContext.RequestAborted;
        switch (field.Ask)
        {
            case Ask.Value:
                return [.. Enum.GetValues(field.Values!).Cast<Enum>().Select(value => new Option(value.Camel(), texts.Word(value)))];
            case Ask.YesNo:
                return [new("true", texts["Form.Yes"]), new("false", texts["Form.No"])];
            case Ask.Party or Ask.Parties:
                return PartyOptions();
            case Ask.Signatures:
                return [.. Case.Parties.SelectMany(party => party.Representatives
                    .Select(person => new Option(person.Id, $"{person.Name} ({texts.Word(person.Kind)}, {party.Name})"))
                    .Prepend(new Option(party.Id, party.Name))),
                    .. Case.Mediator is { } user ? [new Option(user, Person(user))] : Array.Empty<Option>()];
            case Ask.Session:
                return [.. Case.Sessions.Where(session => session.State == SessionState.Scheduled)
                    .Select(session => new Option(session.N.ToString(CultureInfo.InvariantCulture),
                        $"{texts["Session.Number", session.N]} {Show.Moment(session.StartsAt)}"))];
            case Ask.Term:
                return [.. (Case.Agreement?.Terms ?? []).Where(term => term.State != TermState.Performed)
                    .Select(term => new Option(term.N.ToString(CultureInfo.InvariantCulture),
                        $"{term.N}. {term.What} {(term.Amount is { } sum ? Show.Money(sum) : "")}"))];
            case Ask.CorrectField:
                return [new("amount", texts["Case.Amount"]), new("category", texts["Filter.category"]),
                    new("division", texts["Case.Division"]),
                    .. Case.Parties.SelectMany(party => new[] { "name", "identityNumber", "creditCode", "phone", "address" }
                        .Select(part => new Option($"parties.{party.Id}.{part}", $"{party.Name}: {texts["Correct." + part]}")))];
            case Ask.AnyBody:
                var all = await mediator.Send(new ListBodies(County(6), null, null, null, 200, null), stop);
                return [.. all.Items.Where(body => body.Active && body.Kind != "court" && body.Code != caller.Value.Body)
                    .Select(body => new Option(body.Code, body.Name))];
            case Ask.Departments:
                var departments = await mediator.Send(new ListBodies(County(6), null, null, false, 200, null), stop);
                return [.. departments.Items.Where(body => body.Active && body.Kind is not ("court" or "centre")
                    && body.Code != caller.Value.Body).Select(body => new Option(body.Code, body.Name))];
            case Ask.Letter:
                return [.. Case.Letters.Where(letter => letter.ClosedOn is null)
                    .Select(letter => new Option(letter.N.ToString(CultureInfo.InvariantCulture),
                        $"{letter.No} {Names.GetValueOrDefault(letter.To, letter.To)}"))];
            case Ask.Whistle:
                return [.. Case.Whistles.Select(whistle => new Option(whistle.N.ToString(CultureInfo.InvariantCulture),
                    $"{whistle.N}. {Show.Date(whistle.BlownOn)} {whistle.Question}"))];
            case Ask.RiskItems:
                var on = ShanghaiTime.DateOf(clock.GetUtcNow());
                return [.. (await items.AllAsync(stop)).Where(item => item.Applies(Case.Category, on) || Case.RiskItems.Contains(item.Code))
                    .Select(item => new Option(item.Code, texts["RiskItem.Option", texts.Word(item.List), item.Name.In(), item.Points]))];
            case Ask.Person:
                return [.. (await leads.OfAsync(Case, stop)).Select(person => new Option(person.User, person.Label))];
            case Ask.Body:
                var bodies = await mediator.Send(new ListBodies(County(6), null, null, true, 200, null), stop);
                return [.. bodies.Items.Where(body => body.Active).Select(body => new Option(body.Code, body.Name))];
            case Ask.Court:
                var courts = await mediator.Send(new ListBodies(County(4), "court", null, null, 200, null), stop);
                return [.. courts.Items.Select(court => new Option(court.Code, court.Name))];
            case Ask.Mediator:
                var people = await mediator.Send(new ListMediators(null, Case.Body ?? caller.Value.Body, null, null, 200, null), stop);
                return [.. people.Items.Where(person => person.Active).Select(person => new Option(person.User, person.Name))];
            default:
                return [];
        }
    }

    private string County(int length) => Case.Division.Length > length ? Case.Division[..length] : Case.Division;

    private List<Option> PartyOptions() =>
        [.. Case.Parties.Select(party => new Option(party.Id, $"{party.Name} ({texts.Word(party.Side)})"))];
}
