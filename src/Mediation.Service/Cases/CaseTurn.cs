using Mediation.Domain.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Journal;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Cases;

/// <summary>Whose turn it is, in words.</summary>
public static class CaseTurn
{
    public static string Of(CaseView c, IReadOnlyDictionary<string, string> names, IStringLocalizer<Texts> texts)
    {
        return c switch
        {
            { TransferTo: { } to } => texts["Turn.Transfer", Name(to)],
            { Status: Status.Registered } => texts["Turn.Registered"],
            { Status: Status.Accepted, Body: null } => texts["Turn.Dispatch"],
            { Status: Status.Accepted } => texts["Turn.Assign", Name(c.Body)],
            { Status: Status.Referred } => texts["Turn.Answer", Name(c.OfferedTo)],
            { Status: Status.Assigned or Status.InSession } => texts["Turn.Mediate", Name(c.Mediator)],
            { Status: Status.Suspended } => texts["Turn.Suspended", Name(c.Mediator ?? c.Body)],
            { Status: Status.Settled or Status.PartiallySettled } => texts["Turn.Perform"],
            { Status: Status.Failed or Status.Withdrawn or Status.Terminated or Status.Recalled } => texts["Turn.Archive"],
            _ => texts["Turn.Nobody"],
        };

        string Name(string? code) => code is null ? "—" : names.GetValueOrDefault(code, code);
    }
}
