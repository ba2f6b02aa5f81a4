using Mediation.Domain.Cases;

namespace Mediation.Domain.Measures;

/// <summary>How much work a case was, for what is paid per case (以案定补).</summary>
public enum CaseGrade { Simple, Ordinary, Complex, Major }

/// <summary>The grade follows from what is on file, so that nobody grades his own work.</summary>
public static class CaseGrades
{
    /// <summary>Of this many parties or persons, or this many sessions held, a case is complex.</summary>
    public const int ManyPersons = 5;

    public const int ManySessions = 3;

    public static CaseGrade Of(Case c) =>
        c.Major || c.Risk == Risk.Red ? CaseGrade.Major
        : c.Round > 1 || Math.Max(c.Parties.Count, c.PersonsInvolved ?? 0) >= ManyPersons
            || c.Sessions.Count(session => session.State == SessionState.Held) >= ManySessions
            ? CaseGrade.Complex
        : c.Agreement?.Form == AgreementForm.Written ? CaseGrade.Ordinary
        : CaseGrade.Simple;
}
