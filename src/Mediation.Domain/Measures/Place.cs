using Mediation.Domain.Cases;

namespace Mediation.Domain.Measures;

/// <summary>One line of a report: whose report, broken down by what, and which value. An empty key stands for "none yet".</summary>
/// <param name="Scope">Code of a division, a body or a court.</param>
/// <param name="Dimension">none, division, category, channel, initiation, body, court, track or level.</param>
public readonly record struct Coordinate(string Scope, string Dimension, string Key);

/// <summary>Where a case is counted.</summary>
/// <param name="Division">GB/T 2260 code; every division above it counts the case too.</param>
/// <param name="Body">The mediation body that has it; null until one has.</param>
/// <param name="Level">The level of that body.</param>
public sealed record Place(
    string Division, string? Body, string Category, Channel Channel, Initiation Initiation, string? Court, Track Track, Level? Level)
{
    private static readonly int[] CodeLengths = [2, 4, 6, 9, 12];

    public static Place Of(Case c) => new(c.Division, c.Body?.Code, c.Category, c.Channel, c.Initiation, c.Court, c.Track, c.Body?.Level);

    /// <summary>
    /// Every line that counts the case, once: each scope that holds it, by each dimension. The functions tally_scopes and
    /// tally_key of the database say the same.
    /// </summary>
    public IReadOnlyCollection<Coordinate> Coordinates() => [.. Lines()];

    private IEnumerable<Coordinate> Lines()
    {
        foreach (var length in CodeLengths.Where(length => length <= Division.Length))
        {
            var child = CodeLengths.FirstOrDefault(next => next > length);
            foreach (var line in Lines(Division[..length], child > 0 && child <= Division.Length ? Division[..child] : Division[..length]))
                yield return line;
        }

        foreach (var own in new[] { Body, Court }.OfType<string>().Distinct(StringComparer.Ordinal))
        {
            foreach (var line in Lines(own, Division))
                yield return line;
        }
    }

    private IEnumerable<Coordinate> Lines(string scope, string division) =>
    [
        new(scope, "none", ""), new(scope, "division", division), new(scope, "category", Category),
        new(scope, "channel", CaseJson.Camel(Channel.ToString())), new(scope, "initiation", CaseJson.Camel(Initiation.ToString())),
        new(scope, "body", Body ?? ""), new(scope, "court", Court ?? ""), new(scope, "track", CaseJson.Camel(Track.ToString())),
        new(scope, "level", Level is { } level ? CaseJson.Camel(level.ToString()) : ""),
    ];
}
