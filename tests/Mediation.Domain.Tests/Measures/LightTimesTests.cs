using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Measures;
using Mediation.Domain.Tests.Cases;

namespace Mediation.Domain.Tests.Measures;

public sealed class LightTimesTests
{
    [Fact]
    public void Each_colour_gets_the_time_between_the_events_that_lit_and_changed_it()
    {
        var story = Story.Registered();
        var start = story.Journal[0].At;
        story.Now = start.AddHours(5);
        story.Do(new CaseCommand.SetRisk(Risk.Red, [], null, Story.Text));
        story.Now = start.AddHours(12);
        story.Do(new CaseCommand.SetRisk(Risk.Yellow, [], null, Story.Text));

        var times = LightTimes.Of(story.Journal, start.AddHours(20));

        Assert.Equal((5.0, 8.0, 7.0),
            (times.Risk[Risk.Green].TotalHours, times.Risk[Risk.Yellow].TotalHours, times.Risk[Risk.Red].TotalHours));
        Assert.Equal([("green", "red"), ("red", "yellow")], times.Changes.Select(change => (change.From, change.To)));
    }

    [Fact]
    public void The_two_lights_are_counted_apart()
    {
        var story = Story.Registered();
        var start = story.Journal[0].At;
        story.Do(new CaseCommand.SetRisk(Risk.Red, [], null, Story.Text));
        story.Now = start.AddDays(30);
        story.Sweep();

        var times = LightTimes.Of(story.Journal, start.AddDays(40));

        Assert.Equal(30, times.Timeliness[Timeliness.OnTime].TotalDays);
        Assert.Equal(10, times.Timeliness[Timeliness.Overdue].TotalDays);
        Assert.Equal(times.Risk.Values.Sum(time => time.Ticks), times.Timeliness.Values.Sum(time => time.Ticks));
        Assert.Contains(times.Changes, change => change is { Light: "timeliness", To: "overdue" });
    }

    [Fact]
    public void After_the_closure_no_time_runs()
    {
        var story = Story.Registered();
        var start = story.Journal[0].At;
        story.Now = start.AddDays(2);
        story.Do(new CaseCommand.Withdraw("p1", Story.Text));

        var times = LightTimes.Of(story.Journal, start.AddDays(100));

        Assert.Equal(2, times.Risk[Risk.Green].TotalDays);
    }
}
