using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Accounts;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Cases;

/// <summary>What is to be done next. Everything that is chosen stands in the address, so that it can be kept and passed on.</summary>
public sealed class WorkListModel(
    IMediator mediator, CurrentCaller caller, BodyDirectory directory, WorkingCalendarSource calendars, TimeProvider clock, IStringLocalizer<Texts> texts) : PageModel
{
    private static readonly string[] Filters = ["q", "stage", "status", "timeliness", "risk", "category", "channel", "track", "division", "openedFrom", "openedTo", "closed", "sort"];
    private WorkingCalendar calendar = new([]);

    public string Tab { get; private set; } = "";
    public IReadOnlyList<(string Tab, string Text, long Count)> Tabs { get; private set; } = [];
    public IReadOnlyList<ListCases.Row> Cases { get; private set; } = [];
    public string? Next { get; private set; }
    public bool IsAdmin => caller.Value.Role == Role.Admin;
    public IReadOnlyDictionary<string, string> Mediators { get; private set; } = new Dictionary<string, string>();

    public async Task OnGetAsync()
    {
        if (IsAdmin) return;
        try
        {
            var request = Read();
            var counts = await mediator.Send(new CountCases(), HttpContext.RequestAborted);
            var all = (Tab: "all", Text: texts["WorkList.All"].Value, counts.Visible);
            var body = (Tab: "body", Text: texts["WorkList.Body"].Value, counts.Body);
            Tabs = caller.Value.Role switch
            {
                Role.Mediator => [("mine", texts["WorkList.Mine"].Value, counts.Mine), body, all],
                Role.Head or Role.Clerk => [body, all],
                _ => [all],
            };
            calendar = await calendars.GetAsync(HttpContext.RequestAborted);
            var page = await mediator.Send(request, HttpContext.RequestAborted);
            (Cases, Next) = (page.Items, page.Next);
            var names = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var user in Cases.Select(row => row.Mediator).OfType<string>().Distinct(StringComparer.Ordinal))
                names[user] = await directory.NameOfUserAsync(user, HttpContext.RequestAborted);
            Mediators = names;
        }
        catch (ProblemException problem) when (problem.Status == 400)
        {
            foreach (var (field, messages) in problem.Fields)
                foreach (var message in messages)
                    ModelState.AddModelError(field, message.In());
            if (problem.Fields.Count == 0) ModelState.AddModelError("", problem.Text.In());
            Response.StatusCode = problem.Status;
        }
    }

    private ListCases Read()
    {
        var query = new QueryParameters(Request);
        Tab = query.Text("tab") ?? (caller.Value.Role == Role.Mediator ? "mine" : "all");
        var request = new ListCases
        {
            Stage = query.Enum<Stage>("stage"),
            Status = query.Enum<Status>("status"),
            Risk = query.Enum<Risk>("risk"),
            Timeliness = query.Enum<Timeliness>("timeliness"),
            Category = query.Text("category"),
            Channel = query.Enum<Channel>("channel"),
            Track = query.Enum<Track>("track"),
            Division = query.Text("division", 12),
            Q = query.Text("q", 50)?.Trim(),
            OpenedFrom = query.Date("openedFrom"),
            OpenedTo = query.Date("openedTo"),
            Sort = query.OneOf("sort", "due", "-opened", "-updated"),
            After = query.Text("after", 500),
        };
        if (request.Q is { Length: < 2 }) query.Wrong("q", new("请至少输入两个字。", "Give at least two characters."));
        var closed = query.OneOf("closed", "open", "all");
        query.Check();
        return request with
        {
            Open = closed == "all" || request.Status is not null || request.Stage is not null ? null : true,
            Mediator = Tab == "mine" ? caller.Value.User : null,
            Body = Tab == "body" ? caller.Value.Body : null,
        };
    }

    /// <summary>What is chosen, each with the address of the list without it.</summary>
    public IEnumerable<(string Text, string Address)> Tags() =>
        from name in Filters
        where Chosen(name).Length > 0
        select (texts["Filter." + name] + (Language.IsEnglish ? ": " : "：") + Shown(name), Address(name, null));

    public IEnumerable<FieldView> Fields()
    {
        yield return Field("q", Control.Line);
        yield return Field("status", Control.Select, texts.Options<Status>());
        yield return Field("timeliness", Control.Select, texts.Options<Timeliness>());
        yield return Field("risk", Control.Select, texts.Options<Risk>());
        yield return Field("stage", Control.Select, texts.Options<Stage>());
        yield return Field("category", Control.Select, [.. Category.All.Select(code => new Option(code, Words.Category(code)))]);
        yield return Field("channel", Control.Select, texts.Options<Channel>());
        yield return Field("track", Control.Select, texts.Options<Track>());
        yield return Field("division", Control.Line);
        yield return Field("openedFrom", Control.Date);
        yield return Field("openedTo", Control.Date);
        yield return Field("closed", Control.Select, [new("all", texts["Closed.all"])]) with { Empty = texts["Closed.open"] };
        yield return Field("sort", Control.Select, [new("-opened", texts["Sort.opened"]), new("-updated", texts["Sort.updated"])]) with { Empty = texts["Sort.due"] };
    }

    public string Chosen(string name) => Request.Query[name].ToString();

    /// <summary>This list with one choice changed, from its first page.</summary>
    public string Address(string name, string? value) => QueryHelpers.AddQueryString("/", Filters.Append("tab")
        .Select(key => KeyValuePair.Create(key, key == name ? value : Chosen(key))).Append(KeyValuePair.Create("after", name == "after" ? value : null))
        .Where(pair => !string.IsNullOrEmpty(pair.Value)));

    public DueView? Due(ListCases.Row row) => row.Due is { } due ? DueView.Of(due, clock, calendar, texts) : null;

    private FieldView Field(string name, Control control, IReadOnlyList<Option>? options = null) =>
        new(name, control, texts["Filter." + name]) { Options = options ?? [], Values = [Chosen(name)], Empty = texts["Filter.Any"] };

    private string Shown(string name) => Fields().First(field => field.Name == name).Options.FirstOrDefault(option => option.Value == Chosen(name))?.Text ?? Chosen(name);
}

/// <summary>A due day, and how far it is in working days.</summary>
public sealed record DueView(DateOnly On, string Distance, bool Assumed)
{
    public static DueView Of(DateTimeOffset due, TimeProvider clock, WorkingCalendar calendar, IStringLocalizer<Texts> texts)
    {
        var (on, today) = (Show.DueOn(due), ShanghaiTime.DateOf(clock.GetUtcNow()));
        var days = calendar.WorkingDaysBetween(today, on);
        string distance = (on.CompareTo(today), days) switch
        {
            (0, _) => texts["Due.Today"],
            ( > 0, 0) => texts["Due.RestDays"],
            ( > 0, 1) => texts["Due.LeftOne"],
            ( > 0, _) => texts["Due.Left", days],
            (_, 0) => texts["Due.OverDays", today.DayNumber - on.DayNumber],
            _ => texts["Due.Over", -days],
        };
        return new DueView(on, distance, !calendar.IsPublished(on.Year));
    }
}
