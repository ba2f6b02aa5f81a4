using System.Globalization;
using Mediation.Domain.Measures;
using Mediation.Service.Reports.Figures;

namespace Mediation.Service.Reports.Periods;

/// <summary>
/// Lines and marks of the charts, in the units of their view box. Shapes and dashes tell things apart, never a colour
/// alone; the table behind each chart has the same figures.
/// </summary>
public static class Drawing
{
    public const int Width = 640;
    public const int Height = 320;
    private const int Left = 56;
    private const int Right = 620;
    private const int Top = 16;
    private const int Bottom = 280;

    public sealed record Tick(string At, string Label);

    public sealed record Mark(string Path, FunnelPlace Place, string Label);

    /// <param name="Limits">Curves of the limits: 95 % low and high, 99.8 % low and high.</param>
    public sealed record FunnelPicture(
        IReadOnlyList<string> Limits, string Target, IReadOnlyList<Mark> Marks, IReadOnlyList<Tick> Across, IReadOnlyList<Tick> Up);

    public sealed record CurvePicture(
        string Curve, string Low, string High, string Half, IReadOnlyList<Tick> Across, IReadOnlyList<Tick> Up);

    /// <returns>Null where nobody is large enough to be compared.</returns>
    public static FunnelPicture? Funnel(BodyFunnel.Answer funnel)
    {
        var points = funnel.Points.Where(point => point.Place != FunnelPlace.Few).ToList();
        if (points.Count == 0 || funnel.Target is not { } target) return null;
        var (most, least) = (points.Max(point => point.Denominator) * 1.05, points.Min(point => point.Limits998![0]));
        var floor = Math.Floor(Math.Min(least, points.Min(point => point.Value!.Value)) * 10) / 10;
        if (floor >= 1) floor = 0.9;
        var smallest = Math.Max(1, funnel.Minimum);
        var sizes = Enumerable.Range(0, 61).Select(step => (long)(smallest + ((most - smallest) * step * step / 3600))).Distinct().ToList();
        string Curve(Func<long, double> limit) => Line(sizes.Select(size => (X(size), Y(limit(size)))));
        return new FunnelPicture(
            [
                Curve(size => Domain.Measures.Funnel.Limits95(target, size).Low), Curve(size =>
                    Domain.Measures.Funnel.Limits95(target, size).High), Curve(size => Domain.Measures.Funnel.Limits998(target, size).Low),
                Curve(size => Domain.Measures.Funnel.Limits998(target, size).High),
            ],
            Line([(Left, Y(target)), (Right, Y(target))]),
            [.. points.Select(point => new Mark(Shape(X(point.Denominator), Y(point.Value!.Value), point.Place), point.Place,
                $"{point.Name} {point.Numerator}/{point.Denominator}"))],
            Across(most), Up(floor, Y));

        double X(double size) => Left + ((Right - Left) * size / most);
        double Y(double share) => Bottom - ((Bottom - Top) * (Math.Clamp(share, floor, 1) - floor) / (1 - floor));
    }

    /// <returns>Null where nothing was closed.</returns>
    public static CurvePicture? Curve(IReadOnlyList<SurvivalStep> steps)
    {
        if (steps.Count == 0) return null;
        var most = Math.Max(1, steps[^1].Days * 1.02);
        return new CurvePicture(Stairs(step => step.Share), Stairs(step => step.Low), Stairs(step => step.High),
            Line([(Left, Y(0.5)), (Right, Y(0.5))]), Across(most), Up(0, Y));

        string Stairs(Func<SurvivalStep, double> share)
        {
            var (corners, before) = (new List<(double, double)> { (X(0), Y(1)) }, 1.0);
            foreach (var step in steps)
            {
                corners.Add((X(step.Days), Y(before)));
                corners.Add((X(step.Days), Y(before = share(step))));
            }

            return Line(corners);
        }

        double X(double days) => Left + ((Right - Left) * days / most);
        static double Y(double share) => Bottom - ((Bottom - Top) * share);
    }

    public sealed record TrendPicture(string Registered, string Closed, string Pending, IReadOnlyList<Tick> Across, IReadOnlyList<Tick> Up);

    /// <summary>Months from left to right; all three lines on one scale from nought.</summary>
    public static TrendPicture Trend(IReadOnlyList<MonthTrend.Point> points)
    {
        var most = Math.Max(4,
            points.Select(point => Math.Max(point.Registered, Math.Max(point.Closed, point.Pending))).DefaultIfEmpty(0).Max());
        return new TrendPicture(Of(point => point.Registered), Of(point => point.Closed), Of(point => point.Pending),
            [.. points.Index().Where(point => (points.Count - 1 - point.Index) % 2 == 0)
                .Select(point => new Tick(Number(X(point.Index)), point.Item.Month[2..]))],
            [.. Enumerable.Range(0, 5).Select(step => most * step / 4.0)
                .Select(value => new Tick(Number(Y(value)), value.ToString("#,0.#", CultureInfo.InvariantCulture)))]);

        string Of(Func<MonthTrend.Point, long> value) =>
            points.Count == 0 ? "" : Line(points.Index().Select(point => (X(point.Index), Y(value(point.Item)))));
        double X(int at) => Left + 20 + ((Right - Left - 40) * at / (double)Math.Max(1, points.Count - 1));
        double Y(double value) => Bottom - ((Bottom - Top) * value / most);
    }

    public const int BarHeight = 26;

    /// <summary>Two bars for each pair, one above the other, on one scale.</summary>
    public static IReadOnlyList<(string Top, string Middle, string Below, string Whole, string Part)> Bars(
        IEnumerable<(long Whole, long Part)> pairs)
    {
        var all = pairs.ToList();
        var most = Math.Max(1, all.Select(pair => Math.Max(pair.Whole, pair.Part)).DefaultIfEmpty(0).Max());
        return [.. all.Index().Select(
            pair => (Number((pair.Index * BarHeight) + 6), Number((pair.Index * BarHeight) + 15), Number((pair.Index * BarHeight) + 18),
                Number(pair.Item.Whole * 440.0 / most), Number(pair.Item.Part * 440.0 / most)))];
    }

    /// <summary>Shares of a whole as one bar, from left to right.</summary>
    public static IReadOnlyList<(string X, string Width)> Stack(IReadOnlyList<double> shares)
    {
        var bars = new List<(string, string)>();
        var x = 0.5;
        foreach (var width in shares.Select(share => share * (Width - 1)))
        {
            bars.Add((Number(x), Number(width)));
            x += width;
        }

        return bars;
    }

    private static Tick[] Across(double most) =>
        [.. Enumerable.Range(0, 5).Select(step =>
            new Tick(Number(Left + ((Right - Left) * step / 4.0)), (most * step / 4).ToString("N0", CultureInfo.InvariantCulture)))];

    private static Tick[] Up(double floor, Func<double, double> y) =>
        [.. Enumerable.Range(0, 5).Select(step => floor + ((1 - floor) * step / 4))
            .Select(share => new Tick(Number(y(share)), FigureText.Percent(share)))];

    private static string Shape(double x, double y, FunnelPlace place) => place switch
    {
        FunnelPlace.Above or FunnelPlace.FarAbove => Invariant($"M{x:0.#} {y - 6:0.#}l6 10h-12z"),
        FunnelPlace.Below or FunnelPlace.FarBelow => Invariant($"M{x:0.#} {y + 6:0.#}l6 -10h-12z"),
        _ => Invariant($"M{x - 4:0.#} {y:0.#}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z"),
    };

    private static string Line(IEnumerable<(double X, double Y)> points) =>
        "M" + string.Join('L', points.Select(point => Invariant($"{point.X:0.#} {point.Y:0.#}")));

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
