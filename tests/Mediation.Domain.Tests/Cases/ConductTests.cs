using Mediation.Domain.Cases;
using static Mediation.Domain.Tests.Cases.Story;

namespace Mediation.Domain.Tests.Cases;

public sealed class ConductTests
{
    [Fact]
    public void A_mediator_of_another_body_is_refused_until_that_body_joins()
    {
        var story = Registered().TakenUp();
        var stranger = new CaseCommand.Assign(Check(body: OtherCommittee.Code));
        Assert.Equal("mediator.otherBody", story.Refused(stranger).Code);
        story.Do(new CaseCommand.Join(OtherCommittee)).Do(stranger);
    }

    [Fact]
    public void A_mediator_serves_to_the_last_day_of_the_term()
    {
        var story = Registered().TakenUp();
        Assert.Equal("mediator.termExpired",
            story.Refused(new CaseCommand.Assign(Check() with { TermUntil = story.Today.AddDays(-1) })).Code);
        story.Do(new CaseCommand.Assign(Check() with { TermUntil = story.Today }));
    }

    [Fact]
    public void A_conflict_of_interest_bars_the_assignment_and_names_the_law()
    {
        var refusal = Registered().TakenUp().Refused(new CaseCommand.Assign(Check() with { Conflict = true }));
        Assert.Equal("conflict.ofInterest", refusal.Code);
        Assert.NotNull(refusal.Basis);
    }

    [Fact]
    public void A_case_without_a_body_gets_no_mediator_and_the_same_one_not_twice()
    {
        Assert.Equal("assign.noBody", Registered().AcceptedByCentre().Refused(new CaseCommand.Assign(Check())).Code);
        Assert.Equal("assign.same", Registered().Assigned().Refused(new CaseCommand.Assign(Check())).Code);
    }

    [Fact]
    public void A_mediator_who_was_replaced_does_not_come_back()
    {
        var story = Registered().Sitting().Do(new CaseCommand.Recuse(Text));
        Assert.Equal((Status.Accepted, Stage.Mediation, null), (story.Case.Status, story.Case.Stage, story.Case.Mediator));
        Assert.Equal("mediator.recused", story.Refused(new CaseCommand.Assign(Check())).Code);
        Assert.Equal(Status.Assigned, story.Do(new CaseCommand.Assign(Check("zhao.mediator"))).Case.Status);
    }

    [Fact]
    public void Changing_the_mediator_keeps_a_sitting_or_suspended_case_as_it_is()
    {
        Assert.Equal(Status.InSession, Registered().Sitting().Do(new CaseCommand.Assign(Check("zhao.mediator"))).Case.Status);
        Assert.Equal(Status.Suspended,
            Registered().Sitting().Do(new CaseCommand.Suspend(Text)).Do(new CaseCommand.Recuse(Text)).Case.Status);
    }

    [Fact]
    public void A_session_is_held_only_when_every_party_has_agreed_to_mediate()
    {
        var story = Registered().Assigned().Consent("p1", true).Scheduled();
        var refusal = story.Refused(new CaseCommand.HoldSession(1, ["p1"], Text));
        Assert.Equal("consent.missing", refusal.Code);
        Assert.Contains("p2", refusal.Message.En, StringComparison.Ordinal);
        Assert.Equal("consent.missing", story.Consent("p2", false).Refused(new CaseCommand.HoldSession(1, ["p1"], Text)).Code);
        Assert.Equal(Status.InSession, story.Consent("p2", true).Do(new CaseCommand.HoldSession(1, ["p1", "p1"], Text)).Case.Status);
        Assert.Equal(["p1"], story.Case.Sessions[0].Attendance);
    }

    [Fact]
    public void A_session_is_recorded_from_its_start_on_and_not_before()
    {
        var story = Registered().Ready();
        story.Do(new CaseCommand.ScheduleSession(story.Now.AddHours(2), 60, Text, SessionKind.Video));
        Assert.Equal("date.future", story.Refused(new CaseCommand.HoldSession(1, ["p1"], Text)).Code);
        Assert.Equal("date.future", story.Refused(new CaseCommand.RecordNoShow(1, "p2")).Code);
        story.Now = story.Case.Sessions[0].StartsAt;
        story.Do(new CaseCommand.HoldSession(1, ["p1"], Text));
    }

    [Fact]
    public void A_session_is_not_recorded_for_a_day_before_its_own()
    {
        var story = Registered().Ready().Days(3).Scheduled();
        Assert.Equal("session.beforeStart",
            story.Refused(new CaseCommand.HoldSession(1, ["p1"], Text), story.Today.AddDays(-1), late: true).Code);
    }

    [Fact]
    public void Only_parties_attend()
    {
        var story = Registered().Ready().Scheduled();
        Assert.Equal(["attendance[1]"], story.Refused(new CaseCommand.HoldSession(1, ["p1", "p3"], Text)).Fields.Keys);
        Assert.Equal(["attendance"], story.Refused(new CaseCommand.HoldSession(1, [], Text)).Fields.Keys);
        Assert.Equal("party.unknown", story.Refused(new CaseCommand.RecordNoShow(1, "p3")).Code);
        Assert.Equal("party.unknown", story.Refused(new CaseCommand.RecordConsent("p3", true, Story.Text)).Code);
    }

    [Fact]
    public void A_session_that_was_held_or_never_scheduled_cannot_change()
    {
        var story = Registered().Sitting();
        Assert.Equal("session.notScheduled", story.Refused(new CaseCommand.CancelSession(1, Text)).Code);
        Assert.Equal("session.unknown", story.Refused(new CaseCommand.CancelSession(2, Text)).Code);
    }

    [Fact]
    public void A_no_show_leaves_the_session_scheduled_and_counts_once_for_each_party()
    {
        var story = Registered().Ready().Scheduled().Do(new CaseCommand.RecordNoShow(1, "p2"));
        Assert.Equal((SessionState.Scheduled, "p2"), (story.Case.Sessions[0].State, Assert.Single(story.Case.Sessions[0].NoShows)));
        Assert.Equal("session.noShowRecorded", story.Refused(new CaseCommand.RecordNoShow(1, "p2")).Code);
    }

    [Fact]
    public void A_session_whose_time_has_passed_is_recorded_before_the_case_is_closed()
    {
        var story = Registered().Ready().Scheduled();
        Assert.Equal("session.open", story.Refused(new CaseCommand.Settle(Draft(story.Today))).Code);
        Assert.Equal("session.open", story.Refused(new CaseCommand.Terminate(Text)).Code);
        story.Copy().Do(new CaseCommand.RecordNoShow(1, "p2")).Do(new CaseCommand.Fail(FailReason.NoShow));
        story.Copy().Do(new CaseCommand.CancelSession(1, Text)).Do(new CaseCommand.Terminate(Text));
    }

    [Fact]
    public void Sessions_still_to_come_fall_away_when_the_case_is_closed()
    {
        var story = Registered().Ready();
        story.Do(new CaseCommand.ScheduleSession(story.Now.AddDays(2), 60, Text, SessionKind.Phone)).Do(new CaseCommand.Terminate(Text));
        Assert.Equal(SessionState.Cancelled, story.Case.Sessions[0].State);
    }

    [Fact]
    public void A_suspended_case_returns_to_where_it_was()
    {
        Assert.Equal(Status.Assigned, Registered().Ready().Do(new CaseCommand.Suspend(Text)).Do(new CaseCommand.Resume()).Case.Status);
        Assert.Equal(Status.InSession, Registered().Sitting().Do(new CaseCommand.Suspend(Text)).Do(new CaseCommand.Resume()).Case.Status);
        Assert.Equal(Status.Accepted,
            Registered().Sitting().Do(new CaseCommand.Suspend(Text)).Do(new CaseCommand.Recuse(Text))
                .Do(new CaseCommand.Resume()).Case.Status);
    }

    [Fact]
    public void A_term_is_extended_only_when_every_party_agrees() =>
        Assert.Equal("extension.consent", Registered().Ready().Refused(new CaseCommand.Extend(10, ["p1"])).Code);

    [Theory]
    [InlineData(0)]
    [InlineData(366)]
    public void An_extension_has_1_to_365_days(int days) =>
        Assert.Equal(["days"], Registered().Ready().Refused(new CaseCommand.Extend(days, ["p1", "p2"])).Fields.Keys);

    [Fact]
    public void Peoples_mediation_and_delegation_are_extended_as_often_and_long_as_all_agree()
    {
        Registered().Ready().Do(new CaseCommand.Extend(60, ["p1", "p2"])).Do(new CaseCommand.Extend(60, ["p1", "p2"]));
        Registered(Track.Delegated).Ready().Do(new CaseCommand.Extend(90, ["p2", "p1"]));
    }

    [Fact]
    public void An_entrusted_case_since_2025_is_extended_once_by_at_most_30_days()
    {
        var story = Registered(Track.Entrusted).Ready();
        var refusal = story.Refused(new CaseCommand.Extend(31, ["p1", "p2"]));
        Assert.Equal("extension.cap", refusal.Code);
        Assert.NotNull(refusal.Basis);
        story.Do(new CaseCommand.Extend(30, ["p1", "p2"]));
        Assert.Equal("extension.cap", story.Refused(new CaseCommand.Extend(1, ["p1", "p2"])).Code);
    }

    [Fact]
    public void A_labour_term_cannot_be_extended() =>
        Assert.Equal("extension.notAllowed", Registered(Track.Labour, "10").Ready().Refused(new CaseCommand.Extend(1, ["p1", "p2"])).Code);

    [Fact]
    public void Before_a_body_has_taken_the_case_no_term_can_be_extended() =>
        Assert.Equal("extension.notRunning", Registered().AcceptedByCentre().Refused(new CaseCommand.Extend(1, ["p1", "p2"])).Code);
}
