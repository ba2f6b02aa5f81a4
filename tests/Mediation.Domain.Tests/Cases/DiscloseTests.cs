using Mediation.Domain.Cases;
using static Mediation.Domain.Tests.Cases.Story;

namespace Mediation.Domain.Tests.Cases;

public sealed class DiscloseTests
{
    private static readonly CaseCommand.Disclose Disclosure = new("p2", Text);

    [Fact]
    public void A_relation_is_kept_with_the_case_and_the_mediator_goes_on_until_he_is_replaced()
    {
        var story = Registered().Sitting().Do(Disclosure);

        Assert.Equal([new Disclosure(Mediator, "p2", Text)], story.Case.Disclosures);
        Assert.Equal((Status.InSession, Mediator), (story.Case.Status, story.Case.Mediator));
    }

    [Fact]
    public void Who_disclosed_a_relation_is_not_assigned_again()
    {
        var replaced = Registered().Sitting().Do(Disclosure).Do(new CaseCommand.Assign(Check("zhao.mediator")));

        Assert.Equal("conflict.ofInterest", replaced.Refused(new CaseCommand.Assign(Check())).Code);
        Assert.Null(Registered().Sitting().Do(new CaseCommand.Assign(Check("zhao.mediator"))).Ask(new CaseCommand.Assign(Check())).Refusal);
    }

    [Fact]
    public void A_relation_is_to_a_party_of_the_case() =>
        Assert.Equal(["party"], Registered().Assigned().Refused(Disclosure with { Party = "p9" }).Fields.Keys);

    [Fact]
    public void Nobody_discloses_a_relation_while_no_mediator_has_the_case()
    {
        var story = Registered().Sitting().Do(new CaseCommand.Suspend(Text)).Do(new CaseCommand.Recuse(Text));

        Assert.Equal("transition.notAllowed", story.Refused(Disclosure).Code);
        Assert.Equal("transition.notAllowed", Registered().TakenUp().Refused(Disclosure).Code);
    }

    [Fact]
    public void The_journal_says_who_is_close_to_whom_by_name_and_a_case_without_a_relation_is_stored_as_before()
    {
        var story = Registered().Assigned();
        Assert.DoesNotContain("disclosures", CaseJson.Serialize(story.Case), StringComparison.Ordinal);

        var disclosed = story.Do(Disclosure).Last;

        Assert.Equal("disclosed", CaseJson.Kind(disclosed));
        Assert.Equal([new Sentence.User(Mediator), new Sentence.Party("p2"), Text], disclosed.Wording()!.Zh.GetArguments());
        Assert.Equal(disclosed.Wording()!.Zh.GetArguments(), disclosed.Wording()!.En.GetArguments());
    }
}
