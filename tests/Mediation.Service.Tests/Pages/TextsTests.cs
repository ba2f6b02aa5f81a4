using System.Collections;
using System.Globalization;
using System.Resources;
using System.Text.Json;
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
        typeof(Status), typeof(Stage), typeof(Outcome), typeof(Track), typeof(Procedure), typeof(Channel), typeof(Initiation), typeof(Risk), typeof(Side),
        typeof(PartyKind), typeof(RepresentativeKind), typeof(Authority), typeof(NotAcceptReason), typeof(GuideRoute), typeof(SessionKind), typeof(SessionState),
        typeof(AgreementForm), typeof(TermState), typeof(ConfirmationState), typeof(Rest), typeof(FailReason), typeof(ConclusionKind), typeof(ClockName),
        typeof(ClockState), typeof(Timeliness), typeof(Role), typeof(TimeUnit), typeof(ExtensionConsent), typeof(RiskList), typeof(LetterKind), typeof(Mediation.Service.Letters.LetterState),
        typeof(LadderAsk), typeof(LadderRung), typeof(LadderChannel), typeof(DelayUnit), typeof(ListJobs.JobState), typeof(WorkTab),
    ];

    [Fact]
    public void Both_languages_have_the_same_keys() => Assert.Equal(Chinese.Order(StringComparer.Ordinal), English.Order(StringComparer.Ordinal));

    [Fact]
    public void Every_key_in_a_page_or_in_code_exists()
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(root, "Mediation.sln"))) root = Path.GetDirectoryName(root.TrimEnd(Path.DirectorySeparatorChar))!;
        var files = Directory.EnumerateFiles(Path.Combine(root, "src", "Mediation.Service"), "*.cs*", SearchOption.AllDirectories)
            .Where(file => (file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".cshtml", StringComparison.Ordinal))
                && !file.Contains(Path.DirectorySeparatorChar + "obj" + Path.DirectorySeparatorChar, StringComparison.Ordinal));

        var used = files.SelectMany(file => Key().Matches(File.ReadAllText(file)).Select(match => (File: Path.GetFileName(file), Key: match.Groups["key"].Value))).ToList();

        Assert.True(used.Count > 100, "The pattern finds no keys.");
        Assert.DoesNotContain(used, use => !Chinese.Contains(use.Key));
    }

    [Fact]
    public void Every_value_that_a_page_shows_has_a_word() =>
        Assert.Subset(Chinese, Shown.SelectMany(type => Enum.GetValues(type).Cast<Enum>().Select(value => $"{type.Name}.{value.Camel()}")).ToHashSet(StringComparer.Ordinal));

    [Fact]
    public void Every_job_has_a_name() => Assert.Subset(Chinese, JobList.All.Select(job => "Job." + job.Name).ToHashSet(StringComparer.Ordinal));

    [Fact]
    public void Every_setting_of_the_administrator_says_what_it_does() =>
        Assert.Subset(Chinese, Navigation.For(Role.Admin).Where(entry => entry.Permission != Permission.OwnAccount).Select(entry => "About." + entry.Key).ToHashSet(StringComparer.Ordinal));

    [Fact]
    public void Every_state_of_a_case_is_explained() =>
        Assert.Subset(Chinese, Enum.GetValues<Status>().Select(status => "StatusHelp." + status.Camel()).ToHashSet(StringComparer.Ordinal));

    [Fact]
    public void Every_event_has_a_word() =>
        Assert.Subset(Chinese, typeof(CaseEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(CaseEvent)))
            .Select(type => "Event." + JsonNamingPolicy.CamelCase.ConvertName(type.Name)).ToHashSet(StringComparer.Ordinal));

    [Fact]
    public void Every_action_has_a_form_that_asks_for_every_field_it_takes()
    {
        foreach (var (type, route) in CaseActions.All)
        {
            var name = route.Replace("{n}/", "", StringComparison.Ordinal);
            var form = ActionForms.Find(name);
            Assert.True(form is not null, $"{name} has no form.");
            var takes = type.GetProperties().Where(property => property is { CanWrite: true, Name: not ("Case" or "ExpectedVersion" or "N" or "On" or "LateReason") })
                .Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name));
            Assert.Equal(takes.Order(StringComparer.Ordinal), form.Select(field => field.Name).Where(field => field != "n").Order(StringComparer.Ordinal));
            Assert.Equal(route.Contains("{n}", StringComparison.Ordinal), form.Any(field => field.Name == "n"));
            Assert.DoesNotContain(form, field => !Chinese.Contains("Field." + field.Name) && !Chinese.Contains($"Field.{name}.{field.Name}"));
        }
    }

    private static HashSet<string> Keys(CultureInfo culture) =>
        [.. new ResourceManager(typeof(Texts)).GetResourceSet(culture, createIfNotExists: true, tryParents: false)!.Cast<DictionaryEntry>().Select(entry => (string)entry.Key)];

    [GeneratedRegex(@"\b(?:T|texts|words)\[""(?<key>[A-Za-z.]+[A-Za-z])""[\],]", RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex Key();
}
