namespace Mediation.Domain.Measures;

/// <summary>Whether two figures differ by more than chance would make them.</summary>
public static class Difference
{
    /// <summary>
    /// 95 % for the difference of two shares after R. G. Newcombe (Statistics in Medicine 17, 1998, method 10), made of
    /// their score intervals. Null where a rate has no interval.
    /// </summary>
    public static (double Low, double High)? Interval(Rate now, Rate earlier)
    {
        if (now is not { Value: { } a, Interval: { } first } || earlier is not { Value: { } b, Interval: { } second }) return null;
        return (a - b - Hypotenuse(a - first.Low, second.High - b), a - b + Hypotenuse(first.High - a, b - second.Low));
    }

    /// <summary>Null where it cannot be said.</summary>
    public static bool? IsSignificant(Rate now, Rate earlier) =>
        Interval(now, earlier) is { } interval ? interval.Low > 0 || interval.High < 0 : null;

    /// <summary>
    /// Two counts of equally long periods: of all of them together, is the share of the one away from a half? Counts of
    /// things that happen singly; persons and yuan do not.
    /// </summary>
    public static bool? IsSignificant(long now, long earlier) =>
        now < 0 || earlier < 0 || now + earlier == 0
            ? null : Wilson.Interval(now, now + earlier) is var share && (share.Low > 0.5 || share.High < 0.5);

    private static double Hypotenuse(double a, double b) => Math.Sqrt((a * a) + (b * b));
}
