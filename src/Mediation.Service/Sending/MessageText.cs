using System.Globalization;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Shared;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Sending;

/// <summary>
/// The words of a message in its receiver's language: the number of the case, what is asked, by when, and where. Nothing that was typed.
/// </summary>
public sealed class MessageText(MessageText.Place place)
{
    /// <param name="Link">Null where no mail server is set: then nothing leaves either.</param>
    public sealed record Place(Uri? Link);

    /// <param name="NextAt">When the next above is told; null after the last step.</param>
    public sealed record Facts(string CaseNo, string Clock, DateOnly DueOn, int Step, LadderAsk? Ask, DateTimeOffset? NextAt);

    public (string Subject, string Body) OfStep(Facts facts, string language)
    {
        var texts = Texts.In(language);
        var clock = texts["ClockName." + facts.Clock.Split(':')[0]].Value;
        var lines = new List<string> { texts["Mail.Step", facts.CaseNo, clock, Show.Date(facts.DueOn, language), facts.Step] };
        if (facts.Ask is { } ask) lines.Add(texts["Mail.Asked", texts.Word(ask)]);
        if (facts.NextAt is { } next) lines.Add(texts["Mail.Until", Show.Moment(next, language)]);
        return (texts["Mail.Subject", facts.CaseNo], Whole(texts, lines, "notices"));
    }

    /// <param name="Overdue">Otherwise it falls due soon.</param>
    public sealed record DueCase(string CaseNo, DateOnly DueOn, bool Overdue);

    public (string Subject, string Body) OfDigest(DateOnly day, IReadOnlyList<DueCase> cases, bool more, int unread, string language)
    {
        var texts = Texts.In(language);
        var lines = new List<string> { texts["Mail.DigestUnread", unread], "" };
        foreach (var group in cases.GroupBy(due => due.Overdue).OrderByDescending(group => group.Key))
        {
            lines.Add(texts[group.Key ? "Mail.DigestOverdue" : "Mail.DigestSoon"]);
            lines.AddRange(group.Select(due => texts["Mail.DigestCase", due.CaseNo, Show.Date(due.DueOn, language)].Value));
        }

        if (more) lines.Add(texts["Mail.DigestMore"]);
        return (texts["Mail.DigestSubject", Show.Date(day, language)], Whole(texts, lines, ""));
    }

    /// <summary>That a month's pack is there, and where: not a figure of it.</summary>
    public (string Subject, string Body) OfPack(DateOnly month, string scope, string language)
    {
        var texts = Texts.In(language);
        var name = month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var asked = scope.All(char.IsAsciiDigit) ? "division" : "body";
        return (texts["Mail.PackSubject", name],
            Whole(texts, [texts["Mail.Pack", name]], $"reports/pack?month={name}&{asked}={Uri.EscapeDataString(scope)}"));
    }

    private string Whole(IStringLocalizer<Texts> texts, List<string> lines, string path) =>
        string.Join("\r\n", [.. lines, "", .. Link(texts, path), texts["Mail.Foot"].Value]);

    private string[] Link(IStringLocalizer<Texts> texts, string path) =>
        place.Link is null ? [] : [texts["Mail.Link", new Uri(new Uri(place.Link.ToString().TrimEnd('/') + "/"), path)].Value];
}
