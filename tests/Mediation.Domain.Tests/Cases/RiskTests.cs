using Mediation.Domain.Cases;
using static Mediation.Domain.Tests.Cases.Story;

namespace Mediation.Domain.Tests.Cases;

public sealed class RiskTests
{
    [Theory]
    [InlineData(0, Risk.Green)]
    [InlineData(1, Risk.Yellow)]
    [InlineData(2, Risk.Yellow)]
    [InlineData(3, Risk.Red)]
    [InlineData(9, Risk.Red)]
    public void The_points_of_the_ticked_items_make_the_colour(int points, Risk expected)
    {
        var story = Registered().Do(new CaseCommand.SetRisk(null, ["one"], null, Text) { Points = points });

        Assert.Equal((expected, null), (story.Case.Risk, story.Case.RiskBase));
        Assert.Equal(points, ((CaseEvent.RiskSet)story.Last).Points);
    }

    [Fact]
    public void A_level_set_by_hand_falls_back_to_the_checklist_on_the_day_after_its_last()
    {
        var story = Registered();
        story.Do(new CaseCommand.SetRisk(Risk.Red, ["a"], story.Today.AddDays(3), Text));
        Assert.Equal((Risk.Red, Risk.Yellow), (story.Case.Risk, story.Case.RiskBase!.Value));

        Assert.Empty(EndRisk(story.Days(3)));
        var happened = Assert.IsType<CaseEvent.RiskFellBack>(Assert.Single(EndRisk(story.Days(1))));

        Assert.Equal((Risk.Yellow, 1), (happened.Risk, happened.Items.Count));
        Assert.Equal((Risk.Yellow, null, null), (story.Case.Risk, story.Case.RiskUntil, story.Case.RiskBase));
        Assert.Empty(EndRisk(story.Days(30)));
    }

    [Fact]
    public void An_assessment_by_the_checklist_itself_lapses_on_its_day_and_one_without_a_day_stays()
    {
        var lapsing = Registered();
        lapsing.Do(new CaseCommand.SetRisk(null, ["a", "b", "c"], lapsing.Today, Text));
        var standing = Registered().Do(new CaseCommand.SetRisk(Risk.Red, [], null, Text));

        Assert.Single(EndRisk(lapsing.Days(1)));
        Assert.Empty(EndRisk(standing.Days(400)));

        Assert.Equal((Risk.Green, 0), (lapsing.Case.Risk, lapsing.Case.RiskItems.Count));
        Assert.Equal(Risk.Red, standing.Case.Risk);
    }

    [Fact]
    public void Falling_back_makes_nobodys_entry_a_late_one()
    {
        var story = Registered();
        var day = story.Today;
        story.Do(new CaseCommand.SetRisk(Risk.Red, [], day, Text));

        EndRisk(story.Days(5));

        Assert.Equal(day, story.Case.LastOn);
        story.Do(new CaseCommand.Correct(new("amount", null, "5", Text)), day);
    }

    [Fact]
    public void The_named_lead_alone_confirms_a_red_case_and_once()
    {
        var story = Registered();
        Assert.Equal("risk.notRed", story.Refused(new CaseCommand.ConfirmRed()).Code);
        story.Do(new CaseCommand.SetRisk(Risk.Red, [], null, Text));
        Assert.True(story.Case.LacksLead);
        Assert.Equal("lead.missing", story.Refused(new CaseCommand.ConfirmRed()).Code);
        story.Do(new CaseCommand.NameLead("chen.leader"));
        Assert.Equal("risk.notLead", story.Refused(new CaseCommand.ConfirmRed()).Code);
        story.Do(new CaseCommand.NameLead("wang.clerk")).Do(new CaseCommand.ConfirmRed());

        Assert.NotNull(story.Case.RedConfirmedAt);
        Assert.False(story.Case.LacksLead);
        Assert.Equal("risk.confirmed", story.Refused(new CaseCommand.ConfirmRed()).Code);
    }

    [Fact]
    public void A_red_case_is_neither_delayed_nor_given_up_nor_filed_without_a_lead()
    {
        var red = Registered().Sitting().Do(new CaseCommand.SetRisk(Risk.Red, [], null, Text));
        foreach (var command in new CaseCommand[] { new CaseCommand.Suspend(Text), new CaseCommand.Extend(5, ["p1", "p2"]),
            new CaseCommand.Fail(FailReason.Deadlock), new CaseCommand.Terminate(Text) })
        {
            Assert.Equal("lead.needed", red.Copy().Refused(command).Code);
            red.Copy().Do(new CaseCommand.NameLead("wang.clerk")).Do(command);
        }

        var settled = red.Copy();
        settled.Do(new CaseCommand.Settle(Draft(settled.Today)));
        Assert.Equal("lead.needed", settled.Copy().Refused(new CaseCommand.Archive()).Code);
        Assert.NotEqual("lead.needed",
            Decide.Check(settled.Do(new CaseCommand.NameLead("wang.clerk")).Case, CaseAction.Archive, settled.Context())?.Code);
    }

    [Fact]
    public void Told_anew_it_is_to_be_confirmed_anew()
    {
        var story = Registered().Do(new CaseCommand.SetRisk(Risk.Red, [], null, Text)).Do(new CaseCommand.NameLead("wang.clerk"))
            .Do(new CaseCommand.ConfirmRed());

        Assert.Null(story.Copy().Do(new CaseCommand.SetRisk(Risk.Red, ["weapon"], null, Text)).Case.RedConfirmedAt);
        Assert.Null(story.Copy().Do(new CaseCommand.NameLead("chen.leader")).Case.RedConfirmedAt);
    }

    private static IReadOnlyList<CaseEvent> EndRisk(Story story)
    {
        var context = story.Context(actor: Decide.System);
        var decision = Decide.Handle(story.Case, new CaseCommand.EndRisk(), context);
        story.Write(decision, context);
        return decision.Events;
    }
}
