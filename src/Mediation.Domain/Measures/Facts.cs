using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Measures;

/// <summary>Something that a month counts once.</summary>
/// <param name="Amount">Cases, persons or yuan.</param>
/// <param name="From">Set for <see cref="Tally.Moved"/> alone: the place that the open case left.</param>
/// <param name="Days">
/// For <see cref="Tally.Days"/> whole days from acceptance to closure; for <see cref="Tally.Escalated"/> the step, for
/// <see cref="Tally.FollowedUp"/> the marks. Else 0.
/// </param>
public sealed record Fact(string Measure, decimal Amount, Place At, Place? From = null, int Days = 0);

/// <summary>
/// What an event adds to the figures of the month in which it happened. Nothing is ever taken back: an open case that
/// changes its place leaves the old row and enters the new one; the counts of a case that is no longer pending stay
/// where they were made, and when it is reopened it comes back at the place that it has by then. So every row keeps
/// its identity.
/// </summary>
public static class Facts
{
    /// <summary>What is written with the event, and what every count from the journal finds again: both ask here.</summary>
    /// <param name="first">As in <see cref="Tally.FirstMonths"/>, by default.</param>
    public static IReadOnlyList<Fact> Of(Case? before, Recorded recorded, Case after, IReadOnlyDictionary<string, DateOnly>? first = null)
    {
        var facts = Found(before, recorded, after);
        facts.RemoveAll(fact => (first ?? Tally.FirstMonths).TryGetValue(fact.Measure, out var month) && recorded.On < month);
        return facts;
    }

    private static List<Fact> Found(Case? before, Recorded recorded, Case after)
    {
        var at = Place.Of(after);
        var facts = new List<Fact>();
        if (before is null)
            Register(after, Add);
        else
        {
            if (before.IsOpen && Place.Of(before) is var from && from != at)
                facts.Add(new Fact(Tally.Moved, 1, at, from));
            if (before.AcceptedOn is null && after.AcceptedOn is not null)
            {
                Add(Tally.Accepted);
                if (after.Court is not null) Add(Tally.CourtAccepted);
            }
            if (!before.IsOpen && after.IsOpen)
                Add(Tally.Reopened);
            if (before.IsOpen && !after.IsOpen)
                Close(after, at, facts);
            if (!IsPerformed(before) && IsPerformed(after))
                Add(Tally.Performed);
            Happened(before, recorded.Event, Add);
            Clocks(before, recorded.Event, Add);
        }

        return facts;

        void Add(string measure, decimal amount = 1, int days = 0) => facts.Add(new Fact(measure, amount, at, Days: days));
    }

    private delegate void Count(string measure, decimal amount = 1, int days = 0);

    private static void Register(Case c, Count add)
    {
        add(Tally.Registered);
        add(Tally.Persons, c.PersonsInvolved ?? c.Parties.Count);
        if (c.Major) add(Tally.Major);
        if (c.Repeat) add(Tally.Repeat);
        if (c.Court is not null) add(Tally.CourtRegistered);
    }

    private static void Close(Case c, Place at, List<Fact> facts)
    {
        facts.Add(new Fact(CaseJson.Camel(c.Outcome!.Value.ToString()), 1, at));
        if (c.Outcome is Outcome.NotAccepted or Outcome.Guided)
            return;
        // Where no body ever took it in, it waited from the day it was registered.
        var days = c.ClosedOn!.Value.DayNumber - (c.AcceptedOn ?? c.OpenedOn).DayNumber;
        facts.Add(new Fact(Tally.Days, 1, at, Days: Math.Max(0, days)));
        if (c.Outcome is not (Outcome.Settled or Outcome.Partial))
            return;
        if (c.Court is not null) facts.Add(new Fact(Tally.CourtSettled, 1, at));
        if (at.Level == Level.Village) facts.Add(new Fact(Tally.SettledInVillage, 1, at));
        if (at.Level == Level.Township) facts.Add(new Fact(Tally.SettledInTownship, 1, at));
        if (at.Level == Level.County) facts.Add(new Fact(Tally.SettledInCounty, 1, at));
    }

    private static void Happened(Case before, CaseEvent happened, Count add)
    {
        switch (happened)
        {
            case CaseEvent.Referred:
                add(Tally.Referred);
                break;
            case CaseEvent.Overdue when before.Timeliness != Timeliness.Overdue
                && happened.Clocks.Any(clock => clock.State == ClockState.Running):
                add(Tally.Overdue);
                break;
            case CaseEvent.Escalated e:
                add(Tally.Escalated, days: e.Step);
                break;
            case CaseEvent.SessionHeld:
                add(Tally.Attempts);
                break;
            case CaseEvent.NoShowRecorded:
                add(Tally.NoShows);
                break;
            case CaseEvent.Settled e:
                Agree(e.Agreement, e.Terms, add);
                break;
            case CaseEvent.PartiallySettled e:
                Agree(e.Agreement, e.Terms, add);
                break;
            case CaseEvent.ConfirmationRequested:
                add(Tally.ConfirmationRequested);
                break;
            case CaseEvent.ConfirmationGranted:
                add(Tally.Confirmed);
                break;
            case CaseEvent.TermDefaulted when !before.Terms.Any(term =>
                term.Round == before.Agreement?.Round && term.State == TermState.Defaulted):
                add(Tally.Defaulted);
                break;
            case CaseEvent.LawsuitFiled when before.FiledAs is null:
                add(Tally.FiledLater);
                break;
            case CaseEvent.FollowedUp e:
                add(Tally.FollowedUp, days: e.Satisfaction ?? 0);
                break;
        }
    }

    private static void Agree(Agreement agreement, IReadOnlyList<Term> terms, Count add)
    {
        if (agreement.Form == AgreementForm.Written) add(Tally.Written);
        if (agreement.Form == AgreementForm.Oral) add(Tally.Oral);
        if (terms.Sum(term => term.Amount ?? 0) is > 0 and var amount) add(Tally.AmountSettled, amount);
    }

    // A broken promise is too late, whenever it was said.
    private static void Clocks(Case before, CaseEvent happened, Count add)
    {
        foreach (var clock in happened.Clocks.Where(
            clock => clock.State is ClockState.Met or ClockState.Missed && Tally.Clocks.Contains(clock.Name)))
        {
            if (before.Clock(clock.Name, clock.Subject) is not { State: ClockState.Met or ClockState.Missed })
                add(clock.State == ClockState.Met && happened is not CaseEvent.TermDefaulted
                    ? Tally.Kept(clock.Name) : Tally.Missed(clock.Name));
        }
    }

    private static bool IsPerformed(Case c)
    {
        if (c.IsOpen || c.Agreement?.Round != c.Round)
            return false;
        var promised = c.Terms.Where(term => term.Round == c.Round).ToList();
        return promised.Count > 0 && promised.TrueForAll(term => term.State == TermState.Performed);
    }
}
