using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Domain.Tests.Cases;

namespace Mediation.Domain.Tests.Measures;

public sealed class IdentityTests
{
    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    public void The_flows_of_every_row_add_up_to_the_cases_that_are_open_there(int seed)
    {
        var dice = new Random(seed);
        var figures = new Dictionary<(Coordinate Line, DateOnly Month, string Measure), decimal>();
        var open = new Dictionary<Coordinate, decimal>();
        for (var walk = 0; walk < 400; walk++)
        {
            var story = Worlds.Walk(dice);
            Count(story.Journal, figures);
            foreach (var line in story.Case.IsOpen ? Place.Of(story.Case).Coordinates() : [])
                open[line] = open.GetValueOrDefault(line) + 1;
        }

        Assert.Equal(12, figures.Keys.Select(key => key.Measure).Distinct().Count(name => Tally.Sign(name) != 0));
        foreach (var line in figures.ToLookup(pair => pair.Key.Line))
        {
            var pending = 0m;
            foreach (var month in line.GroupBy(pair => pair.Key.Month).OrderBy(group => group.Key))
            {
                var of = month.ToDictionary(pair => pair.Key.Measure, pair => pair.Value);
                var before = pending;
                pending += of.GetValueOrDefault(Tally.Stock);
                Assert.Equal(
                    before + of.GetValueOrDefault("registered") + of.GetValueOrDefault("transferredIn") + of.GetValueOrDefault("reopened"),
                    of.GetValueOrDefault("notAccepted") + of.GetValueOrDefault("guided") + of.GetValueOrDefault("transferredOut")
                    + Tally.Closures.Sum(name => of.GetValueOrDefault(name)) + pending);
            }

            Assert.Equal(open.GetValueOrDefault(line.Key), pending);
        }

        Assert.Empty(open.Keys.Except(figures.Keys.Select(key => key.Line)));
    }

    [Fact]
    public void A_scope_that_holds_both_places_counts_a_move_neither_in_nor_out()
    {
        var story = Story.Registered().TakenUp().Offered().Do(new CaseCommand.AcceptTransfer());
        var fact = Facts.Of(Evolve.Fold(story.Journal.SkipLast(1)), story.Journal[^1], story.Case)
            .Single(fact => fact.Measure == Tally.Moved);

        var lines = Tally.Expand(fact).Where(row => row.Measure != Tally.Stock).ToList();

        Assert.DoesNotContain(lines, row => row.Line is { Scope: "43", Dimension: "none" });
        Assert.Contains((new Coordinate("4301", "none", ""), Tally.TransferredOut, 1m), lines);
        Assert.Contains((new Coordinate("4303", "none", ""), Tally.TransferredIn, 1m), lines);
        Assert.Contains((new Coordinate("43", "division", "4301"), Tally.TransferredOut, 1m), lines);
        Assert.Contains((new Coordinate("43", "body", ""), Tally.TransferredIn, 1m), lines);
    }

    private static void Count(IEnumerable<Recorded> journal, Dictionary<(Coordinate, DateOnly, string), decimal> figures)
    {
        Case? state = null;
        foreach (var row in journal)
        {
            var next = Evolve.Apply(state, row);
            foreach (var (line, measure, amount) in Facts.Of(state, row, next).SelectMany(Tally.Expand))
            {
                var key = (line, new DateOnly(row.On.Year, row.On.Month, 1), measure);
                figures[key] = figures.GetValueOrDefault(key) + amount;
            }

            state = next;
        }
    }
}
