using System.Globalization;

namespace Mediation.Service.Platform;

/// <summary>The machine's clock, or for training and trials a clock that runs a fixed time ahead of it.</summary>
public sealed class ShiftedTime(TimeSpan offset) : TimeProvider
{
    public TimeSpan Offset { get; } = offset;

    public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Offset;

    /// <param name="offset"><c>40.00:00:00</c> is forty days.</param>
    public static TimeProvider From(string? offset, bool demonstration)
    {
        if (string.IsNullOrEmpty(offset)) return System;
        if (!demonstration)
            throw new InvalidOperationException(
                "MEDIATION_CLOCK_OFFSET works only on the demonstration's own database. / MEDIATION_CLOCK_OFFSET 仅可用于演示数据库。");
        return TimeSpan.TryParse(offset, CultureInfo.InvariantCulture, out var shift)
            ? new ShiftedTime(shift)
            : throw new InvalidOperationException(
                "MEDIATION_CLOCK_OFFSET must look like 40.00:00:00. / MEDIATION_CLOCK_OFFSET 应写作 40.00:00:00。");
    }
}
