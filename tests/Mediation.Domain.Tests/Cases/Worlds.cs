using Mediation.Domain.Cases;
using static Mediation.Domain.Tests.Cases.Story;

namespace Mediation.Domain.Tests.Cases;

/// <summary>Cases in every status and circumstance, and for each action what a person could sensibly ask of them.</summary>
public static class Worlds
{
    private static Story Court => Registered(Track.Delegated);

    public static IReadOnlyList<Story> All { get; } =
    [
        Registered(), Court, Court.Offered(), Registered(category: "01"), Registered(Track.Labour, "10"), Registered(Track.Medical, "12"),
        Registered().Do(new CaseCommand.NotAccept(NotAcceptReason.Crime)),
        Court.Do(new CaseCommand.Guide(GuideRoute.Notary)),
        Registered().AcceptedByCentre(), Court.AcceptedByCentre().Consent("p2", false), Court.AcceptedByCentre().Offered(),
        Court.TakenUp(), Court.TakenUp().Offered().Consent("p1", false), Court.Ready().Scheduled().Do(new CaseCommand.Recuse(Text)),
        Court.Ready().SettledInPart(Rest.Continue).Do(new CaseCommand.Recuse(Text)).Days(20),
        Court.AcceptedByCentre().Referred(), Court.AcceptedByCentre().Referred().Consent("p2", false),
        Court.AcceptedByCentre().Offered().Referred(), PartlyAgreedThenReferred(),
        Court.Ready(), Court.Ready().Offered(), Court.Ready().Scheduled(), Court.Ready().SettledInPart(Rest.Continue).Days(20),
        Court.Sitting(), Court.Sitting().Scheduled().Offered(), Court.Sitting().SettledInPart(Rest.Continue).Days(20),
        Court.Ready().Do(new CaseCommand.Suspend(Text)), Court.Sitting().Scheduled().Do(new CaseCommand.Suspend(Text)),
        Court.Sitting().Do(new CaseCommand.Suspend(Text)).Do(new CaseCommand.Recuse(Text)),
        Court.Sitting().Offered().Do(new CaseCommand.Suspend(Text)).Consent("p1", false),
        Court.Sitting().SettledInPart(Rest.Continue).Do(new CaseCommand.Suspend(Text)).Days(20),
        Court.Settled(), Court.Settled().Days(20), Confirming(Court.Settled()), Court.Settled().Defaulted(), Court.Settled().Performed(),
        Court.Settled().Defaulted().Do(new CaseCommand.Remediate(["p1", "p2"])),
        PartlySettled(), PartlySettled().Days(20), Confirming(PartlySettled()), PartlySettled().Defaulted(), PartlySettled().Performed(),
        PartlyAgreed().Do(new CaseCommand.Recuse(Text)).Do(new CaseCommand.Fail(FailReason.Expired)).Defaulted(),
        Court.Ready().Do(new CaseCommand.Fail(FailReason.Deadlock)),
        Court.Ready().Do(new CaseCommand.Withdraw("p1", Text)), PartlyAgreed().Do(new CaseCommand.Withdraw("p1", Text)).Days(20),
        Court.Ready().Do(new CaseCommand.Terminate(Text)), PartlyAgreed().Do(new CaseCommand.Terminate(Text)).Days(20),
        .. Ended(), .. Ended().Select(story => story.Do(new CaseCommand.Archive())),
        PartlyAgreedThenReferred().Do(new CaseCommand.Fail(FailReason.ConsentRefused)),
        Court.Do(new CaseCommand.Recall(Text)), PartlyAgreed().Do(new CaseCommand.Recall(Text)).Days(20),
        Court.Settled().Performed().Do(new CaseCommand.Archive()),
        Court.Ready().Do(new CaseCommand.Fail(FailReason.Deadlock)).Do(new CaseCommand.Archive()),
        Court.Do(new CaseCommand.Recall(Text)).Do(new CaseCommand.Archive()),
    ];

    /// <summary>The commands of the action that fit this case best; the first ones are the likeliest to be possible.</summary>
    public static IEnumerable<CaseCommand> Commands(CaseAction action, Story story)
    {
        var c = story.Case;
        var session = c.Sessions.LastOrDefault(one => one.State == SessionState.Scheduled)?.N ?? 1;
        var term = c.Terms.FirstOrDefault(one => one.State != TermState.Performed)?.N ?? 1;
        var draft = Draft(story.Today);
        return action switch
        {
            CaseAction.Accept => [new CaseCommand.Accept(null, null, null), new CaseCommand.Accept(Committee, Check(), null)],
            CaseAction.NotAccept => [new CaseCommand.NotAccept(NotAcceptReason.SpecialBody)],
            CaseAction.Guide => [new CaseCommand.Guide(GuideRoute.Arbitration)],
            CaseAction.Refer => [new CaseCommand.Refer(Committee, Text)],
            CaseAction.AcceptReferral => [new CaseCommand.AcceptReferral(null)],
            CaseAction.DeclineReferral => [new CaseCommand.DeclineReferral(Text)],
            CaseAction.Transfer => [new CaseCommand.OfferTransfer(OtherCentre, "430302", Text),
                new CaseCommand.OfferTransfer(OtherCommittee, null, Text)],
            CaseAction.AcceptTransfer => [new CaseCommand.AcceptTransfer()],
            CaseAction.DeclineTransfer => [new CaseCommand.DeclineTransfer(Text)],
            CaseAction.Join => [new CaseCommand.Join(OtherCommittee)],
            CaseAction.Assign => [new CaseCommand.Assign(Check("zhao.mediator", c.Body?.Code))],
            CaseAction.Recuse => [new CaseCommand.Recuse(Text)],
            CaseAction.Disclose => [new CaseCommand.Disclose("p2", Text)],
            CaseAction.Consent => [new CaseCommand.RecordConsent("p1", true, Story.Text),
                new CaseCommand.RecordConsent("p2", true, Story.Text), new CaseCommand.RecordConsent("p2", false, Story.Text)],
            CaseAction.ScheduleSession => [new CaseCommand.ScheduleSession(story.Now, 30, Text, SessionKind.Courtyard)],
            CaseAction.HoldSession => [new CaseCommand.HoldSession(session, ["p1"], Text)],
            CaseAction.CancelSession => [new CaseCommand.CancelSession(session, Text)],
            CaseAction.RecordNoShow => [new CaseCommand.RecordNoShow(session, "p2")],
            CaseAction.Suspend => [new CaseCommand.Suspend(Text)],
            CaseAction.Resume => [new CaseCommand.Resume()],
            CaseAction.Extend => [new CaseCommand.Extend(10, ["p1", "p2"])],
            CaseAction.Settle => [new CaseCommand.Settle(draft)],
            CaseAction.SettlePartially =>
            [
                new CaseCommand.SettlePartially(draft, [], Text, Rest.Continue, null), new CaseCommand.SettlePartially(draft, [], Text,
                    Rest.Fail, null), new CaseCommand.SettlePartially(draft, ["p1"], null, Rest.Split, Text.Id),
            ],
            CaseAction.Fail => [new CaseCommand.Fail(FailReason.ConsentRefused), new CaseCommand.Fail(FailReason.Deadlock)],
            CaseAction.Withdraw => [new CaseCommand.Withdraw("p1", Text)],
            CaseAction.Terminate => [new CaseCommand.Terminate(Text)],
            CaseAction.RequestConfirmation => [new CaseCommand.RequestConfirmation(null, true)],
            CaseAction.RefuseConfirmation => [new CaseCommand.RefuseConfirmation(Text)],
            CaseAction.GrantConfirmation => [new CaseCommand.GrantConfirmation("（2026）湘0104诉前调确1号")],
            CaseAction.RejectConfirmation => [new CaseCommand.RejectConfirmation(Text)],
            CaseAction.WithdrawConfirmation => [new CaseCommand.WithdrawConfirmation()],
            CaseAction.PerformTerm => [new CaseCommand.PerformTerm(term, null), new CaseCommand.PerformTerm(term, 400m)],
            CaseAction.DefaultTerm => [new CaseCommand.DefaultTerm(term)],
            CaseAction.Remediate => [new CaseCommand.Remediate(["p1", "p2"])],
            CaseAction.Correct => [new CaseCommand.Correct(new("amount", "1.00", "2.50", Text))],
            CaseAction.FollowUp => [new CaseCommand.FollowUp(Story.Text, 5, true, null)],
            CaseAction.Archive => [new CaseCommand.Archive()],
            CaseAction.Reopen => [new CaseCommand.Reopen(Text)],
            CaseAction.Risk => [new CaseCommand.SetRisk(Risk.Red, ["weapon"], null, Text), new CaseCommand.SetRisk(null, [], null, Text)],
            CaseAction.ConfirmRed => [new CaseCommand.ConfirmRed()],
            CaseAction.SendLetter => [new CaseCommand.SendLetter(LetterKind.Supervision, Centre.Code, 2026, 1, Committee,
                Text, story.Today.AddDays(5))],
            CaseAction.ReplyLetter => [new CaseCommand.ReplyLetter(1, Committee.Code, Text)],
            CaseAction.CloseLetter => [new CaseCommand.CloseLetter(1, Centre.Code, null)],
            CaseAction.BlowWhistle => [new CaseCommand.BlowWhistle(Committee.Code, [OtherCommittee], Text, story.Today.AddDays(2))],
            CaseAction.AnswerWhistle => [new CaseCommand.AnswerWhistle(1, OtherCommittee.Code, Text)],
            CaseAction.Lead => [new CaseCommand.NameLead("chen.leader")],
            CaseAction.Recall => [new CaseCommand.Recall(Text)],
            CaseAction.ReturnPapers => [new CaseCommand.ReturnPapers()],
            CaseAction.FileLawsuit => [new CaseCommand.FileLawsuit("（2026）湘0104民初1号")],
            CaseAction.ConcludeLawsuit => [new CaseCommand.ConcludeLawsuit(ConclusionKind.Judgment)],
            _ => throw new InvalidOperationException($"No command for {action}."),
        };
    }

    /// <summary>A random life that goes on from one of the worlds: clocks run, places are corrected, things are entered late.</summary>
    public static Story Walk(Random dice)
    {
        var story = All[dice.Next(All.Count)].Copy();
        for (var step = dice.Next(1, 30); step > 0; step--)
        {
            story.Days(dice.Next(12));
            if (dice.Next(8) == 0) story.Sweep();
            var possible = Enum.GetValues<CaseAction>().Where(action => Transitions.For(action).From.Contains(story.Case.Status)).ToList();
            var action = possible[dice.Next(possible.Count)];
            List<CaseCommand> commands = [.. Commands(action, story)];
            if (action == CaseAction.Correct)
            {
                commands.Add(new CaseCommand.Correct(new("category", story.Case.Category, "02", Text)));
                commands.Add(new CaseCommand.Correct(new("division", story.Case.Division, "430302", Text) { Centre = OtherCentre }));
            }

            var context = story.Context(dice.Next(6) == 0 ? story.Today.AddDays(-dice.Next(30)) : null, late: true);
            var decision = Decide.Handle(story.Case, commands[dice.Next(commands.Count)], context);
            if (decision.Refusal is null) story.Write(decision, context);
        }

        return story;
    }

    // Closed before a body had the case, and before the body had a mediator.
    private static IEnumerable<Story> Ended() =>
    [
        Court.AcceptedByCentre().Consent("p2", false).Do(new CaseCommand.Fail(FailReason.ConsentRefused)),
        Court.TakenUp().Do(new CaseCommand.Fail(FailReason.Unsuitable)),
        Court.Do(new CaseCommand.Withdraw("p1", Text)), Court.TakenUp().Do(new CaseCommand.Withdraw("p1", Text)),
        Court.AcceptedByCentre().Do(new CaseCommand.Terminate(Text)), Court.TakenUp().Do(new CaseCommand.Terminate(Text)),
    ];

    private static Story PartlyAgreed() => Court.Ready().SettledInPart(Rest.Continue);

    private static Story PartlySettled() => Court.Ready().SettledInPart(Rest.Fail);

    private static Story Confirming(Story story) => story.Do(new CaseCommand.RequestConfirmation(null, true));

    private static Story PartlyAgreedThenReferred() =>
        PartlyAgreed().Offered().Do(new CaseCommand.AcceptTransfer()).Referred().Consent("p2", false).Days(20);
}
