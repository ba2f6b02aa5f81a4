namespace Mediation.Domain.Measures;

/// <summary>Cases by whole days, from which median and percentile come exactly. Days can be added up; medians can't.</summary>
public sealed class DayCounts(IEnumerable<KeyValuePair<int, long>> cases)
{
    private readonly List<KeyValuePair<int, long>> sorted = [.. cases.Where(pair => pair.Value > 0).OrderBy(pair => pair.Key)];

    /// <summary>The middle case, or the mean of the two in the middle; null without cases.</summary>
    public decimal? Median => Total is var total && total == 0 ? null : (At((total + 1) / 2) + At((total / 2) + 1)) / 2m;

    /// <summary>The fewest days within which nine of ten cases were closed; null without cases.</summary>
    public decimal? P90 => Total is var total && total == 0 ? null : At(((total * 9) + 9) / 10);

    private long Total => sorted.Sum(pair => pair.Value);

    private int At(long rank)
    {
        foreach (var (days, count) in sorted)
        {
            rank -= count;
            if (rank <= 0)
                return days;
        }

        throw new InvalidOperationException("The rank lies beyond the last case.");
    }
}
