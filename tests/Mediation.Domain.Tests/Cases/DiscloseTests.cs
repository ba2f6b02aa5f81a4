using Mediation.Domain.Cases;
using static Mediation.Domain.Tests.Cases.Story;

namespace Mediation.Domain.Tests.Cases;

public sealed class DiscloseTests
{
    private static readonly CaseCommand.Disclose Told = new("p2", Text);

    [Fact]
    public void A_relation_is_kept_with_the_case_and_the_mediator_goes_on_until_he_is_replaced()
    {
        var story = Registered().Sitting().Do(Told);

        Assert.Equal([new Disclosure(Mediator, "p2", Text)], story.Case.Disclosures);
        Assert.Equal((Status.InSession, Mediator), (story.Case.Status, story.Case.Mediator));
    }

    [Fact]
    public void Who_disclosed_a_relation_is_not_assigned_again()
    {
        var replaced = Registered().Sitting().Do(Told).Do(new CaseCommand.Assign(Check("zhao.mediator")));

        Assert.Equal("conflict.ofInterest", replaced.Refused(new CaseCommand.Assign(Check())).Code);
        Assert.Null(Registered().Sitting().Do(new CaseCommand.Assign(Check("zhao.mediator"))).Ask(new CaseCommand.Assign(Check())).Refusal);
    }

    [Fact]
    public void A_relation_is_to_a_party_of_the_case() =>
        Assert.Equal(["party"], Registered().Assigned().Refused(Told with { Party = "p9" }).Fields.Keys);

    [Fact]
    public void Nobody_discloses_a_relation_while_no_mediator_has_the_case()
    {
        var story = Registered().Sitting().Do(new CaseCommand.Suspend(Text)).Do(new CaseCommand.Recuse(Text));

        Assert.Equal("transition.notAllowed", story.Refused(Told).Code);
        Assert.Equal("transition.notAllowed", Registered().TakenUp().Refused(Told).Code);
    }

    [Fact]
    public void The_journal_says_who_is_close_to_whom_by_name_and_a_case_without_a_relation_is_stored_as_before()
    {
        var story = Registered().Assigned();
        Assert.DoesNotContain("disclosures", CaseJson.Serialize(story.Case), StringComparison.Ordinal);

        var told = story.Do(Told).Last;

        Assert.Equal("disclosed", CaseJson.Kind(told));
        Assert.Equal([new Sentence.User(Mediator), new Sentence.Party("p2"), Text], told.Told()!.Zh.GetArguments());
        Assert.Equal(told.Told()!.Zh.GetArguments(), told.Told()!.En.GetArguments());
    }
}
