namespace Mediation.Service.Tests;

/// <summary>A clock that stands still until a test moves it.</summary>
public sealed class FixedTime(DateTimeOffset now) : TimeProvider
{
    private long ticks = now.UtcTicks;

    /// <summary>Wednesday, 21 October 2026, 10:00 in Shanghai: an ordinary workday.</summary>
    public static FixedTime Usual() => new(new DateTimeOffset(2026, 10, 21, 2, 0, 0, TimeSpan.Zero));

    public override DateTimeOffset GetUtcNow() => new(Interlocked.Read(ref ticks), TimeSpan.Zero);

    public void Advance(TimeSpan by) => Interlocked.Add(ref ticks, by.Ticks);
}
