using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Deadlines.Calendars;

namespace Mediation.Domain.Tests.Deadlines;

public sealed class SuspensionTests
{
    [Theory]
    [InlineData("2026-03-10", "2026-03-17", "2026-04-08")] // 11 to 17 March: seven days
    [InlineData("2026-03-10", "2026-03-11", "2026-04-02")] // the day of resuming alone
    [InlineData("2026-03-10", "2026-03-10", "2026-04-01")] // suspended and resumed on one day
    [InlineData("2026-03-02", "2026-03-03", "2026-04-02")] // on the day of the start
    [InlineData("2026-03-31", "2026-04-09", "2026-04-10")] // one day was left
    [InlineData("2026-04-01", "2026-04-30", "2026-04-01")] // on the last day: nothing was left to keep
    [InlineData("2026-04-05", "2026-04-30", "2026-04-01")] // after it had run out
    public void Paused_are_the_days_after_the_suspension_up_to_and_including_that_of_resuming(string from, string to, string due)
    {
        var clock = People("2026-03-02").Pause(Day(from));
        Assert.Equal((ClockState.Paused, (DateTimeOffset?)null), (clock.State, clock.NextAt));
        clock = clock.Resume(Day(to), Published);
        Assert.Equal((ClockState.Running, Day(due)), (clock.State, clock.DueOn));
    }

    [Fact]
    public void A_roll_before_the_suspension_is_forgotten()
    {
        // 2026-01-16 + 30 is 15 February, rolled over the holidays to the 24th; one day paused makes it the 16th,
        // which rolls to the 24th as well.
        var clock = People("2026-01-16");
        Assert.Equal(Day("2026-02-24"), clock.DueOn);
        Assert.Equal(Day("2026-02-24"), clock.Pause(Day("2026-01-20")).Resume(Day("2026-01-21"), Published).DueOn);
        Assert.Equal(Day("2026-02-25"), clock.Pause(Day("2026-01-20")).Resume(Day("2026-01-30"), Published).DueOn);
    }

    [Fact]
    public void Several_suspensions_add_up_and_overlapping_ones_count_once()
    {
        var clock = People("2026-03-02").Pause(Day("2026-03-04")).Resume(Day("2026-03-06"), Published);
        Assert.Equal(Day("2026-04-08"), clock.Pause(Day("2026-03-10")).Resume(Day("2026-03-15"), Published).DueOn);
        Assert.Equal(Day("2026-04-03"), clock.Pause(Day("2026-03-05")).Resume(Day("2026-03-06"), Published).DueOn);
        // Two days more: 5 April, within Qingming, which rolls.
        Assert.Equal(Day("2026-04-07"), clock.Pause(Day("2026-03-05")).Resume(Day("2026-03-08"), Published).DueOn);
    }

    [Fact]
    public void The_time_of_an_appraisal_takes_no_working_days()
    {
        var clock = Clock.Start(Term(Track.Medical, Day("2026-03-02")), Day("2026-03-02"), Published);
        Assert.Equal(Day("2026-04-14"), clock.DueOn);
        // Friday to Tuesday: Monday and Tuesday are kept, the weekend would not have counted.
        Assert.Equal(Day("2026-04-16"), clock.Pause(Day("2026-03-06")).Resume(Day("2026-03-10"), Published).DueOn);
    }

    [Fact]
    public void A_suspended_clock_can_be_explained_and_says_what_is_left()
    {
        var policy = Term(Track.People, Day("2026-03-02"));
        var lines = People("2026-03-02").Pause(Day("2026-03-10")).Explain(policy, Published);
        Assert.Equal(("2026年3月10日起中止，剩余22日保留", "Suspended since 10 March 2026; 22 days left are kept"), Line(lines, "pause"));
        Assert.Equal(("中止期间不届满；如当日即恢复，至2026年4月1日届满",
            "Does not run out while suspended; resumed on the same day it would be due on 1 April 2026"), Line(lines, "due"));
    }

    [Fact]
    public void A_clock_cancelled_while_suspended_can_be_explained()
    {
        var clock = People("2026-03-02").Pause(Day("2026-03-10")).Cancel(Day("2026-03-20"));
        Assert.Equal("Due on 1 April 2026, at the end of the day",
            Line(clock.Explain(Term(Track.People, Day("2026-03-02")), Published), "due").En);
    }

    [Fact]
    public void An_extension_during_a_suspension_leaves_the_clock_asleep()
    {
        var clock = People("2026-03-02").Pause(Day("2026-03-10")).Extend(10, Day("2026-03-12"), ["p1", "p2"], Published);
        Assert.Equal((ClockState.Paused, (DateTimeOffset?)null, Day("2026-04-13")), (clock.State, clock.NextAt, clock.DueOn));
        Assert.Equal(Day("2026-04-16"), clock.Resume(Day("2026-03-15"), Published).DueOn);
    }

    private static Clock People(string startedOn) => Clock.Start(Term(Track.People, Day(startedOn)), Day(startedOn), Published);

    private static (string Zh, string En) Line(IReadOnlyList<ExplanationLine> lines, string code)
    {
        var line = Assert.Single(lines, line => line.Code == code);
        return (line.Zh, line.En);
    }
}
