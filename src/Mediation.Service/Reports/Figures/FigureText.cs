using System.Globalization;

namespace Mediation.Service.Reports.Figures;

/// <summary>Figures, rates and changes as pages, papers and files show them.</summary>
public static class FigureText
{
    private const string None = "—";

    public static string Figure(IFormattable? figure) => figure?.ToString("#,0.##", CultureInfo.InvariantCulture) ?? None;

    /// <param name="fraction">Unrounded; shown in per cent with one decimal.</param>
    public static string Percent(double? fraction) =>
        fraction?.ToString("P1", CultureInfo.InvariantCulture).Replace(" ", "", StringComparison.Ordinal) ?? None;

    public static string Changed(double? fraction) => fraction switch
    {
        null => None,
        > 0 => "+" + Percent(fraction),
        _ => Percent(fraction),
    };

    public static string Between(IReadOnlyList<double>? interval) =>
        interval is [var low, var high] ? $"{Percent(low)} – {Percent(high)}" : None;
}
