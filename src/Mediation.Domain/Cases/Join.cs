namespace Mediation.Domain.Cases;

public abstract partial record CaseCommand
{
    /// <summary>A further body mediates too (联合调解).</summary>
    public sealed record Join(BodyRef Body) : CaseCommand
    {
        internal static Refusal? Check(Case c) => c.Body is null ? Refusals.NoBodyToJoin : null;

        internal override Decision Rule(Case c, DecideContext context) =>
            Body.Code == c.Body!.Code || c.Joined.Contains(Body.Code) ? Refusals.AlreadyJoined : new CaseEvent.Joined(Body.Code);
    }
}

public abstract partial record CaseEvent
{
    [Called("加入联合调解", "Body joined")]
    public sealed record Joined(string Body) : CaseEvent
    {
        public override Sentence Wording() => new($"{new Sentence.Body(Body)} 加入联合调解", $"{new Sentence.Body(Body)} joined the mediation");

        internal override Case Apply(Case c, Recorded recorded) => c with { Joined = [.. c.Joined, Body] };
    }
}
