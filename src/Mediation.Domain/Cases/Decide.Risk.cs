namespace Mediation.Domain.Cases;

public static partial class Decide
{
    private static Decision SetRisk(CaseCommand.SetRisk command, DecideContext context)
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
