using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Demonstration;

/// <summary>The calendar and the policies of the story's world, and the day on which the telling ends.</summary>
public sealed record StoryWorld(WorkingCalendar Calendar, DateTimeOffset Until);

/// <summary>
/// One case made from its first day on, through the same domain code as a real one: each step bears its own date, and
/// between the steps the clocks run as the sweep would have run them. The telling stops at the present.
/// </summary>
public sealed class GeneratedCase(CaseDraft draft, StoryWorld world)
{
    private readonly List<Recorded> events = [];
    private readonly List<string> bodies = [];
    private readonly List<byte[]> hashes = [];
    private byte[] head = HashChain.Start;

    public CaseDraft Draft { get; } = draft;
    public DateTimeOffset Present => world.Until;
    public Case? Case { get; private set; }

    /// <summary>The story has reached the present: what would come next has not happened yet.</summary>
    public bool IsOver { get; private set; }

    /// <param name="at">When it was done and entered (UTC).</param>
    /// <returns>False when that lies in the future.</returns>
    public bool Act(DateTimeOffset at, string actor, CaseCommand command)
    {
        if (IsOver || at > world.Until)
        {
            IsOver = true;
            return false;
        }

        RunClocks(at);
        Add(at, actor, command);
        return true;
    }

    /// <summary>Lets the clocks run up to the present and adds the whole journal of the case.</summary>
    public CaseChange End(CaseBatch rows)
    {
        RunClocks(world.Until);
        var told = new CaseChange(null, Case!, events, bodies, hashes, HashChain.Start);
        rows.Add(told, Draft);
        return told;
    }

    private void RunClocks(DateTimeOffset until)
    {
        while (Case?.RunningClocks.Select(clock => clock.NextAt).Min() is { } next && next <= until)
            Add(next.AddMinutes(1), "system", new CaseCommand.Tick());
    }

    private void Add(DateTimeOffset at, string actor, CaseCommand command)
    {
        var context = new DecideContext(at, ShanghaiTime.DateOf(at), actor, world.Calendar, DeadlinePolicies.Default);
        var decision = Decide.Handle(Case, command, context);
        if (decision.Refusal is { } refusal)
            throw new InvalidOperationException($"The demonstration asks for what is refused: {command.GetType().Name}, {refusal.Code}.");
        var change = CaseChange.From(Case, head, Draft.CaseId, decision.Events, at, context.On, actor);
        events.AddRange(change.Events);
        bodies.AddRange(change.Bodies);
        hashes.AddRange(change.Hashes);
        (Case, head) = (change.After, change.HeadHash);
    }
}
