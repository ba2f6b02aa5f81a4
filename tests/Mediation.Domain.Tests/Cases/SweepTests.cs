using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Cases.Story;

namespace Mediation.Domain.Tests.Cases;

public sealed class SweepTests
{
    [Fact]
    public void A_case_in_time_is_left_alone()
    {
        var story = Registered();
        Assert.Equal(1, story.Sweep().Case.Version);
    }

    [Fact]
    public void A_late_sweep_catches_up_in_due_order_and_takes_each_step_once()
    {
        var story = Registered().Days(60).Sweep();
        Assert.Equal(
            ["dueSoon intake", "overdue intake", "escalated intake 1", "escalated intake 2", "escalated intake 3"],
            story.Journal.Skip(1).Select(one => Told(one.Event)));
        var version = story.Case.Version;
        Assert.Equal(version, story.Days(60).Sweep().Case.Version);
    }

    [Fact]
    public void Sweeping_every_hour_or_once_tells_the_same()
    {
        var hourly = Registered(Track.Delegated).Ready();
        var once = hourly.Copy();
        for (var hour = 0; hour < 24 * 60; hour++)
        {
            hourly.Now = hourly.Now.AddHours(1);
            hourly.Sweep();
        }
        once.Days(60).Sweep();
        Assert.Equal(once.Journal.Select(one => CaseJson.Serialize(one.Event)),
            hourly.Journal.Select(one => CaseJson.Serialize(one.Event)));
        Assert.Equal(CaseJson.Serialize(once.Case with { LastAt = default }), CaseJson.Serialize(hourly.Case with { LastAt = default }));
    }

    [Fact]
    public void A_clock_becomes_due_soon_and_overdue_at_the_ends_of_its_days()
    {
        var story = Registered();
        var clock = story.Case.Clock(ClockName.Intake)!;
        story.Now = ShanghaiTime.StartOf(clock.WarnOn).AddTicks(-1);
        Assert.Equal(Timeliness.OnTime, story.Sweep().Case.Timeliness);
        story.Now = ShanghaiTime.StartOf(clock.WarnOn);
        Assert.Equal(Timeliness.DueSoon, story.Sweep().Case.Timeliness);
        story.Now = clock.DueAt.AddTicks(-1);
        Assert.Equal(Timeliness.DueSoon, story.Sweep().Case.Timeliness);
        story.Now = clock.DueAt;
        Assert.Equal(Timeliness.Overdue, story.Sweep().Case.Timeliness);
    }

    [Fact]
    public void In_mediation_the_mediator_is_told_first_then_the_head_then_the_centre()
    {
        var story = Registered().Ready().Days(90).Sweep();
        var term = story.Journal.Select(one => one.Event).OfType<CaseEvent.Escalated>().Where(one => one.Clock == "term").ToList();
        Assert.Equal([(Committee.Code, Mediator), (Committee.Code, null), (Centre.Code, (string?)null)],
            term.Select(one => (one.To, one.Person)));
    }

    [Fact]
    public void An_unanswered_offer_is_told_to_those_to_whom_it_was_made()
    {
        Assert.Equal([Committee.Code, Committee.Code, Centre.Code],
            Steps(Registered().AcceptedByCentre().Referred().Days(60).Sweep(), "referralAnswer"));
        Assert.Equal([OtherCentre.Code, OtherCentre.Code, Centre.Code], Steps(Registered().Offered().Days(60).Sweep(), "transferAnswer"));
    }

    [Fact]
    public void A_clock_that_ran_out_before_a_suspension_is_not_told_again_after_it()
    {
        var story = Registered().Ready().Days(90).Sweep();
        story.Do(new CaseCommand.Suspend(Text)).Days(5).Do(new CaseCommand.Resume()).Days(1).Sweep();
        Assert.Equal(3, Steps(story, "term").Count());
        Assert.Equal(Timeliness.Overdue, story.Case.Clock(ClockName.Term)!.Timeliness);
    }

    [Fact]
    public void A_question_asked_again_of_the_same_day_is_not_told_twice()
    {
        var story = Registered().AcceptedByCentre().Referred().Days(60).Sweep();
        var asked = story.Case.LastOn;
        story.Do(new CaseCommand.DeclineReferral(Text), asked).Do(new CaseCommand.Refer(Committee, null), asked).Sweep();
        Assert.Equal(3, Steps(story, "referralAnswer").Count());
    }

    [Fact]
    public void A_term_that_was_extended_after_it_had_run_out_is_told_again_when_it_runs_out_again()
    {
        var story = Registered().Ready().Days(60).Sweep().Do(new CaseCommand.Extend(60, ["p1", "p2"]));
        Assert.Equal(Timeliness.OnTime, story.Case.Clock(ClockName.Term)?.Timeliness);
        Assert.Equal(6, Steps(story.Days(90).Sweep(), "term").Count());
    }

    [Fact]
    public void A_late_entry_does_not_make_an_old_silence_new()
    {
        var story = Registered().Ready();
        var last = story.Case.LastOn;
        story.Days(60).Sweep().Do(new CaseCommand.RecordConsent("p1", true, Story.Text), last).Sweep();
        Assert.Equal(3, Steps(story, "inactivity").Count());
    }

    [Fact]
    public void A_closed_case_escalates_only_what_is_still_owed()
    {
        var story = Registered(Track.Delegated).Settled().Days(120).Sweep();
        var told = story.Journal.Select(one => one.Event).OfType<CaseEvent.Escalated>().Select(one => one.Clock)
            .Distinct(StringComparer.Ordinal);
        Assert.Equal(["followUp", "performance:1"], told.Order(StringComparer.Ordinal));
        Assert.Equal(ClockState.Missed, story.Case.Clock(ClockName.Confirmation)!.State);
    }

    private static IEnumerable<string> Steps(Story story, string clock) =>
        story.Journal.Select(one => one.Event).OfType<CaseEvent.Escalated>().Where(one => one.Clock == clock).Select(one => one.To);

    private static string Told(CaseEvent happened) => happened switch
    {
        CaseEvent.DueSoon soon => $"dueSoon {soon.Clock}",
        CaseEvent.Overdue late => $"overdue {late.Clock}",
        CaseEvent.Escalated step => $"escalated {step.Clock} {step.Step}",
        _ => CaseJson.Kind(happened),
    };
}
