using Mediation.Service.Platform.Callers;

namespace Mediation.Service.Cases;

/// <summary>The parts of the work list.</summary>
public enum WorkTab
{
    All,
    Mine,
    Body,

    /// <summary>Offered or handed over to the caller's body, and not yet answered.</summary>
    Offered,

    /// <summary>Without a mediator: of the caller's body, or of the subtree of those who answer for one.</summary>
    Unassigned,

    /// <summary>The caller's body was called to them: joint mediation, a letter, a whistle.</summary>
    Called,

    Overdue,

    /// <summary>What the caller follows.</summary>
    Followed,

    /// <summary>Nothing has happened for so long that the clock of no progress has run out.</summary>
    Stale,
}

public static class WorkTabs
{
    /// <summary>What a role is shown, the first being where it begins.</summary>
    public static IReadOnlyList<WorkTab> Of(Caller caller) => caller.Role switch
    {
        Role.Mediator => [WorkTab.Mine, WorkTab.Body, WorkTab.Called, WorkTab.Overdue, WorkTab.Followed, WorkTab.All],
        Role.Head => [WorkTab.All, WorkTab.Offered, WorkTab.Unassigned, WorkTab.Body, WorkTab.Called, WorkTab.Overdue, WorkTab.Followed],
        Role.Clerk => [WorkTab.All, WorkTab.Unassigned, WorkTab.Offered, WorkTab.Body, WorkTab.Called, WorkTab.Overdue, WorkTab.Followed],
        Role.Supervisor => [WorkTab.All, WorkTab.Unassigned, WorkTab.Called, WorkTab.Overdue, WorkTab.Stale, WorkTab.Followed],
        Role.Auditor => [WorkTab.All, WorkTab.Unassigned, WorkTab.Overdue, WorkTab.Stale, WorkTab.Followed],
        _ => [WorkTab.All, WorkTab.Overdue, WorkTab.Followed],
    };

    /// <summary>A condition over <c>cases c</c> beside the scope's, with @scopeBody, @tabUser and @tabNow.</summary>
    public static string Sql(WorkTab tab, Caller caller) => tab switch
    {
        WorkTab.Mine => "c.mediator = @tabUser",
        WorkTab.Body => "c.body = @scopeBody",
        WorkTab.Offered => "(c.offered_to = @scopeBody or c.transfer_to = @scopeBody)",
        WorkTab.Unassigned when caller.IsCentre || caller.Role is Role.Supervisor or Role.Auditor => "c.mediator is null",
        WorkTab.Unassigned => "c.body = @scopeBody and c.mediator is null",
        // In the words of the index cases_joined.
        WorkTab.Called => "cardinality(c.joined) > 0 and c.joined @> array[@scopeBody]",
        // The due instant too, so that an index in due order stops early.
        WorkTab.Overdue => "c.timeliness = 2 and c.due_at <= @tabNow",
        WorkTab.Followed => "c.id in (select m.case_id from case_mark m where m.user_name = @tabUser and m.followed)",
        WorkTab.Stale => """
            c.timeliness = 2 and c.due_at <= @tabNow and exists (
                select 1 from clock k where k.case_id = c.id and k.name = 'inactivity' and k.state = 'running' and k.timeliness = 2)
            """,
        _ => "true",
    };
}
