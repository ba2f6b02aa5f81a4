using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Cases.Story;

namespace Mediation.Domain.Tests.Cases;

public sealed class ClockTests
{
    [Fact]
    public void Intake_is_waited_for_from_registration_to_acceptance()
    {
        Assert.Equal(ClockState.Running, State(Registered(), ClockName.Intake));
        Assert.Equal(ClockState.Met, State(Registered().AcceptedByCentre(), ClockName.Intake));
        Assert.Equal(ClockState.Missed, State(Registered().Days(30).AcceptedByCentre(), ClockName.Intake));
    }

    [Fact]
    public void An_answer_to_a_referral_or_a_transfer_is_waited_for()
    {
        var story = Registered().AcceptedByCentre().Referred();
        Assert.Equal(ClockState.Running, State(story, ClockName.ReferralAnswer));
        Assert.Equal(ClockState.Met, State(story.Copy().Do(new CaseCommand.DeclineReferral(Text)), ClockName.ReferralAnswer));
        Assert.Equal(ClockState.Cancelled, State(story.Copy().Do(new CaseCommand.Terminate(Text)), ClockName.ReferralAnswer));
        story.Do(new CaseCommand.AcceptReferral(null)).Offered();
        Assert.Equal(ClockState.Running, State(story, ClockName.TransferAnswer));
        Assert.Equal(ClockState.Met, State(story.Do(new CaseCommand.AcceptTransfer()), ClockName.TransferAnswer));
    }

    [Fact]
    public void The_term_of_a_courts_case_starts_when_the_papers_are_signed_for()
    {
        var story = Registered(Track.Delegated).AcceptedByCentre().Referred().Do(new CaseCommand.AcceptReferral(new(2026, 2, 25)));
        Assert.Equal((new DateOnly(2026, 2, 25), new DateOnly(2026, 3, 27)),
            (Clock(story, ClockName.Term).StartedOn, Clock(story, ClockName.Term).DueOn));
    }

    [Theory]
    [InlineData("2024-12-31", "term.entrusted.summary.2016")]
    [InlineData("2025-01-01", "term.entrusted.summary.2025")]
    public void The_law_of_the_day_of_filing_decides_and_not_that_of_signing(string filedOn, string policy)
    {
        var day = DateOnly.Parse(filedOn, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal(policy,
            Clock(Registered(Facts(Track.Entrusted) with { RegimeOn = day, ReceivedOn = day }).TakenUp(), ClockName.Term).PolicyId);
    }

    [Fact]
    public void A_labour_term_runs_from_the_application()
    {
        var story = Registered(Track.Labour, "10").Days(2).Do(new CaseCommand.Accept(Committee, null, null));
        Assert.Equal(story.Case.OpenedOn, Clock(story, ClockName.Term).StartedOn);
    }

    [Fact]
    public void The_traffic_polices_term_runs_from_the_day_the_loss_is_fixed()
    {
        var story = Registered(Track.Administrative, "13").Do(new CaseCommand.Accept(Committee, null, new(2026, 2, 26)));
        Assert.Equal((new DateOnly(2026, 2, 26), "term.administrative.traffic"),
            (Clock(story, ClockName.Term).StartedOn, Clock(story, ClockName.Term).PolicyId));
    }

    [Fact]
    public void The_term_runs_on_through_a_transfer_to_another_division()
    {
        var story = Registered().TakenUp();
        var term = Clock(story, ClockName.Term);
        story.Days(2).Offered().Do(new CaseCommand.AcceptTransfer()).Days(1).Referred().Do(new CaseCommand.AcceptReferral(null));
        Assert.Same(term, Clock(story, ClockName.Term));
        Assert.Equal(new DateOnly(2026, 3, 2), story.Case.AcceptedOn);
    }

    [Fact]
    public void A_suspension_keeps_the_time_that_is_left()
    {
        var story = Registered().Ready();
        var due = Clock(story, ClockName.Term).DueOn;
        story.Do(new CaseCommand.Suspend(Text));
        Assert.Equal(ClockState.Paused, State(story, ClockName.Term));
        Assert.Equal(ClockState.Cancelled, State(story, ClockName.Inactivity));
        story.Days(7).Do(new CaseCommand.Resume());
        Assert.Equal((ClockState.Running, due.AddDays(7)), (State(story, ClockName.Term), Clock(story, ClockName.Term).DueOn));
        Assert.Equal(ClockState.Running, State(story, ClockName.Inactivity));
    }

    [Fact]
    public void A_case_that_fails_while_suspended_ends_its_term()
    {
        var story = Registered().Ready().Do(new CaseCommand.Suspend(Text)).Days(60).Do(new CaseCommand.Fail(FailReason.Unreachable));
        Assert.Equal(ClockState.Met, State(story, ClockName.Term));
    }

    [Fact]
    public void An_extension_moves_the_term_before_it_rolls()
    {
        var story = Registered().Ready().Do(new CaseCommand.Extend(10, ["p1", "p2"]));
        // 2 March plus 40 days is Saturday, 11 April.
        Assert.Equal(new DateOnly(2026, 4, 13), Clock(story, ClockName.Term).DueOn);
    }

    [Fact]
    public void The_first_session_is_waited_for()
    {
        Assert.Equal(ClockState.Running, State(Registered().Ready(), ClockName.FirstSession));
        Assert.Equal(ClockState.Met, State(Registered().Sitting(), ClockName.FirstSession));
        Assert.Equal(ClockState.Cancelled, State(Registered().Settled(), ClockName.FirstSession));
    }

    [Fact]
    public void Each_thing_that_somebody_does_sets_the_inactivity_clock_back()
    {
        var story = Registered().TakenUp().Days(4).Do(new CaseCommand.Assign(Check()));
        Assert.Equal(story.Today, Clock(story, ClockName.Inactivity).StartedOn);
        Assert.Equal(ClockState.Cancelled, State(story.Willing().Do(new CaseCommand.Settle(Draft(story.Today))), ClockName.Inactivity));
    }

    [Fact]
    public void A_term_met_in_time_or_too_late_says_so()
    {
        Assert.Equal(ClockState.Met, State(Registered().Settled(), ClockName.Term));
        Assert.Equal(ClockState.Missed, State(Registered().Ready().Days(40).Do(new CaseCommand.Terminate(Text)), ClockName.Term));
    }

    [Fact]
    public void A_failed_case_of_a_court_goes_back_to_it()
    {
        var story = Registered(Track.Delegated).Ready().Do(new CaseCommand.Fail(FailReason.Deadlock));
        Assert.Equal(ClockState.Running, State(story, ClockName.ReturnToCourt));
        Assert.Equal(ClockState.Met, State(story.Copy().Do(new CaseCommand.ReturnPapers()), ClockName.ReturnToCourt));
        Assert.Equal(ClockState.Met, State(story.Do(new CaseCommand.FileLawsuit("（2026）湘0104民初1号")), ClockName.ReturnToCourt));
        Assert.Null(Registered().Ready().Do(new CaseCommand.Fail(FailReason.Deadlock)).Case.Clock(ClockName.ReturnToCourt));
        Assert.Null(Registered(Track.Delegated).Settled().Case.Clock(ClockName.ReturnToCourt));
    }

    [Fact]
    public void Every_dated_promise_has_its_clock()
    {
        var story = Registered()
            .Settled(Pays(new(2026, 3, 20)), Pays(null, 50m, new("confirmationGranted", 7)), Pays(null, null, new("settled", 3)));
        Assert.Equal(new DateOnly(2026, 3, 20), Performance(story, 1)?.DueOn);
        Assert.Null(Performance(story, 2));
        Assert.Equal(new DateOnly(2026, 3, 5), Performance(story, 3)?.DueOn);
        Assert.Equal("term.notDue", story.Copy().Days(300).Refused(new CaseCommand.DefaultTerm(2)).Code);
        story.Do(new CaseCommand.RequestConfirmation("FY0104", true)).Days(4).Do(new CaseCommand.GrantConfirmation("x"));
        Assert.Equal(new DateOnly(2026, 3, 13), Performance(story, 2)?.DueOn);
        story.Days(300).Do(new CaseCommand.PerformTerm(1, 10m));
        Assert.Equal(ClockState.Running, Performance(story, 1)?.State);
        Assert.Equal(ClockState.Missed, Performance(story.Do(new CaseCommand.PerformTerm(1, 990m)), 1)?.State);
    }

    [Fact]
    public void A_further_round_stops_the_old_promises_and_starts_a_new_term()
    {
        var story = Registered().Settled(Pays(new(2026, 3, 10)), Pays(new(2026, 12, 1))).Days(30).Do(new CaseCommand.DefaultTerm(1))
            .Do(new CaseCommand.Remediate(["p1", "p2"]));
        Assert.Equal((ClockState.Missed, ClockState.Cancelled), (Performance(story, 1)?.State, Performance(story, 2)?.State));
        Assert.Equal(TermState.Open, story.Case.Terms[1].State);
        Assert.Equal((ClockState.Running, story.Today), (State(story, ClockName.Term), Clock(story, ClockName.Term).StartedOn));
        story.Do(new CaseCommand.Settle(Draft(story.Today)));
        Assert.Equal((3, 2), (story.Case.Terms[^1].N, story.Case.Terms[^1].Round));
    }

    [Fact]
    public void A_visit_ends_the_waiting_for_one_and_archiving_stops_every_clock()
    {
        var story = Registered().Settled();
        Assert.Equal(ClockState.Running, State(story, ClockName.FollowUp));
        Assert.Equal(ClockState.Met, State(story.Copy().Do(new CaseCommand.FollowUp(Story.Text, null, true, null)), ClockName.FollowUp));
        Assert.Empty(story.Performed().Do(new CaseCommand.Archive()).Case.RunningClocks);
    }

    private static Clock Clock(Story story, ClockName name) => story.Case.Clock(name)!;

    private static ClockState State(Story story, ClockName name) => Clock(story, name).State;

    private static Clock? Performance(Story story, int term) => story.Case.Clock(ClockName.Performance, term);
}
