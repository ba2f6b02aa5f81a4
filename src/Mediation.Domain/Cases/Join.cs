namespace Mediation.Domain.Cases;

public abstract partial record CaseCommand
{
    /// <summary>A further body mediates too (联合调解).</summary>
    public sealed record Join(BodyRef Body) : CaseCommand
    {
        internal static Refusal? Check(Case current) => current.Body is null ? Refusals.NoBodyToJoin : null;

        internal override Decision Rule(Case current, DecideContext context) =>
            Body.Code == current.Body!.Code || current.Joined.Contains(Body.Code) ? Refusals.AlreadyJoined : new CaseEvent.Joined(Body.Code);
    }
}

public abstract partial record CaseEvent
{
    [Called("加入联合调解", "Body joined")]
    public sealed record Joined(string Body) : CaseEvent
    {
        public override Sentence Told() => new($"{new Sentence.Body(Body)} 加入联合调解", $"{new Sentence.Body(Body)} joined the mediation");

        internal override Case Apply(Case current, Recorded recorded) => current with { Joined = [.. current.Joined, Body] };
    }
}
