using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Domain.Tests.Cases;

namespace Mediation.Domain.Tests.Measures;

public sealed class FactsTests
{
    [Fact]
    public void A_case_counts_once_as_registered_with_its_persons()
    {
        var facts = Last(Story.Registered(Story.Facts() with { Major = true, PersonsInvolved = 30, Repeat = true }));
        Assert.Equal([("registered", 1m), ("persons", 30m), ("major", 1m), ("repeat", 1m)], Counts(facts));
        Assert.Equal([("registered", 1m), ("persons", 2m), ("courtRegistered", 1m)], Counts(Last(Story.Registered(Track.Delegated))));
    }

    [Fact]
    public void Taking_in_by_the_centre_counts_nothing_and_by_a_body_moves_the_case_to_it()
    {
        Assert.Empty(Names(Last(Story.Registered().AcceptedByCentre())));
        Assert.Equal(["referred"], Names(Last(Story.Registered().AcceptedByCentre().Referred())));
        var taken = Last(Story.Registered().TakenUp());
        Assert.Equal(["moved", "accepted"], Names(taken));
        Assert.Null(taken[0].From!.Body);
        Assert.Equal((Story.Committee.Code, Level.Township), (taken[0].At.Body, taken[0].At.Level));
    }

    [Fact]
    public void A_second_body_and_a_further_round_are_not_newly_accepted()
    {
        var moved = Story.Registered().TakenUp().Offered().Do(new CaseCommand.AcceptTransfer());
        Assert.Equal(["moved"], Names(Last(moved)));
        Assert.Equal(["moved"],
            Names(Last(moved.Do(new CaseCommand.Refer(Story.OtherCommittee, null)).Do(new CaseCommand.AcceptReferral(null)))));
        Assert.Equal(["reopened"], Names(Last(Story.Registered().Settled().Defaulted().Do(new CaseCommand.Remediate(["p1", "p2"])))));
    }

    [Theory]
    [InlineData("settled")]
    [InlineData("partial")]
    [InlineData("failed")]
    [InlineData("withdrawn")]
    [InlineData("terminated")]
    [InlineData("recalled")]
    public void Each_way_of_ending_counts_as_itself_with_the_days_since_acceptance(string measure)
    {
        var story = Story.Registered(Track.Delegated).Ready().Days(5);
        story = measure switch
        {
            "settled" => story.Do(new CaseCommand.Settle(Story.Draft(story.Today))),
            "partial" => story.SettledInPart(Rest.Fail),
            "failed" => story.Do(new CaseCommand.Fail(FailReason.Deadlock)),
            "withdrawn" => story.Do(new CaseCommand.Withdraw("p1", Story.Text)),
            "terminated" => story.Do(new CaseCommand.Terminate(Story.Text)),
            _ => story.Do(new CaseCommand.Recall(Story.Text)),
        };
        var facts = Last(story);
        Assert.Equal([measure], Names(facts).Intersect(Tally.Closures));
        Assert.Equal(5, facts.Single(fact => fact.Measure == "days").Days);
        Assert.Equal(measure is "settled" or "partial", Names(facts).Contains("courtSettled"));
        Assert.Equal(measure is "settled" or "partial", Names(facts).Contains("settledInTownship"));
    }

    [Fact]
    public void What_is_not_accepted_or_guided_elsewhere_leaves_the_stock_without_days()
    {
        Assert.Equal(["notAccepted"], Names(Last(Story.Registered().Do(new CaseCommand.NotAccept(NotAcceptReason.Crime)))));
        Assert.Equal(["guided"], Names(Last(Story.Registered().Do(new CaseCommand.Guide(GuideRoute.Notary)))));
    }

    [Fact]
    public void A_part_agreed_while_mediation_goes_on_closes_nothing()
    {
        var facts = Last(Story.Registered().Ready().SettledInPart(Rest.Continue));
        Assert.Equal([("written", 1m), ("amountSettled", 1000m)], Counts(facts));
    }

    [Fact]
    public void An_agreement_counts_by_its_form_with_its_amount()
    {
        var story = Story.Registered().Settled(Story.Pays(new(2026, 4, 1), 800m), Story.Pays(new(2026, 5, 1), 200.5m));
        Assert.Contains(("amountSettled", 1000.5m), Counts(Last(story)));
        Assert.Contains("written", Names(Last(story)));
        var oral = Story.Registered().Ready().Do(new CaseCommand.Settle(
            new(AgreementForm.Oral, Story.Text, null, [Story.Pays(null, null)], null, false, new(2026, 3, 2), [])));
        Assert.Contains("oral", Names(Last(oral)));
        Assert.DoesNotContain("amountSettled", Names(Last(oral)));
    }

    [Fact]
    public void Performed_counts_with_the_last_term_and_a_default_once()
    {
        var story = Story.Registered().Settled(Story.Pays(new(2026, 4, 1)), Story.Pays(new(2026, 5, 1)));
        Assert.Empty(Names(Last(story.Do(new CaseCommand.PerformTerm(1, null)))));
        Assert.Equal(["performed"], Names(Last(story.Do(new CaseCommand.PerformTerm(2, null)))));
        var broken = Story.Registered().Settled(Story.Pays(new(2026, 3, 5)), Story.Pays(new(2026, 3, 6))).Defaulted();
        Assert.Equal(["defaulted"], Names(Last(broken)));
        Assert.Empty(Names(Last(broken.Do(new CaseCommand.DefaultTerm(2)))));
    }

    [Fact]
    public void Confirmation_is_counted_when_asked_for_and_when_granted()
    {
        var story = Story.Registered(Track.Delegated).Settled().Do(new CaseCommand.RequestConfirmation(null, true));
        Assert.Equal(["confirmationRequested"], Names(Last(story)));
        Assert.Equal(["confirmed"], Names(Last(story.Do(new CaseCommand.GrantConfirmation("（2026）湘0104诉前调确1号")))));
    }

    [Fact]
    public void A_case_becomes_overdue_once_however_many_clocks_run_out()
    {
        var story = Story.Registered(Track.Delegated).Ready();
        for (var day = 0; day < 60; day++) story.Days(1).Sweep();
        Assert.True(story.Journal.Count(row => row.Event is CaseEvent.Overdue) > 1);
        var all = All(story);
        Assert.Equal(1, all.Count(fact => fact.Measure == "overdue"));
        Assert.Equal(story.Journal.Select(row => row.Event).OfType<CaseEvent.Escalated>().Select(told => told.Step),
            all.Where(fact => fact.Measure == "escalated").Select(fact => fact.Days));
    }

    [Fact]
    public void The_term_is_met_or_missed_when_mediation_ends()
    {
        Assert.Contains("termMet", Ends(Last(Story.Registered().Settled())));
        Assert.Contains("termMissed", Ends(Last(Story.Registered().Ready().Days(90).Do(new CaseCommand.Fail(FailReason.Expired)))));
    }

    [Fact]
    public void A_lawsuit_and_the_marks_of_a_follow_up_are_counted()
    {
        var failed = Story.Registered(Track.Delegated).Ready().Do(new CaseCommand.Fail(FailReason.Deadlock));
        Assert.Equal(["filedLater"], Names(Last(failed.Do(new CaseCommand.FileLawsuit("（2026）湘0104民初1号")))));
        foreach (var marks in new int?[] { 4, 3, null })
        {
            var told = Last(Story.Registered().Settled().Do(new CaseCommand.FollowUp(Story.Text, marks, true, null)));
            Assert.Equal(["followedUp"], Names(told));
            Assert.Equal(marks ?? 0, told[0].Days);
        }
    }

    [Fact]
    public void Marks_and_steps_are_read_back_by_the_names_of_the_rates()
    {
        var kept = new Dictionary<(string, int), decimal>
        {
            [("followedUp", 0)] = 5,
            [("followedUp", 3)] = 2,
            [("followedUp", 4)] = 3,
            [("followedUp", 5)] = 1,
            [("escalated", 1)] = 7,
            [("escalated", 3)] = 2,
            [("accepted", 0)] = 9,
        };
        Assert.Equal([11, 6, 4, 9, 9, 0],
            new[] { "followedUp", "answered", "satisfied", "escalated", "accepted", "settled" }.Select(name => Tally.CountOf(kept, name)));
    }

    [Fact]
    public void Sessions_and_absences_are_counted_when_they_are_recorded()
    {
        Assert.Equal(["attempts"], Names(Last(Story.Registered().Sitting())));
        Assert.Equal(["noShows"], Names(Last(Story.Registered().Ready().Scheduled().Do(new CaseCommand.RecordNoShow(1, "p2")))));
    }

    [Fact]
    public void Each_clock_that_ends_is_kept_or_missed_once_and_a_broken_promise_is_missed()
    {
        Assert.Equal(["intakeMet"], Ends(Last(Story.Registered().AcceptedByCentre())));
        Assert.Equal(["intakeMissed"], Ends(Last(Story.Registered().Days(60).AcceptedByCentre())));
        Assert.Single(Ends(All(Story.Registered().Sitting().Scheduled().Do(new CaseCommand.HoldSession(2, ["p1", "p2"], Story.Text)))),
            "firstSessionMet");
        Assert.Contains("performanceMet", Ends(Last(Story.Registered().Settled().Do(new CaseCommand.PerformTerm(1, null)))));
        Assert.Contains("performanceMissed", Ends(Last(Story.Registered().Settled().Defaulted())));
        Assert.DoesNotContain(Ends(All(Story.Registered().Sitting())), name => name.StartsWith("inactivity", StringComparison.Ordinal));
    }

    [Fact]
    public void A_corrected_category_moves_an_open_case_and_leaves_a_closed_one_where_it_was_counted()
    {
        var correction = new CaseCommand.Correct(new("category", "04", "02", Story.Text));
        var moved = Last(Story.Registered().TakenUp().Do(correction)).Single();
        Assert.Equal(("moved", "04", "02"), (moved.Measure, moved.From!.Category, moved.At.Category));
        Assert.Empty(Last(Story.Registered().Settled().Do(correction)));
    }

    private static List<Fact> All(Story story)
    {
        Case? state = null;
        var facts = new List<Fact>();
        foreach (var row in story.Journal)
        {
            var next = Evolve.Apply(state, row);
            facts.AddRange(Facts.Of(state, row, next));
            state = next;
        }

        return facts;
    }

    private static IReadOnlyList<Fact> Last(Story story)
    {
        var before = story.Journal.Count == 1 ? null : Evolve.Fold(story.Journal.SkipLast(1));
        return Facts.Of(before, story.Journal[^1], story.Case);
    }

    private static IEnumerable<string> Names(IEnumerable<Fact> facts) =>
        facts.Select(fact => fact.Measure).Where(measure => !IsEnd(measure));

    private static IEnumerable<string> Ends(IEnumerable<Fact> facts) => facts.Select(fact => fact.Measure).Where(IsEnd);

    private static bool IsEnd(string measure) => Tally.Clocks.Any(clock => measure == Tally.Kept(clock) || measure == Tally.Missed(clock));

    private static IEnumerable<(string, decimal)> Counts(IEnumerable<Fact> facts) =>
        facts.Where(fact => !IsEnd(fact.Measure)).Select(fact => (fact.Measure, fact.Amount));
}
