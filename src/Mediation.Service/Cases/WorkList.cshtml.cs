using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Cases;

/// <summary>What is to be done next. Everything that is chosen stands in the address, so that it can be kept and passed on.</summary>
public sealed class WorkListModel(
    IMediator mediator, CurrentCaller caller, BodyDirectory directory, WorkingCalendarSource calendars, TimeProvider clock,
    IStringLocalizer<Texts> texts) : PageModel
{
    private static readonly string[] Filters = ["q", "stage", "status", "timeliness", "risk", "category", "channel", "track", "division",
        "openedFrom", "openedTo", "closed", "sort"];
    private WorkingCalendar calendar = new([]);
    private bool onlyOpen;
    private string? division;

    public WorkTab Tab { get; private set; }
    public IReadOnlyList<CountCases.Count> Tabs { get; private set; } = [];
    public IReadOnlyList<ListCases.Row> Cases { get; private set; } = [];
    public string? Next { get; private set; }
    public bool IsAdmin => caller.Value.Role == Role.Admin;
    public IReadOnlyDictionary<string, string> Mediators { get; private set; } = new Dictionary<string, string>();

    public IReadOnlyList<ListViews.Row> Views { get; private set; } = [];

    /// <summary>What was typed as a name for the filters.</summary>
    public string ViewName { get; private set; } = "";

    public async Task<IActionResult> OnGetAsync()
    {
        if (IsAdmin) return Page();
        Views = await mediator.Send(new ListViews(), HttpContext.RequestAborted);
        if (Request.Query.Count == 0 && Views.FirstOrDefault(view => view.IsDefault) is { } begin) return LocalRedirect(begin.Address);
        return await ShowAsync();
    }

    /// <summary>Keeps the filters of this address under a name, or forgets a name.</summary>
    public async Task<IActionResult> OnPostAsync()
    {
        var form = await Request.ReadFormAsync(HttpContext.RequestAborted);
        ViewName = Plain(form["viewName"]);
        try
        {
            Read();
            var address = Address("tab", Tab.Camel());
            if (Plain(form["drop"]) is { Length: > 0 } dropped) await mediator.Send(new DropView(dropped), HttpContext.RequestAborted);
            else await mediator.Send(new SaveView(ViewName, address, form["viewDefault"] == "true"), HttpContext.RequestAborted);
            TempData["Flash"] = texts[form.ContainsKey("drop") ? "View.Dropped" : "View.Saved"].Value;
            return LocalRedirect(address);
        }
        catch (ProblemException problem) when (problem.Status is 400 or 409)
        {
            ModelState.Show(problem, ("name", "viewName"));
            Views = await mediator.Send(new ListViews(), HttpContext.RequestAborted);
            await ShowAsync();
            Response.StatusCode = problem.Status;
            return Page();
        }
    }

    private static string Plain(string? typed) => string.Concat((typed ?? "").Where(letter => !char.IsControl(letter))).Trim();

    private async Task<IActionResult> ShowAsync()
    {
        try
        {
            var request = Read();
            if (Chosen("division") is { Length: > 0 } code)
                division = await directory.NameOfDivisionAsync(code, HttpContext.RequestAborted);
            Tabs = await mediator.Send(new CountCases(), HttpContext.RequestAborted);
            calendar = await calendars.GetAsync(HttpContext.RequestAborted);
            var page = await mediator.Send(request, HttpContext.RequestAborted);
            (Cases, Next, onlyOpen) = (page.Items, page.Next, request.Open == true);
            if (request.Q is { } number && Cases is [var only] && IsNumberOf(number, only)) return LocalRedirect("/cases/" + only.CaseNo);
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

        return Page();
    }

    /// <summary>The whole number, the case's or the court's, and not a part of one.</summary>
    private static bool IsNumberOf(string typed, ListCases.Row row) =>
        typed == row.CaseNo || (row.CourtCaseNo is not null && typed.Replace('(', '\uFF08').Replace(')', '\uFF09') == row.CourtCaseNo);

    private ListCases Read()
    {
        var query = new QueryParameters(Request);
        var request = ListCases.Read(query) with { After = query.Text("after", 500) };
        Tab = request.Tab ?? WorkTabs.Of(caller.Value)[0];
        var closed = query.OneOf("closed", "open", "all");
        query.Check();
        return request with { Tab = Tab, Open = closed == "all" || request.Status is not null || request.Stage is not null ? null : true };
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
        yield return Field("sort", Control.Select, [new("-opened", texts["Sort.opened"]), new("-updated", texts["Sort.updated"])]) with
        { Empty = texts["Sort.due"] };
    }

    public FieldView NameField =>
        new("viewName", Control.Line, texts["View.Name"]) { MaxLength = 40, Required = true, Values = [ViewName] };

    public string Chosen(string name) => Request.Query[name].ToString();

    /// <summary>This list with one choice changed, from its first page.</summary>
    public string Address(string name, string? value) => QueryHelpers.AddQueryString("/", Filters.Append("tab")
        .Select(key => KeyValuePair.Create(key, key == name ? value : Chosen(key)))
        .Append(KeyValuePair.Create("after", name == "after" ? value : null))
        .Where(pair => !string.IsNullOrEmpty(pair.Value)));

    /// <summary>The same list as a file: csv or xlsx.</summary>
    public string FileAddress(string kind) => Matching("/api/v1/cases." + kind);

    /// <summary>All that match, to be handled at once.</summary>
    public string AllAddress => Matching("/cases/chosen");

    private string Matching(string path) => QueryHelpers.AddQueryString(path, Filters.Where(key => key != "closed")
        .Select(key => KeyValuePair.Create(key, (string?)Chosen(key))).Append(new("tab", Tab.Camel()))
        .Append(new("open", onlyOpen ? "true" : null))
        .Where(pair => !string.IsNullOrEmpty(pair.Value)));

    public DueView? Due(ListCases.Row row) => row.DueOn is { } due ? DueView.Of(due, clock, calendar, texts) : null;

    private FieldView Field(string name, Control control, IReadOnlyList<Option>? options = null) =>
        new(name, control, texts["Filter." + name]) { Options = options ?? [], Values = [Chosen(name)], Empty = texts["Filter.Any"] };

    private string Shown(string name) =>
        Fields().First(field => field.Name == name) is { Control: Control.Date } && DateOnly.TryParseExact(Chosen(name), "yyyy-MM-dd",
            CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? Show.Date(day)
        : name == "division" && division is not null ? division
        : Fields().First(field => field.Name == name).Options.FirstOrDefault(option => option.Value == Chosen(name))?.Text ?? Chosen(name);
}

/// <summary>A due day, and how far it is in working days.</summary>
public sealed record DueView(DateOnly On, string Distance, bool Assumed)
{
    public static DueView Of(DateOnly on, TimeProvider clock, WorkingCalendar calendar, IStringLocalizer<Texts> texts)
    {
        var today = ShanghaiTime.DateOf(clock.GetUtcNow());
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
