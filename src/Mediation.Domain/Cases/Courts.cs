namespace Mediation.Domain.Cases;

public abstract partial record CaseCommand
{
    public sealed record Recall(TextRef Reason) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.Recalled(Reason);
    }

    public sealed record ReturnPapers : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.PapersReturned();
    }

    public sealed record FileLawsuit(string NewCaseNo) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.LawsuitFiled(NewCaseNo);
    }

    public sealed record ConcludeLawsuit(ConclusionKind Kind) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.LawsuitConcluded(Kind);
    }
}

public abstract partial record CaseEvent
{
    public sealed record Recalled(TextRef Reason) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => Evolve.End(c, Status.Recalled, Outcome.Recalled, recorded.On);
    }

    public sealed record PapersReturned : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { PapersReturned = true };
    }

    public sealed record LawsuitFiled(string NewCaseNo) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { FiledAs = NewCaseNo };
    }

    public sealed record LawsuitConcluded(ConclusionKind Kind) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { Concluded = Kind };
    }
}

public static partial class Decide
{
    private static Refusal? CheckCourt(Case c, CaseAction action) => action switch
    {
        _ when c.Court is null => Refusals.NoCourt,
        CaseAction.ReturnPapers when c.PapersReturned => Refusals.AlreadyReturned,
        CaseAction.ReturnPapers when c.Outcome is Outcome.Settled or Outcome.Recalled => Refusals.NothingReturned,
        CaseAction.FileLawsuit when c.FiledAs is not null => Refusals.AlreadyFiled,
        CaseAction.ConcludeLawsuit when c.Concluded is not null => Refusals.AlreadyConcluded,
        _ => null,
    };
}
