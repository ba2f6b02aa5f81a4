namespace Mediation.Domain.Cases;

public abstract partial record CaseCommand
{
    /// <param name="Level">Set by hand; null: what the checklist makes of the items.</param>
    /// <param name="Items">Codes of the ticked items of the checklist.</param>
    /// <param name="Until">Last day (Asia/Shanghai) on which it holds.</param>
    public sealed record SetRisk(Risk? Level, IReadOnlyList<string> Items, DateOnly? Until, TextRef Reason) : CaseCommand
    {
        /// <summary>What the items weigh together; null: one point each.</summary>
        public int? Points { get; init; }

        internal override Decision Rule(Case c, DecideContext context) => Decide.SetRisk(this, context);
    }

    public sealed record ConfirmRed : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.RedConfirmed();
    }

    public sealed record NameLead(string Person) : CaseCommand
    {
        internal override Decision Rule(Case c, DecideContext context) => new CaseEvent.LeadNamed(Person);
    }
}

public abstract partial record CaseEvent
{
    public sealed record RiskSet(Risk Risk, IReadOnlyList<string> Items, DateOnly? Until, TextRef Reason) : CaseEvent
    {
        /// <summary>What the checklist says, when a level was set by hand.</summary>
        public Risk? Base { get; init; }

        /// <summary>What the ticked items weigh together.</summary>
        public int? Points { get; init; }

        internal override Case Apply(Case c, Recorded recorded) =>
            c with { Risk = Risk, RiskItems = Items, RiskUntil = Until, RiskBase = Base, RedConfirmedAt = null };
    }

    /// <param name="Items">The codes that still stand.</param>
    public sealed record RiskFellBack(Risk Risk, IReadOnlyList<string> Items) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) =>
            c with { Risk = Risk, RiskItems = Items, RiskUntil = null, RiskBase = null, RedConfirmedAt = null };
    }

    /// <summary>The leader has taken note that the case is red: the receipt of the immediate warning.</summary>
    public sealed record RedConfirmed : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { RedConfirmedAt = recorded.At };
    }

    public sealed record LeadNamed(string Person) : CaseEvent
    {
        internal override Case Apply(Case c, Recorded recorded) => c with { Lead = Person, RedConfirmedAt = null };
    }
}

public static partial class Decide
{
    internal static Decision SetRisk(CaseCommand.SetRisk command, DecideContext context)
    {
        if (command.Until < context.On)
            return Refusals.RiskUntil;
        var points = command.Points ?? command.Items.Count;
        var computed = RiskScore.Level(points);
        return new CaseEvent.RiskSet(command.Level ?? computed, command.Items, command.Until, command.Reason)
        {
            Points = points,
            Base = command.Level is null ? null : computed,
        };
    }

    /// <summary>Set by hand until a day: falls back to what the checklist says. An assessment by the checklist itself lapses.</summary>
    private static Decision EndRisk(Case c, DecideContext context) =>
        !(c.RiskUntil < context.Today) ? Decision.Of([])
        : c.RiskBase is { } computed ? new CaseEvent.RiskFellBack(computed, c.RiskItems)
        : new CaseEvent.RiskFellBack(Risk.Green, []);

    /// <summary>The leader who answers for a red case says that he knows of it.</summary>
    private static Refusal? CheckReceipt(Case c, DecideContext context) =>
        c.Risk != Risk.Red ? Refusals.RiskNotRed
        : c.Lead is null ? Refusals.LeadMissing
        : c.Lead != context.Actor ? Refusals.NotTheLead
        : c.RedConfirmedAt is not null ? Refusals.RiskConfirmed
        : null;
}
