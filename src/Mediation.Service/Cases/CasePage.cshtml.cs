using System.Globalization;
using System.Reflection;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Deadlines;
using Mediation.Service.Escalation;
using Mediation.Service.Lights;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Cases;

/// <summary>Where a case stands, whose turn it is and until when; what may be done next; all that is known and was done.</summary>
public sealed class CasePageModel(
    IMediator mediator, CurrentCaller caller, BodyDirectory directory, RiskItems checklist, WorkingCalendarSource calendars,
    TimeProvider clock, IStringLocalizer<Texts> texts) : PageModel
{
    private WorkingCalendar calendar = new([]);

    public CaseView Case { get; private set; } = null!;
    public IReadOnlyList<ListActions.Item> Actions { get; private set; } = [];
    public GetTimeline.Page Timeline { get; private set; } = new([], null);

    /// <summary>The ticked items of the checklist, by name.</summary>
    public IReadOnlyList<string> Ticked { get; private set; } = [];

    public GetCaseLadder.Answer Ladder { get; private set; } = new([], []);
    public GetLights.Answer Lights { get; private set; } = null!;

    /// <summary>Other cases of the same people, as far as the reader may see them.</summary>
    public IReadOnlyList<ListRelated.Row> Related { get; private set; } = [];

    /// <summary>The group of cases of one cause in which it is.</summary>
    public FindGroupOf.Group? Group { get; private set; }

    /// <summary>What the reader keeps about it for himself.</summary>
    public GetMark.Answer Mark { get; private set; } = new(false, null);

    public FieldView Note => new("note", Control.Area, texts["Mark.Note"])
    { Hint = texts["Mark.Hint"], MaxLength = 2000, Values = Mark.Note is { } note ? [note] : [] };

    public bool MayGroup => Permissions.Has(caller.Value.Role, Permission.GroupCases);

    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();

    public async Task OnGetAsync(string id, string? after)
    {
        var stop = HttpContext.RequestAborted;
        Case = (await mediator.Send(new GetCase(id), stop)).View!;
        Actions = (await mediator.Send(new ListActions(id), stop)).Items;
        Timeline = await mediator.Send(new GetTimeline(id, 200, after), stop);
        Names = await CaseNames.OfAsync(Case, Timeline.Items.Select(item => item.Actor).Distinct(StringComparer.Ordinal), directory, stop);
        Ladder = await mediator.Send(new GetCaseLadder(id), stop);
        Lights = await mediator.Send(new GetLights(id), stop);
        Related = await mediator.Send(new ListRelated(id), stop);
        Mark = await mediator.Send(new GetMark(id), stop);
        if (MayGroup) Group = await mediator.Send(new FindGroupOf(Case.Id), stop);
        if (Case.RiskItems.Count > 0)
        {
            var items = (await checklist.AllAsync(stop)).ToDictionary(item => item.Code, item => item.Name.In(), StringComparer.Ordinal);
            Ticked = [.. Case.RiskItems.Select(code => items.GetValueOrDefault(code, code))];
        }

        calendar = await calendars.GetAsync(stop);
    }

    /// <summary>Keeps the reader's own mark.</summary>
    public async Task<IActionResult> OnPostAsync(string id, bool followed, string? note)
    {
        try
        {
            await mediator.Send(new MarkCase { Case = id, Followed = followed, Note = note }, HttpContext.RequestAborted);
            TempData["Flash"] = texts["Mark.Kept"].Value;
            return RedirectToPage(new { id });
        }
        catch (ProblemException problem) when (problem.Status == 400)
        {
            await OnGetAsync(id, null);
            Mark = new GetMark.Answer(followed, note);
            ModelState.Show(problem, ("note", "note"));
            Response.StatusCode = problem.Status;
            return Page();
        }
    }

    /// <summary>Days and hours; less than an hour in minutes.</summary>
    public string Spell(long minutes) => minutes switch
    {
        0 => "—",
        < 60 => texts["Lights.Minutes", minutes],
        < 1440 => texts["Lights.Hours", minutes / 60],
        _ => texts["Lights.Days", minutes / 1440, minutes % 1440 / 60],
    };

    public string Address => "/cases/" + Case.CaseNo;

    /// <summary>The allowed actions that have a form; the rest stand below with their reasons.</summary>
    public IEnumerable<ListActions.Item> Possible => Actions.Where(action => action.Allowed && CaseActions.Find(action.Name) is not null);

    /// <summary>Whether the action stands beside the usual course.</summary>
    public static bool IsSecondary(string action) =>
        CaseActions.Find(action)?.GetCustomAttribute<CaseRouteAttribute>() is { Secondary: true };

    public string Name(string? code) => code is null ? "—" : Names.GetValueOrDefault(code, code);

    public string Party(string id) => Case.Parties.FirstOrDefault(party => party.Id == id)?.Name ?? Names.GetValueOrDefault(id, id);

    public string Parties(IEnumerable<string> ids) => string.Join(Language.IsEnglish ? ", " : "、", ids.Select(Party));

    public string Actor(string user) => user == Caller.System.User ? texts["Case.System"] : Name(user);

    public string Turn => CaseTurn.Of(Case, Names, texts);

    public DueView Due(DateOnly day) => DueView.Of(day, clock, calendar, texts);

    public string ClockName(ClockView clock) =>
        texts["ClockName." + clock.Name.Camel()] + (clock.Term is { } term ? string.Create(CultureInfo.InvariantCulture, $" {term}") : "");

    public string ClockWord(string key) => texts["ClockName." + key.Split(':')[0]];

    public static string Label(string action) => Transitions.All.First(row => row.Name == action).Label.In();
}
