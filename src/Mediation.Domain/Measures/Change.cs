namespace Mediation.Domain.Measures;

/// <summary>A figure beside an earlier one.</summary>
/// <param name="Earlier">Null: not known.</param>
public sealed record Change(decimal Now, decimal? Earlier)
{
    /// <summary>Unrounded: -0.155 is 15.5 % less. Null when the earlier figure is not known or is zero.</summary>
    public double? Fraction => Earlier is { } earlier && earlier != 0 ? (double)((Now - earlier) / earlier) : null;
}
