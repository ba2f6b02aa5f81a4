using System.Globalization;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Registry;
using Mediation.Service.Shared;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Cases;

/// <summary>
/// What an action does to a case, line by line: read off the case before and after it, so that it says what the rules do.
/// </summary>
public static class ActionEffects
{
    public static async Task<IReadOnlyList<string>> OfAsync(
        CaseView before, CaseView after, IReadOnlyList<(string Body, string? Person)> told, BodyDirectory directory,
        IStringLocalizer<Texts> texts, CancellationToken cancellationToken)
    {
        var lines = new List<string>
        {
            before.Status == after.Status ? texts["Effect.StatusStays", texts.Word(after.Status)]
                : texts["Effect.Status", texts.Word(before.Status), texts.Word(after.Status)],
        };
        var names = await CaseNames.OfAsync(after, [], directory, cancellationToken);
        var (turnBefore, turn) = (CaseTurn.Of(before, await CaseNames.OfAsync(before, [], directory, cancellationToken), texts),
            CaseTurn.Of(after, names, texts));
        lines.Add(turnBefore == turn ? texts["Effect.TurnStays", turn] : texts["Effect.Turn", turn]);
        foreach (var clock in after.Clocks)
        {
            var old = before.Clocks.FirstOrDefault(one => (one.Name, one.Term, one.StartedAt) == (clock.Name, clock.Term, clock.StartedAt));
            var name = texts["ClockName." + clock.Name.Camel()]
                + (clock.Term is { } term ? string.Create(CultureInfo.InvariantCulture, $" {term}") : "");
            var due = Show.Date(clock.DueOn);
            if (old is null && clock.State == ClockState.Running) lines.Add(texts["Effect.ClockStarts", name, due]);
            else if (old is null) continue;
            else if (old.State != clock.State) lines.Add(clock.State switch
            {
                ClockState.Running => texts["Effect.ClockRuns", name, due],
                ClockState.Paused => texts["Effect.ClockPauses", name],
                _ => texts["Effect.ClockEnds", name],
            });
            else if (old.DueOn != clock.DueOn) lines.Add(texts["Effect.ClockMoves", name, Show.Date(old.DueOn), due]);
        }

        var addressees = new List<string>();
        foreach (var (body, person) in told)
            addressees.Add(person is null
                ? await directory.NameOfBodyAsync(body, cancellationToken) : await directory.NameOfUserAsync(person, cancellationToken));
        lines.Add(addressees.Count == 0 ? texts["Effect.ToldNobody"]
            : texts["Effect.Told", string.Join(Language.IsEnglish ? ", " : "、", addressees.Distinct(StringComparer.Ordinal))]);
        return lines;
    }
}
