using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;

namespace Mediation.Domain.Tests.Cases;

/// <summary>10,000 seeded walks of up to 60 steps with sensible and nonsensical input.</summary>
public sealed class RandomWalkTests
{
    private const int WalksEach = 2_500;
    private static readonly CaseAction[] Actions = Enum.GetValues<CaseAction>();

    /// <summary>Seed to what was tried on its walks. Each seed is walked once, by whichever test asks for it first.</summary>
    private static readonly Dictionary<int, Lazy<HashSet<(Status Status, CaseAction Action)>>> Walked =
        Enumerable.Range(1, 4)
            .ToDictionary(seed => seed, seed => new Lazy<HashSet<(Status Status, CaseAction Action)>>(() => WalkAll(seed)));

    public static TheoryData<int> Seeds => [.. Walked.Keys];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void No_sequence_of_commands_leaves_the_table_and_the_journal_always_folds_to_the_state(int seed) =>
        Assert.NotEmpty(Walked[seed].Value);

    /// <summary>Over all seeds together: one of them may well miss a rare cell.</summary>
    [Fact]
    public void The_walks_together_try_every_action_in_every_status()
    {
        var all = from status in Enum.GetValues<Status>() from action in Actions select (status, action);
        Assert.Empty(all.Except(Walked.Values.SelectMany(tried => tried.Value)));
    }

    private static HashSet<(Status Status, CaseAction Action)> WalkAll(int seed)
    {
        var tried = new HashSet<(Status Status, CaseAction Action)>();
        for (var walk = 0; walk < WalksEach; walk++)
            Walk(new Random((seed * 1_000_003) + walk), tried);
        return tried;
    }

    private static void Walk(Random dice, HashSet<(Status, CaseAction)> tried)
    {
        var story = Worlds.All[dice.Next(Worlds.All.Count)].Copy();
        for (var step = Math.Min(dice.Next(1, 61), dice.Next(1, 61)); step > 0; step--)
        {
            if (dice.Next(4) == 0)
                story.Now = story.Now.AddMinutes(dice.Next(60 * 24 * 12));
            if (dice.Next(8) == 0)
                Sweep(story);
            else
                Step(story, dice, tried);
        }
        var journal = story.Journal.Select(
            recorded => recorded with { Event = CaseJson.Parse(CaseJson.Kind(recorded.Event), CaseJson.Serialize(recorded.Event)) });
        var state = CaseJson.Serialize(story.Case);
        Assert.Equal(state, CaseJson.Serialize(Evolve.Fold(journal)));
        Assert.Equal(state, CaseJson.Serialize(CaseJson.ParseCase(state)));
    }

    private static void Step(Story story, Random dice, HashSet<(Status, CaseAction)> tried)
    {
        var before = story.Case;
        var possible = Actions.Where(action => Transitions.For(action).From.Contains(before.Status)).ToList();
        var action = dice.Next(3) == 0 ? Actions[dice.Next(Actions.Length)] : possible[dice.Next(possible.Count)];
        tried.Add((before.Status, action));
        var choices = Worlds.Commands(action, story).Concat(Rubbish(action, story, dice)).ToList();
        var command = choices[dice.Next(choices.Count)];
        var context = story.Context(dice.Next(6) == 0 ? story.Today.AddDays(dice.Next(-30, 4)) : null, dice.Next(2) == 0);
        var check = Decide.Check(before, action, context);
        var held = dice.Next(32) == 0 ? CaseJson.Serialize(before) : null;

        var decision = Decide.Handle(before, command, context);

        if (check is not null)
            Assert.Equal(check.Code, decision.Refusal?.Code);
        if (held is not null)
            Assert.Equal(held, CaseJson.Serialize(before));
        if (decision.Refusal is not null)
        {
            Assert.Empty(decision.Events);
            return;
        }
        story.Write(decision, context);
        Assert.True(Transitions.For(action).Reaches(before.Status, story.Case.Status),
            $"{action} led from {before.Status} to {story.Case.Status}.");
        Sound(story.Case);
    }

    private static void Sweep(Story story)
    {
        var before = story.Case;
        story.Sweep();
        Assert.Equal(before.Status, story.Case.Status);
        Assert.DoesNotContain(story.Case.RunningClocks, clock => clock.NextAt <= story.Now);
        Sound(story.Case);
    }

    /// <summary>What holds for every case at all times.</summary>
    private static void Sound(Case c)
    {
        Assert.Equal(c.IsOpen, c.Outcome is null);
        Assert.Equal(c.IsOpen, c.ClosedOn is null);
        Assert.True(c.Status is not (Status.Assigned or Status.InSession) || c.Mediator is not null);
        Assert.True(c.Stage != Stage.Mediation || c.Body is not null);
        Assert.Equal(c.Status == Status.Referred, c.OfferedTo is not null);
        Assert.Equal(c.Status == Status.Registered, c.RunningClocks.Any(clock => clock.Name == ClockName.Intake));
        Assert.Equal(c.Status == Status.Referred, c.RunningClocks.Any(clock => clock.Name == ClockName.ReferralAnswer));
        Assert.Equal(c.Transfer is not null, c.RunningClocks.Any(clock => clock.Name == ClockName.TransferAnswer));
        Assert.Equal(c.Status is Status.Accepted or Status.Assigned or Status.InSession,
            c.RunningClocks.Any(clock => clock.Name == ClockName.Inactivity));
        // No open case goes stale unseen: only a suspension, which has its own reason, stops every clock.
        Assert.True(!c.IsOpen || c.Status == Status.Suspended || c.RunningClocks.Any());
        Assert.True(c.Status == Status.Suspended || c.Clocks.All(clock => clock.State != ClockState.Paused));
        Assert.True(c.Stage != Stage.Mediation || c.Clock(ClockName.Term) is { State: ClockState.Running or ClockState.Paused });
        Assert.True(c.IsOpen || !c.RunningClocks.Any(clock => clock.Name is ClockName.Term or ClockName.FirstSession));
        Assert.True(c.Status != Status.Archived || !c.RunningClocks.Any());
        Assert.Equal(c.Clocks.Count, c.Clocks.DistinctBy(clock => clock.Key).Count());
        Assert.All(c.Terms, term => Assert.True(term.Amount is null || term.Paid <= term.Amount));
    }

    private static IEnumerable<CaseCommand> Rubbish(CaseAction action, Story story, Random dice) => action switch
    {
        CaseAction.Accept =>
            [new CaseCommand.Accept(Story.OtherCommittee, null, null), new CaseCommand.Accept(null, Story.Check(), story.Today.AddDays(3))],
        CaseAction.AcceptReferral => [new CaseCommand.AcceptReferral(story.Today.AddDays(dice.Next(-40, 2)))],
        CaseAction.Transfer => [new CaseCommand.OfferTransfer(Story.Committee, null, Story.Text)],
        CaseAction.Assign => [new CaseCommand.Assign(Story.Check(body: "nobody")),
            new CaseCommand.Assign(Story.Check() with { Conflict = true }), new CaseCommand.Assign(Story.Check())],
        CaseAction.Consent => [new CaseCommand.RecordConsent("p9", true, Story.Text)],
        CaseAction.ScheduleSession => [new CaseCommand.ScheduleSession(story.Now.AddHours(dice.Next(100)), 30,
            Story.Text, SessionKind.Video)],
        CaseAction.HoldSession => [new CaseCommand.HoldSession(dice.Next(4), ["p1", "px"], Story.Text),
            new CaseCommand.HoldSession(-1, [], Story.Text)],
        CaseAction.Extend => [new CaseCommand.Extend(dice.Next(-5, 400), ["p1"]), new CaseCommand.Extend(400, ["p1", "p2"])],
        CaseAction.Settle =>
        [
            new CaseCommand.Settle(Story.Draft(story.Today.AddDays(dice.Next(-9, 3)), Story.Pays(null, 10m, new("confirmationGranted", 7)),
                Story.Pays(null, null, new("settled", 3)))),
            new CaseCommand.Settle(new(AgreementForm.Reconciled, null, null, [], null, false, story.Today, [])),
            new CaseCommand.Settle(new(AgreementForm.Oral, Story.Text, null, [Story.Pays(null)], null, false, story.Today, [])),
            new CaseCommand.Settle(Story.Draft(story.Today) with { Signatures = ["p1.r7", "p2", "x"] }),
        ],
        CaseAction.SettlePartially => [new CaseCommand.SettlePartially(Story.Draft(story.Today), ["p2"], null, Rest.Split, null),
            new CaseCommand.SettlePartially(Story.Draft(story.Today), [], null, Rest.Fail, null)],
        CaseAction.Withdraw => [new CaseCommand.Withdraw("p2", Story.Text), new CaseCommand.Withdraw("", Story.Text)],
        CaseAction.RequestConfirmation => [new CaseCommand.RequestConfirmation("FY0104", false)],
        CaseAction.PerformTerm => [new CaseCommand.PerformTerm(dice.Next(5), dice.Next(-100, 2000))],
        CaseAction.DefaultTerm => [new CaseCommand.DefaultTerm(dice.Next(5))],
        CaseAction.Remediate => [new CaseCommand.Remediate(["p1"])],
        CaseAction.Correct => [new CaseCommand.Correct(new("category", "04", "77", Story.Text)), new CaseCommand.Correct(new("amount", null,
            "1e5", Story.Text)), new CaseCommand.Correct(new("division", "430104001", "430302", Story.Text)
            {
                Centre = Story.OtherCentre
            })],
        CaseAction.FollowUp => [new CaseCommand.FollowUp(Story.Text, 6, false, null)],
        _ => [],
    };
}
