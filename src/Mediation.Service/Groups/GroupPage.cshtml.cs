using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Groups;

/// <summary>
/// One group: its cases with their sums, and what may be asked of those that are ticked. One form, so that ticks, sums and
/// versions go with whatever is asked; what was typed stays until every case has taken it.
/// </summary>
public sealed class GroupPageModel(IMediator mediator, CurrentCaller caller, BodyDirectory directory, IStringLocalizer<Texts> texts)
    : PageModel
{
    private IFormCollection typed = FormCollection.Empty;
    private IReadOnlyList<Option> mediators = [];

    /// <param name="Act">As the button sends it.</param>
    public sealed record Section(string Act, bool Open, IReadOnlyList<FieldView> Fields);

    public GetGroup.View Group { get; private set; } = null!;
    public GroupAnswer? Answer { get; private set; }
    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();

    public bool MayConduct => Permissions.Has(caller.Value.Role, Permission.Conduct);

    public IEnumerable<Section> Sections
    {
        get
        {
            if (Permissions.Has(caller.Value.Role, Permission.Assign))
                yield return Of("assign",
                    new FieldView("assign.mediator", Control.Select, texts["Field.mediator"]) { Required = true, Options = mediators });
            if (MayConduct)
            {
                yield return Of("consents", Line("consents.how", "Field.how"));
                yield return Of("sessions", new FieldView("sessions.startsAt", Control.Moment, texts["Field.startsAt"]) { Required = true },
                    new FieldView("sessions.minutes", Control.Number, texts["Field.minutes"]) { Required = true },
                    Line("sessions.place", "Field.place"), new FieldView("sessions.kind", Control.Select, texts["Field.kind"])
                    { Required = true, Options = texts.Options<SessionKind>() });
                yield return Of("held",
                    new FieldView("held.startsAt", Control.Select, texts["Group.Session"]) { Required = true, Options = Fixed() },
                    new FieldView("held.record", Control.Area, texts["Field.record"]) { Required = true });
                yield return Of("settle", new FieldView("settle.form", Control.Select, texts["Field.form"])
                { Required = true, Options = texts.Options<AgreementForm>() },
                    new FieldView("settle.signedOn", Control.Date, texts["Field.signedOn"])
                    {
                        Required = true
                    }, new FieldView("settle.facts", Control.Area, texts["Field.facts"]),
                    new FieldView("settle.issues", Control.Area, texts["Field.issues"]), Line("settle.what", "Group.What"), new FieldView(
                        "settle.dueOn", Control.Date, texts["Group.DueOn"]), Line("settle.way", "Field.way") with { Required = null },
                    Line("settle.signedBy", "Group.SignedBy") with { Required = false, Hint = texts["Group.SignedByHint"] },
                    new FieldView("settle.also", Control.Checks, texts["Group.Signed"])
                    {
                        Options = [new("respondents", texts["Group.RespondentsSigned"]), new("mediator", texts["Group.MediatorSigned"]),
                            new("sealed", texts["Group.Sealed"])]
                    });
            }

            yield return Of("add",
                new FieldView("add.cases", Control.Area, texts["Groups.Numbers"]) { Hint = texts["Groups.NumbersHint"] });
            yield return Of("remove");
        }
    }

    public async Task OnGetAsync(Guid id) => await LoadAsync(id);

    public async Task<IActionResult> OnPostAsync(Guid id)
    {
        typed = await Request.ReadFormAsync(HttpContext.RequestAborted);
        var act = Typed("act");
        try
        {
            if (RequestOf(id, act) is { } request && ModelState.IsValid)
            {
                Answer = await mediator.Send(request, HttpContext.RequestAborted);
                if (Answer.Refused == 0) typed = FormCollection.Empty;
            }
        }
        catch (ProblemException problem) when (problem.Status is 400 or 403 or 409 or 422)
        {
            ModelState.Show(problem, [.. problem.Fields.Keys.Select(key => (key, InputOf(act, key)))]);
            Response.StatusCode = problem.Status;
        }

        if (!ModelState.IsValid && Answer is null) Response.StatusCode = Math.Max(Response.StatusCode, StatusCodes.Status400BadRequest);
        await LoadAsync(id);
        return Page();
    }

    public string Typed(string name) => typed[name].ToString().Trim();

    /// <summary>Every open case is meant until somebody unticks one; then those that have not taken what they were asked.</summary>
    public bool IsPicked(GetGroup.Item item) => typed.Count == 0 ? item.Open
        : Answer is not null && Typed("act") is not ("add" or "remove")
            ? Answer.Cases.Any(row => row.Result == RowResult.Refused && row.CaseNo == item.CaseNo)
        : typed["pick"].Contains(item.CaseNo);

    private IRequest<GroupAnswer>? RequestOf(Guid id, string act) => act switch
    {
        "assign" => new AssignGroup { Id = id, Cases = Picked(), Mediator = Text("assign.mediator") },
        "consents" => new ConsentGroup { Id = id, Cases = Picked(), How = Text("consents.how") },
        "sessions" => new ScheduleGroup
        {
            Id = id,
            Cases = Picked(),
            StartsAt = Moment("sessions.startsAt"),
            Minutes = Number("sessions.minutes") is { } minutes ? (int)Math.Min(minutes, 100_000) : null,
            Place = Text("sessions.place"),
            Kind = Enum.TryParse<SessionKind>(Typed("sessions.kind"), ignoreCase: true, out var kind) ? kind : null,
        },
        "held" => new HoldGroup
        {
            Id = id,
            Cases = Picked(),
            StartsAt = DateTimeOffset.TryParse(Typed("held.startsAt"), CultureInfo.InvariantCulture, out var at) ? at : null,
            Record = Text("held.record"),
        },
        "settle" => new SettleGroup
        {
            Id = id,
            Common = new SettleGroup.Text
            {
                Form = Enum.TryParse<AgreementForm>(Typed("settle.form"), ignoreCase: true, out var form) ? form : null,
                Facts = Text("settle.facts"),
                Issues = Text("settle.issues"),
                Way = Text("settle.way"),
                Sealed = typed["settle.also"].Contains("sealed"),
                SignedOn = Date("settle.signedOn"),
                What = Text("settle.what"),
                DueOn = Date("settle.dueOn"),
                SignedBy = Text("settle.signedBy"),
                RespondentsSigned = typed["settle.also"].Contains("respondents"),
                MediatorSigned = typed["settle.also"].Contains("mediator"),
            },
            PerCase = [.. Picked().Select(one => new SettleGroup.Sum
            { Case = one.Case, Amount = Number("sum." + one.Case), Version = one.Version }).Where(sum => sum.Amount is not null)],
        },
        "add" => new AddToGroup { Id = id, Cases = [.. GroupsModel.Lines(Typed("add.cases"))] },
        "remove" => new RemoveFromGroup { Id = id, Cases = [.. typed["pick"].OfType<string>()] },
        _ => null,
    };

    private List<SeenCase> Picked() =>
        [.. typed["pick"].OfType<string>().Select(number => new SeenCase
        {
            Case = number,
            Version = int.TryParse(Typed("version." + number), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? version : null,
        })];

    private static string InputOf(string act, string field) => field switch
    {
        _ when field.StartsWith("perCase", StringComparison.Ordinal)
            || (act != "add" && field.StartsWith("cases", StringComparison.Ordinal)) => "",
        "common.sealed" => "settle.also",
        _ => $"{act}.{field[(field.LastIndexOf('.') + 1)..]}",
    };

    private string? Text(string name) => Typed(name) is { Length: > 0 } text ? text : null;

    private DateOnly? Date(string name)
    {
        if (Text(name) is not { } text) return null;
        if (TypedDates.Date(text) is { } date) return date;
        ModelState.AddModelError(name, new Message("日期应写作 2026-11-22。", "Write the date as 2026-11-22.").In());
        return null;
    }

    private DateTimeOffset? Moment(string name)
    {
        if (Text(name) is not { } text) return null;
        if (TypedDates.Moment(text) is { } at) return new DateTimeOffset(at, TimeSpan.FromHours(8));
        ModelState.AddModelError(name, new Message("时间应写作 2026-11-22 09:30。", "Write the time as 2026-11-22 09:30.").In());
        return null;
    }

    private decimal? Number(string name)
    {
        if (Text(name)?.Replace(",", "", StringComparison.Ordinal) is not { } text) return null;
        if (decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)
            && number < 100_000_000_000_000m && decimal.Round(number, 2) == number)
            return number;
        var ofCase = name.StartsWith("sum.", StringComparison.Ordinal);
        ModelState.AddModelError(ofCase ? "" : name,
            (ofCase ? name[4..] + ": " : "") + new Message("请填写数字，例如 3200.50。", "Give a number, for example 3200.50.").In());
        return null;
    }

    private FieldView Line(string name, string label) => new(name, Control.Line, texts[label]) { Required = true };

    private Section Of(string act, params ReadOnlySpan<FieldView> fields)
    {
        var views = new List<FieldView>();
        foreach (var field in fields) views.Add(field with { Values = [.. typed[field.Name].OfType<string>()] });
        return new Section(act, Typed("act") == act || views.Exists(view => ModelState.ContainsKey(view.Name)), views);
    }

    private List<Option> Fixed() =>
        [.. Group.Cases.SelectMany(item => item.Sessions).GroupBy(session => session.StartsAt).OrderBy(group => group.Key)
            .Select(group => new Option(group.Key.ToString("O", CultureInfo.InvariantCulture),
                texts["Group.SessionOf", Show.Moment(group.Key), group.Count()]))];

    private async Task LoadAsync(Guid id)
    {
        var stop = HttpContext.RequestAborted;
        Group = await mediator.Send(new GetGroup(id), stop);
        var names = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var user in Group.Cases.Select(item => item.Mediator).OfType<string>().Distinct(StringComparer.Ordinal))
            names[user] = await directory.NameOfUserAsync(user, stop);
        Names = names;
        if (Permissions.Has(caller.Value.Role, Permission.Assign))
            mediators = [.. (await mediator.Send(new ListMediators(null, caller.Value.Body, null, null, 200, null), stop)).Items
                .Where(person => person.Active).Select(person => new Option(person.User, person.Name))];
    }
}
