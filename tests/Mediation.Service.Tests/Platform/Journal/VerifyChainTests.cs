using System.Security.Cryptography;
using Mediation.Domain.Cases;
using Mediation.Service.Deadlines;
using Mediation.Service.Demonstration;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Platform.Journal;

public sealed class VerifyChainTests
{
    [Theory]
    [InlineData("update case_event set body = replace(body::text, '\"02\"', '\"03\"')::json where case_id = @id and seq = 1",
        "event 1 was changed")]
    [InlineData("update case_event set body = (body::text || ' ')::json where case_id = @id and seq = 3", "event 3 was changed")]
    [InlineData("update case_event set actor = 'clerk2' where case_id = @id and seq = 2", "event 2 was changed")]
    [InlineData("update case_event set on_behalf_of = 'clerk2' where case_id = @id and seq = 2", "event 2 was changed")]
    [InlineData("update case_event set at = at + interval '1 microsecond' where case_id = @id and seq = 2", "event 2 was changed")]
    [InlineData("update case_event set happened_on = happened_on - 1 where case_id = @id and seq = 3", "event 3 was changed")]
    [InlineData("update case_event set kind = 'guided' where case_id = @id and seq = 2", "event 2 was changed")]
    [InlineData("update case_event set prev_hash = '\\x00' where case_id = @id and seq = 2", "event 2 does not follow")]
    [InlineData("update case_event set hash = '\\x00' where case_id = @id and seq = 3", "event 3 was changed")]
    [InlineData("delete from case_event where case_id = @id and seq = 1", "event 1 is missing")]
    [InlineData("delete from case_event where case_id = @id and seq = 2", "event 2 is missing")]
    [InlineData("delete from case_event where case_id = @id and seq = 3", "the journal ends at event 2")]
    [InlineData("update case_event set seq = seq + 100 where case_id = @id; update case_event set seq = case seq when 102 then 3 when 103 "
        + "then 2 else 1 end where case_id = @id", "event 2 does not follow")]
    [InlineData("update cases set head_hash = '\\x00' where id = @id", "the journal ends at event 3")]
    [InlineData("delete from case_event where case_id = @id", "no journal")]
    [InlineData("delete from cases where id = @id", "a journal without a stored case")]
    [InlineData("update case_text set body = body || '。' where case_id = @id and kind = 'summary'", "a text of event 1 was changed")]
    [InlineData("update case_text set key = '\\x00' where case_id = @id and kind = 'consent'", "a text of event 3 was changed")]
    [InlineData("update case_party set name = name || '某' where case_id = @id and id = 'p2'", "party p2 was changed")]
    [InlineData("update case_party set phone_cipher = substr(phone_cipher, 2) where case_id = @id and id = 'p1'", "party p1 was changed")]
    [InlineData("update case_party set id = 'p9' where case_id = @id and id = 'p2'", "party p9 is not in the journal")]
    public async Task Damage_is_found_once_and_named_with_its_case(string damage, string found)
    {
        await using var cases = await TestCases.CreateAsync();
        var (before, damaged, after) = (await ThreeEventsAsync(cases), await ThreeEventsAsync(cases), await ThreeEventsAsync(cases));
        await cases.CorruptAsync(damage, new { id = damaged.Id });

        var (findings, result) = await VerifyAsync(cases);

        var line = Assert.Single(findings);
        Assert.Contains(found, line, StringComparison.Ordinal);
        Assert.True(line.StartsWith(damaged.CaseNo, StringComparison.Ordinal)
            || line.StartsWith(damaged.Id.ToString("D"), StringComparison.Ordinal), line);
        Assert.DoesNotContain(findings,
            other => other.Contains(before.CaseNo, StringComparison.Ordinal) || other.Contains(after.CaseNo, StringComparison.Ordinal));
        Assert.Equal(1, result.Findings);
    }

    [Fact]
    public async Task Erased_texts_and_parties_are_counted_and_are_no_fault()
    {
        await using var cases = await TestCases.CreateAsync();
        var one = await ThreeEventsAsync(cases);
        await cases.CorruptAsync("delete from case_text where case_id = @Id", new { one.Id });
        await cases.CorruptAsync("delete from case_party where case_id = @Id and id = 'p2'", new { one.Id });

        var (findings, result) = await VerifyAsync(cases);

        Assert.Empty(findings);
        Assert.Equal((1, 0, 3), (result.Cases, result.Findings, result.Erased));
    }

    [Fact]
    public async Task Another_key_file_is_noticed()
    {
        await using var cases = await TestCases.CreateAsync();
        await ThreeEventsAsync(cases);

        var result = await VerifyChain.RunAsync(cases.Db, new Keys(RandomNumberGenerator.GetBytes(32)),
            TextWriter.Null, CancellationToken.None);

        Assert.Equal(1, result.Findings);
    }

    [Fact]
    public async Task The_demonstration_forty_days_later_is_whole_by_both_checks()
    {
        await using var cases = await TestCases.CreateAsync();
        await DemoDirectory.LoadAsync(cases.Db, Directory.CreateTempSubdirectory("mediation-checks-").FullName, cases.Clock);
        var calendar = await cases.Services.GetRequiredService<WorkingCalendarSource>().GetAsync(CancellationToken.None);
        await new DemonstrationCases(cases.Db, cases.Keys, cases.Services.GetRequiredService<BodyDirectory>())
            .LoadAsync(cases.Clock, calendar, CancellationToken.None);
        cases.Clock.Advance(TimeSpan.FromDays(40));
        var swept = await cases.SweepAsync();

        var (findings, result) = await VerifyAsync(cases);
        var output = new StringWriter();
        var rebuilt = await RebuildCheck.RunAsync(cases.Db, output, CancellationToken.None);

        Assert.True(swept.Escalations > 0);
        Assert.Empty(findings);
        Assert.True(rebuilt.Findings == 0, output.ToString());
        Assert.True(result.Cases >= 300);
        Assert.Equal(result.Cases, rebuilt.Cases);
    }

    private static async Task<Case> ThreeEventsAsync(TestCases cases) =>
        await cases.ConsentedAsync((await cases.AcceptedAsync()).Id);

    private static async Task<(string[] Findings, CheckResult Result)> VerifyAsync(TestCases cases)
    {
        var output = new StringWriter();
        var result = await VerifyChain.RunAsync(cases.Db, cases.Keys, output, CancellationToken.None);
        return (output.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries), result);
    }
}
