namespace Mediation.Service.Platform.Callers;

public enum Role { Clerk, Mediator, Head, Supervisor, Court, Liaison, Grid, Auditor, Admin }

/// <summary>
/// What a request needs. Which role has it is in <see cref="Permissions"/>; what it may be used on, in <c>CaseAccess</c>.
/// </summary>
public enum Permission
{
    ReadCases,
    Intake,
    Triage,
    Refer,
    AnswerReferral,
    AnswerTransfer,
    Assign,
    Conduct,
    RequestConfirmation,
    ResolveConfirmation,
    ReferAsCourt,
    Correct,
    FollowUp,
    Archive,
    Reopen,
    NameLead,
    SendLetter,
    AnswerAsked,
    BlowWhistle,
    ReadLetters,
    SetRisk,
    GroupCases,
    FindPeople,
    ReadLookups,
    ConfirmRed,
    Survey,
    ReadReports,
    SubmitMonth,
    SignMonth,
    EnterIndex,
    WatchAreas,
    ReadDirectory,
    ReadAccounts,
    OwnAccount,
    RunJobs,
    ManagePolicies,
}

/// <summary>The table of roles: who may do what. Row scope comes on top.</summary>
public static class Permissions
{
    private static readonly Dictionary<Role, HashSet<Permission>> Table = new()
    {
        [Role.Clerk] = [Permission.ReadCases, Permission.FindPeople, Permission.GroupCases, Permission.SendLetter, Permission.AnswerAsked,
            Permission.BlowWhistle, Permission.ReadLetters, Permission.Intake, Permission.Triage, Permission.Refer,
            Permission.AnswerTransfer, Permission.RequestConfirmation, Permission.ResolveConfirmation, Permission.Correct,
            Permission.FollowUp, Permission.Archive, Permission.SetRisk, Permission.ConfirmRed, Permission.Survey, Permission.ReadReports,
            Permission.SubmitMonth, Permission.EnterIndex, Permission.ReadDirectory, Permission.OwnAccount],
        [Role.Head] = [Permission.ReadCases, Permission.FindPeople, Permission.GroupCases, Permission.SendLetter, Permission.AnswerAsked,
            Permission.BlowWhistle, Permission.ReadLetters, Permission.Intake, Permission.Triage, Permission.Refer,
            Permission.AnswerReferral, Permission.AnswerTransfer, Permission.Assign, Permission.Conduct, Permission.RequestConfirmation,
            Permission.Correct, Permission.FollowUp, Permission.Archive, Permission.Reopen, Permission.NameLead, Permission.SetRisk,
            Permission.ConfirmRed, Permission.Survey, Permission.ReadReports, Permission.SubmitMonth, Permission.EnterIndex,
            Permission.ReadDirectory, Permission.OwnAccount],
        [Role.Mediator] = [Permission.ReadCases, Permission.FindPeople, Permission.GroupCases, Permission.AnswerAsked,
            Permission.BlowWhistle, Permission.ReadLetters, Permission.Intake, Permission.Triage, Permission.Conduct,
            Permission.RequestConfirmation, Permission.Correct, Permission.FollowUp, Permission.SetRisk, Permission.ConfirmRed,
            Permission.ReadReports, Permission.ReadDirectory, Permission.OwnAccount],
        [Role.Supervisor] = [Permission.ReadCases, Permission.FindPeople, Permission.ReadLookups, Permission.GroupCases,
            Permission.SendLetter, Permission.AnswerAsked, Permission.ReadLetters, Permission.Intake, Permission.Triage, Permission.Refer,
            Permission.Reopen, Permission.NameLead, Permission.SetRisk, Permission.ConfirmRed, Permission.Survey, Permission.ReadReports,
            Permission.SignMonth, Permission.EnterIndex, Permission.WatchAreas, Permission.ReadDirectory,
            Permission.OwnAccount],
        [Role.Court] = [Permission.ReadCases, Permission.ReferAsCourt, Permission.ResolveConfirmation, Permission.ReadReports,
            Permission.ReadDirectory, Permission.OwnAccount],
        [Role.Liaison] = [Permission.ReadCases, Permission.AnswerAsked, Permission.ReadLetters, Permission.ConfirmRed,
            Permission.ReadDirectory, Permission.OwnAccount],
        [Role.Grid] = [Permission.ReadCases, Permission.BlowWhistle, Permission.SetRisk, Permission.ConfirmRed,
            Permission.ReadDirectory, Permission.OwnAccount],
        [Role.Auditor] = [Permission.ReadCases, Permission.ReadLookups, Permission.ReadLetters, Permission.ReadReports,
            Permission.ReadDirectory, Permission.ReadAccounts, Permission.OwnAccount],
        [Role.Admin] = [Permission.ReadDirectory, Permission.ReadAccounts, Permission.OwnAccount,
            Permission.RunJobs, Permission.ManagePolicies],
    };

    public static bool Has(Role role, Permission permission) => Table[role].Contains(permission);
}
