using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Cases;

/// <summary>What follows from a command: events, or a refusal. Pure: time, calendar and policies come in the context.</summary>
public static partial class Decide
{
    public const string System = "system";

    public static Decision Handle(Case? current, CaseCommand command, DecideContext context)
    {
        if (command is CaseCommand.Register register)
            return current is null ? Register(register.Facts, context) : Refusals.CaseExists;
        if (current is null)
            return Refusals.CaseMissing;
        if (current.IsOfNewerVersion)
            return Refusals.NewerVersion;
        if (command is CaseCommand.Tick)
            return Tick(current, context);
        if (command is CaseCommand.EndRisk)
            return EndRisk(current, context);
        if (command is CaseCommand.AnswerNotice answer)
            return Answer(current, answer, context);
        if (command is CaseCommand.Recompute recompute)
            return Recompute(current, recompute, context);
        var refusal = Check(current, Transitions.Of(command)!.Value, context) ?? CheckDate(current, context);
        return refusal is not null ? refusal : WithClocks(current, command.Rule(current, context), context);
    }

    /// <summary>All that can be said before the input is known: the table first, then the rules of the action.</summary>
    public static Refusal? Check(Case current, CaseAction action, DecideContext context)
    {
        if (action == CaseAction.Reopen && current.Outcome == Outcome.Recalled)
            return Refusals.ReopenRecalled;
        var row = Transitions.For(action);
        if (!row.From.Contains(current.Status))
            return Refusals.NotAllowed(row, current.Status);
        return action switch
        {
            CaseAction.Refer when current.Body is not null => Refusals.HasBody,
            CaseAction.Transfer when current.Transfer is not null => Refusals.TransferPending,
            CaseAction.AcceptTransfer or CaseAction.DeclineTransfer when current.Transfer is null => Refusals.NoTransfer,
            CaseAction.Assign when current.Body is null => Refusals.NoBodyToAssign,
            CaseAction.Recuse when current.Mediator is null => Refusals.NotAllowed(row, current.Status),
            // Who delays such a case, gives it up or files it has a leader to answer for it; an agreement is not held up.
            CaseAction.Suspend or CaseAction.Extend or CaseAction.Fail or CaseAction.Terminate or CaseAction.Archive
                when current.LacksLead => Refusals.LeadNeeded,
            CaseAction.HoldSession => Willing(current),
            CaseAction.Extend => CheckExtension(current, context),
            CaseAction.Settle => Willing(current) ?? SessionsRecorded(current, context),
            CaseAction.SettlePartially => Willing(current),
            CaseAction.Fail => CheckFailure(current) ?? SessionsRecorded(current, context),
            CaseAction.Withdraw or CaseAction.Terminate => SessionsRecorded(current, context),
            CaseAction.RequestConfirmation => CheckConfirmable(current, context),
            CaseAction.RefuseConfirmation or CaseAction.GrantConfirmation or CaseAction.RejectConfirmation
                or CaseAction.WithdrawConfirmation when !IsPending(current) => Refusals.NotRequested,
            CaseAction.PerformTerm or CaseAction.DefaultTerm when current.Terms.Count == 0 => Refusals.UnknownTerm,
            CaseAction.Remediate => CheckRemediation(current),
            CaseAction.Archive => CheckArchive(current),
            CaseAction.Reopen when IsPending(current) => Refusals.ConfirmationPending,
            CaseAction.Lead when current.Risk != Risk.Red && !current.Major => Refusals.LeadNotNeeded,
            CaseAction.ReplyLetter or CaseAction.CloseLetter when current.Letters.Count == 0 => Refusals.UnknownLetter,
            CaseAction.AnswerWhistle when current.Whistles.Count == 0 => Refusals.UnknownWhistle,
            CaseAction.ConfirmRed => CheckReceipt(current, context),
            CaseAction.Recall or CaseAction.ReturnPapers or CaseAction.FileLawsuit or CaseAction.ConcludeLawsuit =>
                CheckCourt(current, action),
            _ => row.Check?.Invoke(current),
        };
    }

    private static Refusal? CheckDate(Case current, DecideContext context) =>
        context.On > context.Today ? Refusals.FutureDate
        : context.On < current.OpenedOn ? Refusals.BeforeOpening
        : context.On < current.LastOn && context.LateReason is null ? Refusals.LateReason
        : null;

    private static bool IsPending(Case c) => c.Confirmation is { State: ConfirmationState.Requested };

    internal static bool Has(Case c, string party) => c.Parties.Any(known => known.Id == party);

    private static Refusal? Known(Case c, IReadOnlyList<string> parties, string field)
    {
        for (var i = 0; i < parties.Count; i++)
        {
            if (!Has(c, parties[i]))
                return Refusals.UnknownParty($"{field}[{i}]");
        }
        return null;
    }

    private static List<string> Missing(Case c, IEnumerable<string> consents) =>
        [.. c.Parties.Select(party => party.Id).Except(consents, StringComparer.Ordinal)];

    private static Refusal? Willing(Case c)
    {
        var missing = Missing(c, c.Consents.Where(consent => consent.Value).Select(consent => consent.Key));
        return missing.Count == 0 ? null : Refusals.ConsentMissing(missing);
    }
}
