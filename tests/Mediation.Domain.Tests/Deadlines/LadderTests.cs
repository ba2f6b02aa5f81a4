using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Tests.Cases;

namespace Mediation.Domain.Tests.Deadlines;

public sealed class LadderTests
{
    private static readonly Ladder Township = new("township", new("乡镇", "Township"), ClockName.Term, Level.Township, null,
    null, null, new(2000, 1, 1), null,
    [
        new(1, DelayUnit.WorkingDays, 0, LadderRung.Mediator),
        new(2, DelayUnit.WorkingDays, 5, LadderRung.Centre) { Ask = LadderAsk.Raise, Attempts = 2, RepeatEvery = 3, RepeatTimes = 2 },
        new(3, DelayUnit.WorkingDays, 20, LadderRung.Above) { Up = 1, Ask = LadderAsk.Raise },
    ]);

    private static readonly LadderTable Table = new([Ladder.Default, Township],
        new Dictionary<string, string> { [Story.Centre.Code] = "ZX01", ["ZX01"] = "ZX" });

    [Fact]
    public void A_case_goes_up_only_after_the_attempts_of_its_level_and_at_the_last_time_all_the_same()
    {
        var story = Started().Ready().Days(120).Sweep();
        Assert.Equal(
            [("1", Story.Committee.Code, LadderAsk.Answer), ("2", Story.Committee.Code, LadderAsk.Mediate), ("2.2", Story.Committee.Code,
                LadderAsk.Mediate), ("2.3", Story.Centre.Code, LadderAsk.Raise), ("3", "ZX01", LadderAsk.Raise)], Told(story));
    }

    [Fact]
    public void A_level_that_has_tried_often_enough_is_not_asked_to_try_again()
    {
        var story = Started().Sitting().Scheduled().Do(new CaseCommand.HoldSession(2, ["p1"], Story.Text)).Days(120).Sweep();
        Assert.All(Told(story).Where(told => told.Step.StartsWith('2')),
            told => Assert.Equal((Story.Centre.Code, LadderAsk.Raise), (told.To, told.Ask)));
    }

    [Fact]
    public void An_extension_or_a_suspension_is_no_breach_and_nobody_is_told()
    {
        var story = Started().Ready();
        var due = story.Case.Clock(ClockName.Term)!.DueOn;
        story.Do(new CaseCommand.Extend(30, ["p1", "p2"])).Days(due.DayNumber - story.Today.DayNumber + 1).Sweep();
        Assert.Empty(Told(story));
        story.Do(new CaseCommand.Suspend(Story.Text)).Days(300).Sweep();
        Assert.Empty(Told(story));
    }

    [Fact]
    public void A_clock_keeps_the_ladder_on_which_it_ran_out()
    {
        var story = Started().Ready();
        story.Now = story.Case.Clock(ClockName.Term)!.DueAt;
        story.Sweep();
        story.Ladders = Table with
        { Ladders = [.. Table.Ladders.Select(ladder => ladder.Id == "township" ? ladder with { To = ladder.From } : ladder)] };
        story.Days(120).Sweep();
        Assert.Equal(["1", "2", "2.2", "2.3", "3"], Told(story).Select(told => told.Step));
    }

    [Fact]
    public void The_heaviest_match_wins_and_of_several_amounts_the_highest()
    {
        var c = Started().Ready().Case;
        var clock = c.Clock(ClockName.Term)!;
        Ladder With(string id, Risk? risk = null, decimal? from = null, Level? level = null) =>
            new(id, Ladder.Default.Name, null, level, null, risk, from, new(2026, 1, 1), null, Ladder.Default.Steps);
        var table = new LadderTable([Ladder.Default, With("level", level: Level.Township), With("more", from: 1000),
            With("much", from: 5000), With("red", risk: Risk.Red)], Table.CentreAbove);

        Assert.Equal("level", table.For(c, clock).Id);
        Assert.Equal("more", table.For(c with { Amount = 1000 }, clock).Id);
        Assert.Equal("much", table.For(c with { Amount = 6000 }, clock).Id);
        Assert.Equal("red", table.For(c with { Amount = 6000, Risk = Risk.Red }, clock).Id);
    }

    [Fact]
    public void What_no_centre_stands_above_is_told_to_the_highest_there_is() =>
        Assert.Equal(("ZX01", "ZX", "ZX"),
            (Table.Above(Story.Centre.Code, 1), Table.Above(Story.Centre.Code, 2), Table.Above(Story.Centre.Code, 3)));

    public static TheoryData<string, Ladder> Broken => new()
    {
        { "steps", Of() },
        { "steps[1].to", Of(new(1, DelayUnit.WorkingDays, 0, LadderRung.Head), new(2, DelayUnit.WorkingDays, 3, LadderRung.Mediator)) },
        { "steps[1].to", Of(new(1, DelayUnit.WorkingDays, 0, LadderRung.Head), new(2, DelayUnit.WorkingDays, 3, LadderRung.Head)) },
        { "steps[0].to", Of(new LadderStep(1, DelayUnit.WorkingDays, 0, (LadderRung)9)) },
        { "steps[0].to", Of(new LadderStep(1, DelayUnit.WorkingDays, 0, LadderRung.Above)) },
        { "steps[0].to", Of(new LadderStep(1, DelayUnit.WorkingDays, 0, LadderRung.Above) { Up = 3 }) },
        { "steps[0].after", Of(new LadderStep(1, DelayUnit.Minutes, -1, LadderRung.Head)) },
        { "steps[1].after", Of(new(1, DelayUnit.Hours, 5, LadderRung.Mediator), new(2, DelayUnit.Minutes, 300, LadderRung.Head)) },
        { "steps[1].after", Of(new(1, DelayUnit.WorkingDays, 0, LadderRung.Mediator) { RepeatEvery = 2, RepeatTimes = 2 },
            new(2, DelayUnit.WorkingDays, 4, LadderRung.Head)) },
        { "steps[0].repeatEvery", Of(new LadderStep(1, DelayUnit.WorkingDays, 0, LadderRung.Head) { RepeatTimes = 3 }) },
        { "steps[0].attempts", Of(new LadderStep(1, DelayUnit.WorkingDays, 0, LadderRung.Centre) { Attempts = 3 }) },
        { "steps[0].channels", Of(new LadderStep(1, DelayUnit.WorkingDays, 0, LadderRung.Head) { Channels = [LadderChannel.Mail] }) },
        { "from", Of(new LadderStep(1, DelayUnit.WorkingDays, 0, LadderRung.Head)) },
        { "to", Of(new LadderStep(1, DelayUnit.WorkingDays, 0, LadderRung.Head)) with { To = new(1999, 1, 1) } },
    };

    [Theory]
    [MemberData(nameof(Broken), DisableDiscoveryEnumeration = true)]
    public void A_ladder_that_cannot_stand_is_refused_with_its_field(string field, Ladder ladder) =>
        Assert.Contains(field, LadderRules.Check(ladder, [Ladder.Default]).Keys);

    [Fact]
    public void The_seeded_general_ladder_can_stand() => Assert.Empty(LadderRules.Check(Ladder.Default, []));

    private static Ladder Of(params LadderStep[] steps) =>
        new("x", new("甲", "x"), null, null, null, null, null, new(2026, 1, 1), null, steps);

    private static Story Started()
    {
        var story = new Story { Ladders = Table };
        return story.Do(new CaseCommand.Register(Story.Facts()));
    }

    private static List<(string Step, string To, LadderAsk? Ask)> Told(Story story) =>
        [.. story.Journal.Select(row => row.Event).OfType<CaseEvent.Escalated>().Where(told => told.Clock == "term")
            .Select(told => (told.Time is { } time ? $"{told.Step}.{time}" : $"{told.Step}", told.To, told.Ask))];
}
