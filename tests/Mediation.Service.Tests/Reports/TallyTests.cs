using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Reports.Month;
using Mediation.Service.Reports.Tallies;

namespace Mediation.Service.Tests.Reports;

public sealed class TallyTests
{
    [Fact]
    public async Task The_figures_equal_a_recount_from_the_journal_before_and_after_folding()
    {
        await using var cases = await TestCases.CreateAsync();
        await LivesAsync(cases);
        Assert.True(await cases.ScalarAsync<long>("select count(*) from tally_delta") > 0);
        Assert.Empty(await CheckTallies.RunAsync(cases.Db));

        var result = await cases.SendAsync(new FoldTallies());

        Assert.True(result.Deltas > 0);
        Assert.Equal(0, await cases.ScalarAsync<long>("select count(*) from tally_delta"));
        Assert.Empty(await CheckTallies.RunAsync(cases.Db));
        Assert.Equal(4m, await cases.ScalarAsync<decimal>(
            "select amount from tally where scope = '43' and dimension = 'none' and measure = 'registered'"));
        Assert.Equal(3m, await cases.ScalarAsync<decimal>(
            "select count(*) from tally_entry where body = '430104-B' and measure = 'moved' and from_body is distinct from body"));
        Assert.Equal(1m, await cases.ScalarAsync<decimal>(
            "select amount from tally where scope = '4301' and dimension = 'category' and key = '01' and measure = 'transferredIn'"));
        Assert.Equal(0, await cases.ScalarAsync<long>(
            "select count(*) from tally where scope = '4301' and dimension = 'none' and measure like 'transferred%'"));
    }

    [Fact]
    public async Task Folding_again_or_at_the_same_time_changes_nothing()
    {
        await using var cases = await TestCases.CreateAsync();
        await LivesAsync(cases);

        var folded = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => cases.SendAsync(new FoldTallies())));
        await cases.SendAsync(new FoldTallies());

        Assert.Single(folded, result => result.Deltas > 0);
        Assert.Empty(await CheckTallies.RunAsync(cases.Db));
    }

    [Fact]
    public async Task Folding_while_cases_are_written_loses_nothing()
    {
        await using var cases = await TestCases.CreateAsync();
        await Task.WhenAll(LivesAsync(cases), FoldAsync(), LivesAsync(cases), FoldAsync());
        Assert.Empty(await CheckTallies.RunAsync(cases.Db));

        async Task FoldAsync()
        {
            for (var round = 0; round < 20; round++) await cases.SendAsync(new FoldTallies());
        }
    }

    [Theory]
    [InlineData(
        "update tally set amount = amount + 1 where scope = '430104' and dimension = 'category' and key = '02' and measure = 'accepted'",
        "430104 category[02] accepted")]
    [InlineData("delete from tally where scope = '43' and dimension = 'none' and measure = 'registered'", "43 none[] registered")]
    [InlineData("insert into tally select '430302', dimension, month, key, measure, days, amount from tally where scope = '43' and "
        + "dimension = 'none' and measure = 'stock'", "430302 none[] stock")]
    public async Task A_figure_that_was_spoilt_is_found_and_named(string harm, string named)
    {
        await using var cases = await TestCases.CreateAsync();
        await LivesAsync(cases);
        await cases.SendAsync(new FoldTallies());
        await cases.CorruptAsync(harm);

        var difference = Assert.Single(await CheckTallies.RunAsync(cases.Db));

        Assert.StartsWith("2026-11 " + named, difference.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("update tally_entry set amount = 2 where ctid = (select ctid from tally_entry where measure = 'accepted' limit 1)",
        "accepted")]
    [InlineData("delete from tally_entry where ctid = (select ctid from tally_entry where measure = 'registered' limit 1)", "registered")]
    public async Task An_entry_that_was_spoilt_is_found_and_named_and_a_rebuild_mends_it(string harm, string measure)
    {
        await using var cases = await TestCases.CreateAsync();
        await LivesAsync(cases);
        await cases.SendAsync(new FoldTallies());
        await cases.CorruptAsync(harm);

        var difference = Assert.Single(await CheckTallies.RunAsync(cases.Db));

        Assert.Equal(("entry", measure), (difference.Line.Dimension, difference.Measure));
        Assert.True(await RebuildTallies.RunAsync(cases.Db) > 0);
        Assert.Empty(await CheckTallies.RunAsync(cases.Db));
    }

    [Fact]
    public async Task A_rebuild_takes_the_tail_with_it()
    {
        await using var cases = await TestCases.CreateAsync();
        await LivesAsync(cases);
        await cases.SendAsync(new FoldTallies());
        await LivesAsync(cases);
        var kept = await KeptAsync();

        await RebuildTallies.RunAsync(cases.Db);

        Assert.NotEqual(kept, await KeptAsync());
        Assert.Equal(0, await cases.ScalarAsync<long>("select count(*) from tally_delta"));
        Assert.Empty(await CheckTallies.RunAsync(cases.Db));

        Task<decimal> KeptAsync() => cases.ScalarAsync<decimal>("select sum(abs(amount)) from tally");
    }

    [Fact]
    public async Task A_month_closes_on_its_cut_off_day_and_once()
    {
        await using var cases = await TestCases.CreateAsync();
        await cases.RegisteredAsync();
        Assert.Equal(0, (await cases.SendAsync(new CloseMonth())).Months);
        cases.Clock.Advance(TimeSpan.FromDays(11)); // 4 December
        Assert.Equal(0, (await cases.SendAsync(new CloseMonth())).Months);
        cases.Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, (await cases.SendAsync(new CloseMonth())).Months);
        Assert.Equal(0, (await cases.SendAsync(new CloseMonth())).Months);
        Assert.Equal(new DateTime(2026, 11, 1), await cases.ScalarAsync<DateTime>("select month from report_month where state = 'closed'"));
    }

    [Fact]
    public async Task The_first_month_to_close_is_found_in_the_kept_figures_too()
    {
        await using var cases = await TestCases.CreateAsync();
        await cases.ScalarAsync<int>(
            "with made as (insert into division values ('43', '湖南省', 'province', null) returning 1) select count(*) from made");
        await cases.RegisteredAsync();
        await cases.SendAsync(new FoldTallies());
        cases.Clock.Advance(TimeSpan.FromDays(43)); // 5 January

        Assert.Equal(2, (await cases.SendAsync(new CloseMonth())).Months);
    }

    /// <summary>Four cases: one only registered, one corrected, one failed, one withdrawn.</summary>
    private static async Task LivesAsync(TestCases cases)
    {
        await cases.RegisteredAsync();
        var mended = await cases.AcceptedAsync();
        await cases.ActAsync(mended.Id, draft => new CaseCommand.Correct(new("category", "02", "01", draft.Text("correction", "选错了类别"))));
        var failed = await cases.AcceptedAsync();
        await cases.ConsentedAsync(failed.Id);
        await cases.ActAsync(failed.Id, new CaseCommand.Fail(FailReason.Deadlock));
        var gone = await cases.AcceptedAsync();
        await cases.ActAsync(gone.Id, draft => new CaseCommand.Withdraw("p1", draft.Text("withdrawal", "双方已自行和解")));
    }
}
