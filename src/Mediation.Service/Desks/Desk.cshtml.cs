using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Cases;
using Mediation.Service.Deadlines;
using Mediation.Service.Letters;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Desks;

/// <summary>Where each role begins its day: what waits for it, as few rows of each kind as fit on one screen.</summary>
public sealed class DeskModel(
    IMediator mediator, CurrentCaller caller, BodyDirectory directory, WorkingCalendarSource calendars, TimeProvider clock,
    IStringLocalizer<Texts> texts) : PageModel
{
    private const int Few = 6;
    private const int Fortnight = 14;

    public Role Role => caller.Value.Role;
    public DateOnly Today => ShanghaiTime.DateOf(clock.GetUtcNow());
    public List<CaseSection> Sections { get; } = [];
    public IReadOnlyList<DayView> Days { get; private set; } = [];
    public IReadOnlyList<ReadWorkload.Row> Mediators { get; private set; } = [];
    public IReadOnlyList<ReadBatches.Row>? Batches { get; private set; }
    public ReadBoard.Answer? Board { get; private set; }
    public IReadOnlyList<(string Code, string Name)> Path { get; private set; } = [];
    public IReadOnlyList<ListLetters.Item> Letters { get; private set; } = [];

    public async Task OnGetAsync()
    {
        var query = new QueryParameters(Request);
        var division = query.Text("division", 12);
        var calendar = await calendars.GetAsync(HttpContext.RequestAborted);
        switch (Role)
        {
            case Role.Clerk:
                await AddAsync("Desk.ToTakeIn", new ListCases { Status = Status.Registered }, "/?status=registered", calendar);
                await AddAsync("Desk.ToRefer", new ListCases { Status = Status.Accepted }, "/?status=accepted", calendar);
                break;
            case Role.Head:
                await AddAsync("Desk.Offers", new ListCases { Tab = WorkTab.Offered }, "/?tab=offered", calendar);
                await AddAsync("Desk.ToAssign", new ListCases { Tab = WorkTab.Unassigned }, "/?tab=unassigned", calendar);
                Mediators = await mediator.Send(new ReadWorkload(), HttpContext.RequestAborted);
                break;
            case Role.Mediator:
                await AddDaysAsync(calendar);
                await AddAsync("Desk.Mine", new ListCases { Tab = WorkTab.Mine }, "/?tab=mine", calendar);
                break;
            case Role.Court:
                Batches = await mediator.Send(new ReadBatches(), HttpContext.RequestAborted);
                await AddAsync("Desk.Newest", new ListCases { Sort = "-opened" }, "/?sort=-opened", calendar);
                break;
            case Role.Supervisor or Role.Auditor:
                await AddBoardAsync(division);
                await AddAsync("Desk.Stale", new ListCases { Tab = WorkTab.Stale, Division = division }, "/?tab=stale", calendar);
                Letters = (await mediator.Send(new ListLetters(LetterState.Overdue, Few), HttpContext.RequestAborted)).Items;
                break;
            case Role.Liaison or Role.Grid:
                await AddAsync(Role == Role.Grid ? "Desk.Reported" : "Desk.Called", new ListCases(), "/?tab=all", calendar);
                break;
            default:
                return;
        }

        if (Role is not Role.Mediator)
            await AddAsync("Desk.Overdue", new ListCases { Tab = WorkTab.Overdue, Division = Board is null ? null : division },
                "/?tab=overdue", calendar);
    }

    /// <summary>The settings that the administrator looks after.</summary>
    public IEnumerable<Navigation.Entry> Settings => Navigation.For(Role).Where(entry => entry.Permission != Permission.OwnAccount);

    private async Task AddAsync(string title, ListCases request, string more, WorkingCalendar calendar)
    {
        var page = await mediator.Send(request with { Open = true, Limit = Few }, HttpContext.RequestAborted);
        Sections.Add(new CaseSection(texts[title], more,
            [.. page.Items.Select(row => new CaseLine(row, row.DueOn is { } due ? DueView.Of(due, clock, calendar, texts) : null))],
            page.Next is not null));
    }

    /// <summary>Two weeks from Monday on: what is to be held, and what is due.</summary>
    private async Task AddDaysAsync(WorkingCalendar calendar)
    {
        var monday = Today.AddDays(-(((int)Today.DayOfWeek + 6) % 7));
        var sessions = await mediator.Send(new ReadSessions(monday, Fortnight), HttpContext.RequestAborted);
        var due = await mediator.Send(new ListCases { Tab = WorkTab.Mine, Open = true, Limit = 100 }, HttpContext.RequestAborted);
        Days = [.. Enumerable.Range(0, Fortnight).Select(n => monday.AddDays(n)).Select(day => new DayView(
            day, !calendar.IsWorkday(day), calendar.Holiday(day),
            [.. sessions.Where(session => ShanghaiTime.DateOf(session.StartsAt) == day)],
            [.. due.Items.Where(row => row.DueOn == day)]))];
    }

    private async Task AddBoardAsync(string? division)
    {
        Board = await mediator.Send(new ReadBoard(division), HttpContext.RequestAborted);
        var path = new List<(string, string)>();
        foreach (var length in new[] { 2, 4, 6, 9, 12 })
            if (length >= caller.Value.Division.Length && length <= Board.Division.Length)
                path.Add(
                    (Board.Division[..length], await directory.NameOfDivisionAsync(Board.Division[..length], HttpContext.RequestAborted)));
        Path = path;
    }
}

/// <summary>A few cases with a way to all of them.</summary>
public sealed record CaseSection(string Title, string More, IReadOnlyList<CaseLine> Lines, bool HasMore);

public sealed record CaseLine(ListCases.Row Row, DueView? Due);

/// <param name="Holiday">Its name, where it has one.</param>
public sealed record DayView(
    DateOnly Date, bool Rest, string? Holiday, IReadOnlyList<ReadSessions.Item> Sessions, IReadOnlyList<ListCases.Row> Due);
