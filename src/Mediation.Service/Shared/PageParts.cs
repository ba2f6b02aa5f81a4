using System.Globalization;
using System.Text;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Shared;

public enum Control { Line, Area, Date, Month, Moment, Number, Select, Radios, Checks }

public sealed record Option(string Value, string Text);

/// <summary>What the partial <c>_Field</c> shows: a control with its label, hint, value and errors.</summary>
public sealed record FieldView(string Name, Control Control, string Label)
{
    public string? Hint { get; init; }

    /// <summary>What the field belongs to where its label alone says too little, e.g. which party.</summary>
    public string? Group { get; init; }

    public string FullName => Group is null ? Label : $"{Group} {Label}";

    /// <summary>
    /// The fields of this answer so far: the page is written before its frame, which names them in the summary of errors.
    /// </summary>
    public static List<FieldView> ShownIn(HttpContext http)
    {
        if (http.Items[typeof(FieldView)] is List<FieldView> shown) return shown;
        shown = [];
        http.Items[typeof(FieldView)] = shown;
        return shown;
    }

    /// <summary>Null in a filter, where nothing is asked for.</summary>
    public bool? Required { get; init; }

    /// <summary>What an empty choice says.</summary>
    public string? Empty { get; init; }

    public int? MaxLength { get; init; }

    /// <summary>Of an identity number: what is said while typing when it cannot be one.</summary>
    public string? Check { get; init; }

    public IReadOnlyList<Option> Options { get; init; } = [];

    /// <summary>As typed; several for check boxes.</summary>
    public IReadOnlyList<string> Values { get; init; } = [];

    public string? Value => Values.Count > 0 ? Values[0] : null;

    public string Id => IdOf(Name);

    /// <summary>A browser's own picker would leave out what it cannot read, and with it what was typed.</summary>
    public string InputType => Control switch
    {
        Control.Date when Picks("yyyy-MM-dd") => "date",
        Control.Month when Picks("yyyy-MM") => "month",
        Control.Moment when Picks("yyyy-MM-ddTHH:mm", "yyyy-MM-ddTHH:mm:ss") => "datetime-local",
        _ => "text",
    };

    public string? InputMode => Control == Control.Number ? "decimal" : null;

    private bool Picks(params string[] formats) =>
        string.IsNullOrEmpty(Value) || DateTime.TryParseExact(Value, formats, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <summary>An id without brackets and dots, as links and style sheets want it.</summary>
    public static string IdOf(string name)
    {
        var id = new StringBuilder("f-");
        foreach (var character in name) id.Append(char.IsAsciiLetterOrDigit(character) ? character : '-');
        return id.ToString();
    }
}

/// <param name="Timeliness">Null for a case whose clocks no longer matter.</param>
public sealed record Lights(Timeliness? Timeliness, Risk Risk);

/// <summary>Words for the values of enumerations, by key: <c>Status.inSession</c>.</summary>
public static class Words
{
    public static string Word(this IStringLocalizer<Texts> texts, Enum value) => texts[value.GetType().Name + "." + value.Camel()];

    /// <summary>What a kind of event is called, where its sentence may not be read.</summary>
    public static string Event(this IStringLocalizer<Texts> texts, string kind) => CaseJson.NameOf(kind)?.In() ?? texts["Event." + kind];

    public static List<Option> Options<T>(this IStringLocalizer<Texts> texts) where T : struct, Enum =>
        [.. Enum.GetValues<T>().Select(value => new Option(value.Camel(), texts.Word(value)))];

    public static string Category(string code) => Domain.Category.Name(code)?.In() ?? code;
}

/// <summary>Dates, times and money as the reader's language writes them; times in Asia/Shanghai.</summary>
public static class Show
{
    public static string Date(DateOnly date) => Date(date, Language.Current);

    public static string Date(DateOnly date, string language) => language == Language.English
        ? date.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{date.Year}年{date.Month}月{date.Day}日");

    public static string Moment(DateTimeOffset at) => Moment(at, Language.Current);

    public static string Moment(DateTimeOffset at, string language) =>
        Date(ShanghaiTime.DateOf(at), language) + at.ToOffset(TimeSpan.FromHours(8)).ToString(" HH:mm", CultureInfo.InvariantCulture);

    public static string Money(decimal yuan) => string.Create(CultureInfo.InvariantCulture, $"¥{yuan:N2}");
}

/// <summary>Who is offered which page in the header.</summary>
public static class Navigation
{
    public sealed record Entry(string Path, string Key, Permission Permission);

    public static IReadOnlyList<Entry> All { get; } =
    [
        new("/desk", "Nav.Desk", Permission.OwnAccount),
        new("/", "Nav.WorkList", Permission.OwnAccount),
        new("/notices", "Nav.Inbox", Permission.ReadCases),
        new("/cases/new", "Nav.NewCase", Permission.Intake),
        new("/groups", "Nav.Groups", Permission.GroupCases),
        new("/people", "Nav.People", Permission.FindPeople),
        new("/referrals/import", "Nav.Import", Permission.ReferAsCourt),
        new("/letters", "Nav.Letters", Permission.ReadLetters),
        new("/open-loops", "Nav.OpenLoops", Permission.ReadLetters),
        new("/reports/monthly", "Nav.Reports", Permission.ReadReports),
        new("/policies", "Nav.Policies", Permission.ManagePolicies),
        new("/ladders", "Nav.Ladders", Permission.ManagePolicies),
        new("/calendar", "Nav.Calendar", Permission.ManagePolicies),
        new("/risk-items", "Nav.RiskItems", Permission.ManagePolicies),
        new("/fees", "Nav.Fees", Permission.ManagePolicies),
        new("/jobs", "Nav.Jobs", Permission.RunJobs),
        new("/deliveries", "Nav.Deliveries", Permission.RunJobs),
    ];

    public static IEnumerable<Entry> For(Role role) => All.Where(entry => Permissions.Has(role, entry.Permission));

    public static bool IsHere(Entry entry, PathString path) =>
        entry.Path == "/" ? path == "/" : path.StartsWithSegments(entry.Path, StringComparison.Ordinal);
}
