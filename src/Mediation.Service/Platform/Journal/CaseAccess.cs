using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;

namespace Mediation.Service.Platform.Journal;

/// <summary>What a caller may do with a case that he sees: the role's permission, narrowed by his place in the case.</summary>
public static class CaseAccess
{
    public static bool May(Caller caller, Permission permission, Case state)
    {
        if (caller.IsSystem) return true;
        if (!Permissions.Has(caller.Role, permission)) return false;
        return permission switch
        {
            Permission.ReadCases => true,
            Permission.Triage =>
                caller.Role == Role.Mediator ? state.Desk.Code == caller.Body : Dispatches(caller, state) || state.Desk.Code == caller.Body,
            Permission.Refer => Dispatches(caller, state) || Holds(caller, state),
            Permission.AnswerTransfer => AskedToTake(caller, state),
            Permission.AnswerReferral => state.OfferedTo?.Code == caller.Body,
            Permission.Assign => Holds(caller, state),
            Permission.Conduct or Permission.Correct or Permission.RequestConfirmation when caller.Role == Role.Mediator =>
                state.Mediator == caller.User,
            Permission.Conduct => Holds(caller, state) || (state.Body is null && Dispatches(caller, state)),
            Permission.ReferAsCourt => state.Court is not null && InSubtree(caller, state.Court),
            Permission.ResolveConfirmation when caller.Role == Role.Court => true,
            Permission.FollowUp when caller.Role == Role.Mediator => Holds(caller, state),
            Permission.SetRisk => caller.Role != Role.Mediator || Holds(caller, state) || state.Desk.Code == caller.Body,
            Permission.SendLetter => Dispatches(caller, state),
            Permission.AnswerAsked when state.Concerned.Contains(caller.Body) => true,
            Permission.ConfirmRed when state.Lead == caller.User => true,
            _ => Holds(caller, state) || Dispatches(caller, state) || state.Desk.Code == caller.Body,
        };
    }

    /// <summary>The body that mediates, or one that joined it.</summary>
    private static bool Holds(Caller caller, Case state) => state.Body?.Code == caller.Body || state.Joined.Contains(caller.Body);

    private static bool AskedToTake(Caller caller, Case state) => state.Transfer?.To.Code == caller.Body;

    /// <summary>The centre of the case's division or of one above it, and that division's supervisor.</summary>
    private static bool Dispatches(Caller caller, Case state) =>
        (caller.IsCentre || caller.Role == Role.Supervisor) && InSubtree(caller, state.Division);

    private static bool InSubtree(Caller caller, string code)
    {
        var (low, high) = CaseScope.Subtree(caller.Division);
        return string.CompareOrdinal(code, low) >= 0 && string.CompareOrdinal(code, high) < 0;
    }
}
