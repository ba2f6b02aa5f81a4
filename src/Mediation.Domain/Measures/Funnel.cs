using System.Diagnostics.CodeAnalysis;

namespace Mediation.Domain.Measures;

/// <summary>Where a body lies in the funnel. Few: below the minimum, not judged. Far: beyond the limits of 99.8 %.</summary>
public enum FunnelPlace { Few, Within, Above, Below, FarAbove, FarBelow }

/// <summary>
/// The limits within which a body of a given size lies by chance alone when it is no different from all together
/// (D. J. Spiegelhalter, Statistics in Medicine 24, 2005): of the exact binomial distribution, interpolated. A ranking would
/// put the smallest bodies at its top and its bottom; here they have the widest limits.
/// </summary>
[SuppressMessage("Naming", "CA1724", Justification = "The word of the field.")]
public static class Funnel
{
    /// <summary>Cases below which a body is neither compared nor ranked, unless a setting says otherwise.</summary>
    public const int Minimum = 10;

    public static (double Low, double High) Limits95(double target, long size) =>
        (Quantile(target, size, 0.025), Quantile(target, size, 0.975));

    public static (double Low, double High) Limits998(double target, long size) =>
        (Quantile(target, size, 0.001), Quantile(target, size, 0.999));

    /// <param name="target">The rate of all together, 0 to 1.</param>
    public static FunnelPlace Place(double target, long numerator, long denominator, long minimum)
    {
        if (denominator < Math.Max(1, minimum)) return FunnelPlace.Few;
        var share = (double)numerator / denominator;
        var (near, far) = (Limits95(target, denominator), Limits998(target, denominator));
        return share < far.Low ? FunnelPlace.FarBelow : share > far.High ? FunnelPlace.FarAbove
            : share < near.Low ? FunnelPlace.Below : share > near.High ? FunnelPlace.Above : FunnelPlace.Within;
    }

    private static double Quantile(double target, long size, double probability)
    {
        if (target is <= 0 or >= 1) return Math.Clamp(target, 0, 1);
        // The sum begins where it can first matter: twelve deviations below the mean nothing is left to add.
        var deviation = Math.Sqrt(size * target * (1 - target));
        var from = Math.Max(0, (long)((size * target) - (12 * deviation) - 12));
        var term = Math.Exp(LogTerm(target, size, from));
        var below = 0.0;
        for (var count = from; ; count++)
        {
            if (below + term > probability || count == size)
            {
                var part = term > 0 ? Math.Clamp((below + term - probability) / term, 0, 1) : 0;
                return Math.Clamp((count - part) / size, 0, 1);
            }

            below += term;
            term *= (double)(size - count) / (count + 1) * target / (1 - target);
        }
    }

    private static double LogTerm(double target, long size, long count) =>
        LogFactorial(size) - LogFactorial(count) - LogFactorial(size - count) + (count * Math.Log(target))
            + ((size - count) * Math.Log(1 - target));

    private static double LogFactorial(long n)
    {
        if (n < 20)
        {
            var sum = 0.0;
            for (var factor = 2; factor <= n; factor++) sum += Math.Log(factor);
            return sum;
        }

        // Stirling's series: exact to the last digit from twenty on.
        double x = n, square = x * x;
        return (x * Math.Log(x)) - x + (0.5 * Math.Log(2 * Math.PI * x)) + (1 / (12 * x)) - (1 / (360 * x * square))
            + (1 / (1260 * x * square * square));
    }
}
