using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Resources;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Cases;
using Mediation.Service.Jobs;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Shared;

namespace Mediation.Service.Tests.Pages;

public sealed partial class TextsTests
{
    private static readonly HashSet<string> Chinese = Keys(CultureInfo.InvariantCulture);
    private static readonly HashSet<string> English = Keys(new CultureInfo("en"));

    private static readonly Type[] Shown =
    [
        typeof(Status), typeof(Stage), typeof(Outcome), typeof(Track), typeof(Procedure), typeof(Channel), typeof(Initiation), typeof(Risk),
        typeof(Side), typeof(PartyKind), typeof(RepresentativeKind), typeof(Authority), typeof(NotAcceptReason), typeof(GuideRoute),
        typeof(SessionKind), typeof(SessionState), typeof(AgreementForm), typeof(TermState), typeof(ConfirmationState), typeof(Rest),
        typeof(FailReason), typeof(ConclusionKind), typeof(ClockName), typeof(ClockState), typeof(Timeliness), typeof(Role),
        typeof(TimeUnit), typeof(ExtensionConsent), typeof(RiskList), typeof(LetterKind), typeof(Mediation.Service.Letters.LetterState),
        typeof(LadderAsk), typeof(LadderRung), typeof(LadderChannel), typeof(DelayUnit), typeof(ListJobs.JobState), typeof(WorkTab),
    ];

    [Fact]
    public void Both_languages_have_the_same_keys() =>
        Assert.Equal(Chinese.Order(StringComparer.Ordinal), English.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_key_in_a_page_or_in_code_exists()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Mediation.sln"))) root = Path.GetDirectoryName(root.TrimEnd(Path.DirectorySeparatorChar))!;
        var files = Directory.EnumerateFiles(Path.Combine(root, "src", "Mediation.Service"), "*.cs*", SearchOption.AllDirectories)
            .Where(file => (file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".cshtml", StringComparison.Ordinal))
                && !file.Contains(Path.DirectorySeparatorChar + "obj" + Path.DirectorySeparatorChar, StringComparison.Ordinal));

        var used = files.SelectMany(file =>
            Key().Matches(File.ReadAllText(file)).Select(match => (File: Path.GetFileName(file), Key: match.Groups["key"].Value))).ToList();

        Assert.True(used.Count > 100, "The pattern finds no keys.");
        Assert.DoesNotContain(used, use => !Chinese.Contains(use.Key));
    }

    [Fact]
    public void Every_value_that_a_page_shows_has_a_word() =>
        Assert.Subset(Chinese, Shown.SelectMany(type => Enum.GetValues(type).Cast<Enum>().Select(value => $"{type.Name}.{value.Camel()}"))
            .ToHashSet(StringComparer.Ordinal));

    [Fact]
    public void Every_job_has_a_name() =>
        Assert.Subset(Chinese, JobList.All.Select(job => "Job." + job.Name).ToHashSet(StringComparer.Ordinal));

    [Fact]
    public void Every_setting_of_the_administrator_says_what_it_does() =>
        Assert.Subset(Chinese, Navigation.For(Role.Admin).Where(entry => entry.Permission != Permission.OwnAccount)
            .Select(entry => "About." + entry.Key).ToHashSet(StringComparer.Ordinal));

    [Fact]
    public void Every_state_of_a_case_is_explained() =>
        Assert.Subset(Chinese, Enum.GetValues<Status>().Select(status => "StatusHelp." + status.Camel()).ToHashSet(StringComparer.Ordinal));

    [Fact]
    public void Every_event_has_a_word() =>
        Assert.Subset(Chinese, typeof(CaseEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(CaseEvent)))
            .Select(type => JsonNamingPolicy.CamelCase.ConvertName(type.Name)).Where(kind => CaseJson.NameOf(kind) is null)
            .Select(kind => "Event." + kind).ToHashSet(StringComparer.Ordinal));

    public static TheoryData<string> Routes => [.. CaseActions.All.Select(action => action.Route)];

    [Theory, MemberData(nameof(Routes))]
    public void What_an_action_takes_is_asked_for_by_its_form_or_says_why_not(string route)
    {
        var type = CaseActions.All.Single(action => action.Route == route).Type;
        var taken = type.GetProperties().Where(property => property.CanWrite && !property.IsDefined(typeof(JsonIgnoreAttribute))).ToList();

        foreach (var property in taken.Where(property => !property.IsDefined(typeof(AskAttribute))))
            Assert.True(property.GetCustomAttribute<NotAskedAttribute>() is { Why.Length: > 0 },
                $"{type.Name}.{property.Name} is neither asked for nor says why not.");
        Assert.Equal(
            taken.Where(property => property.IsDefined(typeof(AskAttribute)))
                .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Order(StringComparer.Ordinal),
            ActionForms.Of(type).Select(field => field.Name).Where(name => name != "n").Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Routes))]
    public void Every_field_of_a_form_has_a_label_and_what_can_be_chosen(string route)
    {
        var form = ActionForms.Of(CaseActions.All.Single(action => action.Route == route).Type);

        Assert.Equal(route.Contains("{n}", StringComparison.Ordinal), form.Any(field => field.Name == "n"));
        Assert.All(form, field => Assert.True(
            field.Label is { Zh.Length: > 0, En.Length: > 0 } || Chinese.Contains("Field." + field.Name)
                || Chinese.Contains($"Field.{CaseActions.NameOf(route)}.{field.Name}"), field.Name));
        Assert.All(form, field => Assert.Equal(field.Ask == Ask.Value, field.Values is { IsEnum: true }));
        Assert.All(form.Where(field => field.Name == "n"),
            field => Assert.Contains(field.Ask, (Ask[])[Ask.Session, Ask.Term, Ask.Letter, Ask.Whistle]));
    }

    /// <summary>On a thread that speaks another language, as a job's or another reader's does.</summary>
    [Fact]
    public void What_is_said_in_a_named_language_does_not_ask_the_reader()
    {
        var (chinese, english) = (Texts.In(Language.Chinese), Texts.In(Language.English));

        Assert.Equal(["逾期", "Overdue"], [chinese.Word(Timeliness.Overdue), english.Word(Timeliness.Overdue)]);
        Assert.Equal(["案件 2026 需要您处理", "Case 2026 waits for you"],
            [chinese["Mail.Subject", 2026].Value, english["Mail.Subject", 2026].Value]);
        Assert.Equal(["2026年3月1日", "1 March 2026"],
            [Show.Date(new(2026, 3, 1), Language.Chinese), Show.Date(new(2026, 3, 1), Language.English)]);
        Assert.Equal(["甲", "A"], [new Message("甲", "A").In(Language.Chinese), new Message("甲", "A").In(Language.English)]);
        Assert.True(chinese["No.Such.Word", 1].ResourceNotFound);
        Assert.Equal(Chinese,
            chinese.GetAllStrings(includeParentCultures: true).Select(word => word.Name).ToHashSet(StringComparer.Ordinal));
    }

    private static HashSet<string> Keys(CultureInfo culture) =>
        [.. new ResourceManager(typeof(Texts)).GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>()
            .Select(entry => (string)entry.Key)];

    [GeneratedRegex(@"\b(?:T|texts|words)\[""(?<key>[A-Za-z.]+[A-Za-z])""[\],]",
        RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Key();
}
