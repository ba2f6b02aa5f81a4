namespace Mediation.Domain.Cases;

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
