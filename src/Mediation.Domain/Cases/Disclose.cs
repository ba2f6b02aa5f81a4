namespace Mediation.Domain.Cases;

/// <summary>A mediator's relation to a party, as he said it himself or as his head recorded it.</summary>
/// <param name="Mediator">User name.</param>
/// <param name="Party">Party id.</param>
public sealed record Disclosure(string Mediator, string Party, TextRef Relation);

public abstract partial record CaseCommand
{
    /// <summary>The assigned mediator is close to a party (披露利害关系): the parties may ask for another, and he does not come back.</summary>
    public sealed record Disclose(string Party, TextRef Relation) : CaseCommand
    {
        internal static Refusal? Check(Case c) =>
            c.Mediator is null ? Refusals.NotAllowed(Transitions.For(CaseAction.Disclose), c.Status) : null;

        internal override Decision Rule(Case c, DecideContext context) =>
            Decide.Has(c, Party) ? new CaseEvent.Disclosed(c.Mediator!, Party, Relation) : Refusals.UnknownParty("party");
    }
}

public abstract partial record CaseEvent
{
    [Called("披露利害关系", "Relation disclosed")]
    public sealed record Disclosed(string Mediator, string Party, TextRef Relation) : CaseEvent
    {
        public override Sentence Wording() => new(
            $"{new Sentence.User(Mediator)}披露与{new Sentence.Party(Party)}的关系：{Relation}",
            $"{new Sentence.User(Mediator)} discloses a relation to {new Sentence.Party(Party)}: {Relation}");

        internal override Case Apply(Case c, Recorded recorded) =>
            c with { Disclosures = [.. c.Disclosures, new(Mediator, Party, Relation)] };
    }
}
