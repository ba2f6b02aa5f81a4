namespace Mediation.Domain.Measures;

/// <summary>Cases that were closed, and cases that were still open, after so many whole days.</summary>
public sealed record Waited(int Days, long Closed, long Open);

/// <param name="AtRisk">Cases that were open up to that day.</param>
/// <param name="Share">Still open after it, 0 to 1.</param>
/// <param name="Low">95 % by the log-log transform.</param>
public sealed record SurvivalStep(int Days, long AtRisk, long Closed, double Share, double Low, double High);

/// <summary>
/// Time to closure after E. L. Kaplan and P. Meier (1958): a case that is still open says that it took longer than so far,
/// so it counts up to today. Leaving it out, or taking the closed ones alone, makes every body look quick. Greenwood's
/// variance; limits by log(-log), which stay within 0 and 1.
/// </summary>
public sealed class Survival
{
    private const double Z95 = 1.959963984540054;

    private Survival(IReadOnlyList<SurvivalStep> steps, long cases, long open) => (Steps, Cases, Open) = (steps, cases, open);

    /// <summary>One for each day on which a case was closed.</summary>
    public IReadOnlyList<SurvivalStep> Steps { get; }

    public long Cases { get; }

    /// <summary>Censored: they have no end yet.</summary>
    public long Open { get; }

    /// <summary>The first day after which at most half are open; null while more than half are.</summary>
    public int? Median => First(step => step.Share);

    /// <summary>95 % after R. Brookmeyer and J. Crowley (1982); an end is null where the curve does not reach that far.</summary>
    public (int? Low, int? High) MedianInterval => (First(step => step.Low), First(step => step.High));

    public static Survival Of(IEnumerable<Waited> waited)
    {
        var days = waited.GroupBy(row => row.Days)
            .Select(group => new Waited(group.Key, group.Sum(row => row.Closed), group.Sum(row => row.Open)))
            .OrderBy(row => row.Days).ToList();
        var (all, open) = (days.Sum(row => row.Closed + row.Open), days.Sum(row => row.Open));
        var (atRisk, share, greenwood) = (all, 1.0, 0.0);
        var steps = new List<SurvivalStep>();
        foreach (var (day, closed, still) in days)
        {
            if (closed > 0)
            {
                share *= (double)(atRisk - closed) / atRisk;
                greenwood += (double)closed / (atRisk * (double)(atRisk - closed));
                var (low, high) = Limits(share, greenwood);
                steps.Add(new SurvivalStep(day, atRisk, closed, share, low, high));
            }

            atRisk -= closed + still;
        }

        return new Survival(steps, all, open);
    }

    private static (double Low, double High) Limits(double share, double greenwood)
    {
        if (share <= 0) return (0, 0);
        var spread = Z95 * Math.Sqrt(greenwood) / Math.Abs(Math.Log(share));
        return (Math.Pow(share, Math.Exp(spread)), Math.Pow(share, Math.Exp(-spread)));
    }

    // A share of exactly one half may come out a hair above it.
    private int? First(Func<SurvivalStep, double> share) => Steps.FirstOrDefault(step => share(step) <= 0.5 + 1e-12)?.Days;
}
