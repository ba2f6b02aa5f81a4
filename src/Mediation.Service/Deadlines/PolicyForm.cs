using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Shared;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Deadlines;

/// <summary>What the pages of the policies share: reading a form, and a policy in words.</summary>
public static class PolicyForm
{
    public static IReadOnlyList<Option> Categories() =>
        [.. Category.All.Select(code => new Option(code, $"{code} {Words.Category(code)}"))];

    public static IReadOnlyList<Option> Events(IEnumerable<ClockEvent> events) =>
        [.. events.Distinct().Select(happened => new Option(happened.Camel(), happened.Words().In()))];

    public static string For(PolicyView policy, IStringLocalizer<Texts> texts)
    {
        var parts = new[]
        {
            policy.Track is { } track ? texts.Word(track) : null, policy.Procedure is { } procedure ? texts.Word(procedure) : null,
            policy.Category is { } category ? Words.Category(category) : null,
            policy.Risk is { } risk ? texts["Light.Risk", texts.Word(risk)].Value : null,
        };
        var named = parts.OfType<string>().ToList();
        return named.Count == 0 ? texts["Policy.Everything"] : string.Join(" · ", named);
    }

    public static string Length(PolicyView policy, IStringLocalizer<Texts> texts) => policy.Unit switch
    {
        TimeUnit.FixedDate => texts["Policy.AgreedDate"],
        TimeUnit.WorkingDays => texts["Policy.WorkingDays", policy.Days],
        _ => texts["Policy.CalendarDays", policy.Days],
    };

    public static string Validity(PolicyView policy, IStringLocalizer<Texts> texts) => policy.To is { } to
        ? texts["Policy.FromTo", Show.Date(policy.From), Show.Date(to)]
        : texts["Policy.Since", Show.Date(policy.From)];

    public static string Extension(PolicyView policy, IStringLocalizer<Texts> texts)
    {
        if (policy.Extension is not { } extension) return texts["Policy.NoExtension"];
        var parts = new List<string> { texts["ExtensionConsent." + extension.Consent!.Value.Camel()] };
        if (extension.CapDays is { } cap) parts.Add(texts["Policy.Cap", cap]);
        if (extension.MaxTimes is { } times) parts.Add(texts["Policy.Times", times]);
        return string.Join(" · ", parts);
    }

    public static DateOnly? Day(string? text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;

    public static T? Value<T>(string? text) where T : struct, Enum =>
        Enum.TryParse<T>(text, ignoreCase: true, out var value) && Enum.IsDefined(value) && !char.IsAsciiDigit(text![0]) ? value : null;
}
