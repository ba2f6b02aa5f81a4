using Mediation.Domain.Measures;

namespace Mediation.Domain.Tests.Measures;

public sealed class MonthReturnTests
{
    [Theory]
    [InlineData(MonthState.Closed, MonthStep.Submit, MonthState.Submitted)]
    [InlineData(MonthState.Returned, MonthStep.Submit, MonthState.Submitted)]
    [InlineData(MonthState.Submitted, MonthStep.Return, MonthState.Returned)]
    [InlineData(MonthState.Signed, MonthStep.Return, MonthState.Returned)]
    [InlineData(MonthState.Submitted, MonthStep.Sign, MonthState.Signed)]
    [InlineData(MonthState.Signed, MonthStep.Publish, MonthState.Published)]
    public void The_return_goes_its_way(MonthState from, MonthStep step, MonthState to) =>
        Assert.Equal((to, null), MonthReturn.Next(from, step));

    [Fact]
    public void Nothing_else_is_possible_and_each_refusal_says_why()
    {
        var refused = from state in Enum.GetValues<MonthState>()
                      from step in Enum.GetValues<MonthStep>()
                      let next = MonthReturn.Next(state, step)
                      where next.To is null
                      select (state, next.Refusal!.Code);
        var codes = refused.ToList();

        Assert.Equal(24 - 6, codes.Count);
        Assert.All(codes, refusal => Assert.Equal(
            refusal.state switch { MonthState.Open => "month.open", MonthState.Published => "month.published", _ => "month.notAllowed" },
            refusal.Code));
        Assert.Empty(MonthReturn.Possible(MonthState.Published));
    }
}
