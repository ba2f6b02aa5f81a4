using Mediation.Domain.Measures;

namespace Mediation.Domain.Tests.Measures;

public sealed class AreaScoreTests
{
    [Theory]
    [InlineData(0, 0L, 0L, true)]
    [InlineData(1, 0L, 0L, false)]
    [InlineData(0, 1L, 0L, false)]
    [InlineData(0, 0L, 1L, false)]
    [InlineData(0, null, 0L, null)] // silence is not zero
    [InlineData(0, 0L, null, null)]
    [InlineData(1, null, null, false)] // one is enough to say no
    [InlineData(0, null, 1L, false)]
    public void Three_zeros_are_three_reported_zeros(long petitions, long? accidents, long? crimes, bool? zeros) =>
        Assert.Equal(zeros, new AreaScore(petitions, accidents, crimes).HasThreeZeros);
}
