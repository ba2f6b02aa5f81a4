using System.Text.Json;
using System.Text.Json.Serialization;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using static Mediation.Domain.Tests.Deadlines.Calendars;

namespace Mediation.Domain.Tests.Deadlines;

public sealed class ClockTests
{
    [Theory]
    [InlineData("2026-01-15", 30, "2026-02-14")] // a Saturday, but a workday
    [InlineData("2026-01-16", 30, "2026-02-24")]
    [InlineData("2026-02-10", 7, "2026-02-24")]
    [InlineData("2026-09-10", 30, "2026-10-10")]
    [InlineData("2026-09-05", 15, "2026-09-20")] // a Sunday, but a workday
    [InlineData("2025-09-01", 30, "2025-10-09")]
    [InlineData("2022-12-02", 30, "2023-01-03")]
    [InlineData("2024-01-30", 30, "2024-02-29")]
    [InlineData("2023-01-30", 30, "2023-03-01")]
    [InlineData("2024-02-29", 7, "2024-03-07")]
    [InlineData("2025-12-24", 7, "2025-12-31")]
    [InlineData("2025-12-25", 7, "2026-01-04")]
    public void Calendar_days_count_from_the_day_after_the_start_and_roll_at_the_end(string startedOn, int days, string due)
    {
        var clock = Clock.Start(Counting(days), Day(startedOn), Published);
        Assert.Equal((Day(due), ShanghaiTime.EndOf(Day(due)), false), (clock.DueOn, clock.DueAt, clock.Assumed));
    }

    [Theory]
    [InlineData("2026-02-12", 5, "2026-02-26")]
    [InlineData("2026-09-30", 3, "2026-10-10")]
    [InlineData("2026-02-14", 1, "2026-02-24")]
    public void Working_days_pass_over_rest_days_and_count_make_up_days(string startedOn, int days, string due) =>
        Assert.Equal(Day(due), Clock.Start(Counting(days, TimeUnit.WorkingDays), Day(startedOn), Published).DueOn);

    [Fact]
    public void Extension_days_join_the_count_before_it_rolls()
    {
        // 15 February rolls to the 24th; thirty days more end on 17 March, not on the 26th.
        var clock = Clock.Start(Counting(30), Day("2026-01-16"), Published).Extend(30, Day("2026-02-20"), ["p1", "p2"], Published);
        Assert.Equal(Day("2026-03-17"), clock.DueOn);
        // One by one or at once: the same day.
        var often = Enumerable.Range(0, 30).Aggregate(
            Clock.Start(Counting(30), Day("2026-01-16"), Published), (one, _) => one.Extend(1, Day("2026-02-20"), ["p1", "p2"], Published));
        Assert.Equal((clock.DueOn, clock.WarnOn, clock.NextAt), (often.DueOn, often.WarnOn, often.NextAt));
    }

    [Fact]
    public void An_extension_of_working_days_counts_working_days()
    {
        var clock = Clock.Start(Term(Track.Medical, Day("2026-03-02")), Day("2026-03-02"), Published);
        Assert.Equal(Day("2026-04-21"), clock.Extend(5, Day("2026-04-01"), ["p1", "p2"], Published).DueOn);
    }

    [Fact]
    public void An_extended_clock_is_in_time_again()
    {
        var late = Clock.Start(Counting(7), Day("2026-03-02"), Published).ToDueSoon().ToOverdue(Ladder.Default, Published)
            .TakeStep(1, Ladder.Default, Published);
        var extended = late.Extend(10, Day("2026-03-12"), ["p1", "p2"], Published);
        Assert.Equal((Timeliness.OnTime, 0, Day("2026-03-19")), (extended.Timeliness, extended.StepsDone, extended.DueOn));
        Assert.Equal(ShanghaiTime.StartOf(Day("2026-03-16")), extended.NextAt);
    }

    [Fact]
    public void The_sweep_looks_at_the_warning_then_at_the_due_instant_then_at_each_step_and_no_more()
    {
        var clock = Clock.Start(Counting(30), Day("2026-01-16"), Published);
        // Three workdays before 24 February: the 14th (a make-up day), 13th and 12th.
        Assert.Equal((Timeliness.OnTime, Day("2026-02-12")), (clock.Timeliness, clock.WarnOn));
        Assert.Equal(new DateTimeOffset(2026, 2, 11, 16, 0, 0, TimeSpan.Zero), clock.NextAt);
        clock = clock.ToDueSoon();
        Assert.Equal((Timeliness.DueSoon, (DateTimeOffset?)new DateTimeOffset(2026, 2, 24, 16, 0, 0, TimeSpan.Zero)),
            (clock.Timeliness, clock.NextAt));
        clock = clock.ToOverdue(Ladder.Default, Published);
        Assert.Equal((Timeliness.Overdue, clock.DueAt), (clock.Timeliness, clock.NextAt));
        clock = clock.TakeStep(1, Ladder.Default, Published);
        Assert.Equal(ShanghaiTime.EndOf(Day("2026-02-27")), clock.NextAt);
        clock = clock.TakeStep(2, Ladder.Default, Published);
        // 28 February is a make-up Saturday.
        Assert.Equal(ShanghaiTime.EndOf(Day("2026-03-04")), clock.NextAt);
        clock = clock.TakeStep(3, Ladder.Default, Published);
        Assert.Equal((3, (DateTimeOffset?)null, ClockState.Running), (clock.StepsDone, clock.NextAt, clock.State));
    }

    [Theory]
    [InlineData(1, "2026-03-03", "2026-03-03")] // a clock of one day warns on its only day
    [InlineData(2, "2026-03-03", "2026-03-04")]
    [InlineData(8, "2026-03-05", "2026-03-10")]
    public void A_warning_never_comes_on_the_day_of_the_start(int days, string warn, string due)
    {
        var clock = Clock.Start(Counting(days), Day("2026-03-02"), Published);
        Assert.Equal((Day(warn), Day(due)), (clock.WarnOn, clock.DueOn));
    }

    [Fact]
    public void An_agreed_date_rolls_and_may_even_have_passed_at_the_start()
    {
        var policy = DeadlinePolicies.ById("performance");
        var clock = Clock.Start(policy, Day("2026-09-01"), Published, 2, Day("2026-10-01"));
        Assert.Equal(("performance:2", Day("2026-10-08")), (clock.Key, clock.DueOn));
        var past = Clock.Start(policy, Day("2026-09-01"), Published, 1, Day("2016-08-31"));
        Assert.Equal((Day("2016-08-31"), Day("2016-08-31"), true), (past.WarnOn, past.DueOn, past.Assumed));
        Assert.NotEmpty(past.Explain(policy, Published));
        Assert.Throws<InvalidOperationException>(() => Clock.Start(policy, Day("2026-09-01"), Published));
    }

    [Theory]
    [InlineData("2026-04-01", ClockState.Met)]
    [InlineData("2026-04-02", ClockState.Missed)]
    public void It_is_met_until_the_end_of_its_due_day(string on, ClockState state)
    {
        var clock = Clock.Start(Counting(30), Day("2026-03-02"), Published).Stop(Day(on));
        Assert.Equal((state, Day(on), (DateTimeOffset?)null), (clock.State, clock.EndedOn, clock.NextAt));
    }

    [Fact]
    public void A_cancelled_clock_is_neither_met_nor_missed_and_asks_for_no_sweep()
    {
        var clock = Clock.Start(Counting(30), Day("2026-03-02"), Published).Cancel(Day("2026-06-01"));
        Assert.Equal((ClockState.Cancelled, Day("2026-06-01"), (DateTimeOffset?)null), (clock.State, clock.EndedOn, clock.NextAt));
    }

    [Theory]
    [InlineData("2026-11-23", "2026-12-23", false)]
    [InlineData("2026-12-01", "2026-12-31", false)]
    [InlineData("2026-12-02", "2027-01-01", true)] // surely a holiday; not published yet, so a Friday like others
    [InlineData("2026-12-03", "2027-01-04", true)]
    [InlineData("2017-12-20", "2018-01-19", true)]
    public void A_due_day_reached_through_an_unpublished_year_is_an_assumption(string startedOn, string due, bool assumed)
    {
        var clock = Clock.Start(Counting(30), Day(startedOn), Published);
        Assert.Equal((Day(due), assumed), (clock.DueOn, clock.Assumed));
    }

    [Fact]
    public void It_comes_back_from_json_as_it_was()
    {
        var clock = Clock.Start(Term(Track.Medical, Day("2026-12-01")), Day("2026-12-01"), Published, subject: 3)
            .Pause(Day("2026-12-05")).Resume(Day("2026-12-08"), Published)
            .Extend(10, Day("2026-12-10"), ["p1", "p2"], Published)
            .ToDueSoon().Pause(Day("2027-01-10"));
        JsonSerializerOptions plain =
            new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };
        foreach (var options in new[] { plain, CaseJson.Options })
        {
            var text = JsonSerializer.Serialize(clock, options);
            var back = JsonSerializer.Deserialize<Clock>(text, options)!;
            Assert.Equivalent(clock, back, strict: true);
            Assert.Equal(text, JsonSerializer.Serialize(back, options));
        }
        Assert.Contains("\"name\":\"term\"", JsonSerializer.Serialize(clock, plain), StringComparison.Ordinal);
        Assert.DoesNotContain("\"key\"", JsonSerializer.Serialize(clock, plain), StringComparison.Ordinal);
    }
}
