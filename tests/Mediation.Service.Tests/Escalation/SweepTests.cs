using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Journal;
using Npgsql;

namespace Mediation.Service.Tests.Escalation;

public sealed class SweepTests
{
    private const string JournalRows = "select count(*) from case_event";

    [Fact]
    public async Task When_nothing_is_due_nothing_is_written()
    {
        await using var cases = await TestCases.CreateAsync();
        await cases.AcceptedAsync();
        var before = await cases.ScalarAsync<long>(JournalRows);

        var result = await cases.SweepAsync();

        Assert.Equal((0, 0, 0, 0), (result.DueSoon, result.Overdue, result.Escalations, result.Failed));
        Assert.Equal(before, await cases.ScalarAsync<long>(JournalRows));
    }

    [Fact]
    public async Task A_clock_is_warned_of_from_the_first_instant_of_its_warning_day_and_not_before()
    {
        await using var cases = await TestCases.CreateAsync();
        var accepted = await cases.AcceptedAsync();
        var first = accepted.RunningClocks.MinBy(clock => clock.NextAt)!;
        cases.Clock.Advance(first.NextAt!.Value - cases.Clock.GetUtcNow() - TimeSpan.FromTicks(10));
        Assert.Equal(0, (await cases.SweepAsync()).DueSoon);

        cases.Clock.Advance(TimeSpan.FromTicks(10));
        var result = await cases.SweepAsync();

        Assert.Equal((1, 0, 0), (result.DueSoon, result.Overdue, result.Escalations));
        Assert.Equal(1, await cases.ScalarAsync<int>("select timeliness::int from cases"));
        Assert.Equal("dueSoon", await cases.ScalarAsync<string>("select kind from case_event order by seq desc limit 1"));
        Assert.Equal("system", await cases.ScalarAsync<string>("select actor from case_event order by seq desc limit 1"));
    }

    [Fact]
    public async Task After_sixty_days_every_clock_is_overdue_and_every_step_was_taken_once_in_order()
    {
        await using var cases = await TestCases.CreateAsync();
        var accepted = await cases.AcceptedAsync();
        var clocks = accepted.RunningClocks.Count();
        cases.Clock.Advance(TimeSpan.FromDays(60));

        var result = await cases.SweepAsync();

        Assert.Equal((clocks, clocks, Told(clocks, 1), 0), (result.DueSoon, result.Overdue, result.Escalations, result.Failed));
        Assert.All((await cases.LoadAsync(accepted.Id)).State.RunningClocks, clock =>
            Assert.Equal((Timeliness.Overdue, clock.Name == ClockName.Term ? 5 : 3, null),
                (clock.Timeliness, clock.StepsDone, clock.NextAt)));
        await using var connection = await cases.Db.OpenConnectionAsync();
        var steps = (await connection.QueryAsync<(string Step, string Rung, string Body, string? Person)>("""
            select body ->> 'clock' || '/' || (body ->> 'step'), body ->> 'rung', body ->> 'to', body ->> 'person'
            from case_event where kind = 'escalated' and body ->> 'clock' = 'term' order by seq
            """)).ToList();
        Assert.Equal(
            [
                ("term/1", "mediator", TestCases.Body.Code, TestCases.Mediator), ("term/2", "head", TestCases.Body.Code, null),
                ("term/3", "head", TestCases.Body.Code, null), ("term/3", "head", TestCases.Body.Code, null),
                ("term/3", "centre", TestCases.Centre.Code, null),
            ],
            steps);
        Assert.Equal(Told(clocks, 1), await cases.ScalarAsync<int>("select count(*)::int from escalation"));
        Assert.Equal(Told(clocks, 1), await cases.ScalarAsync<int>("select count(*)::int from notice where kind = 'escalated'"));
        await AssertChainsAsync(cases);
    }

    [Fact]
    public async Task A_second_run_and_a_clock_set_back_a_day_double_nothing()
    {
        await using var cases = await TestCases.CreateAsync();
        await cases.AcceptedAsync();
        cases.Clock.Advance(TimeSpan.FromDays(60));
        await cases.SweepAsync();
        var before = await cases.ScalarAsync<long>(JournalRows);

        var again = await cases.SweepAsync();
        cases.Clock.Advance(TimeSpan.FromDays(-1));
        var back = await cases.SweepAsync();
        cases.Clock.Advance(TimeSpan.FromDays(1));
        var forth = await cases.SweepAsync();

        Assert.All([again, back, forth],
            result => Assert.Equal((0, 0, 0, 0), (result.DueSoon, result.Overdue, result.Escalations, result.Failed)));
        Assert.Equal(before, await cases.ScalarAsync<long>(JournalRows));
    }

    [Fact]
    public async Task Four_sweeps_at_once_take_each_step_of_two_hundred_cases_exactly_once()
    {
        await using var cases = await TestCases.CreateAsync();
        var clocks = 0;
        for (var n = 0; n < 230; n++) clocks += (await cases.AcceptedAsync()).RunningClocks.Count();
        cases.Clock.Advance(TimeSpan.FromDays(60));

        var results = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(cases.SweepAsync)));

        Assert.Equal(0, results.Sum(result => result.Failed));
        Assert.Equal((clocks, clocks, Told(clocks, 230)),
            (results.Sum(result => result.DueSoon), results.Sum(result => result.Overdue), results.Sum(result => result.Escalations)));
        Assert.Equal(Told(clocks, 230), await cases.ScalarAsync<int>("select count(*)::int from case_event where kind = 'escalated'"));
        Assert.Equal(Told(clocks, 230), await cases.ScalarAsync<int>("select count(*)::int from escalation"));
        Assert.Equal(0, await cases.ScalarAsync<int>("select count(*)::int from clock where next_at is not null"));
        await AssertChainsAsync(cases);
    }

    [Theory]
    [InlineData("update cases set state = '{\"broken\":true}'::json where id = @id")]
    [InlineData("update cases set version = version + 7 where id = @id")]
    [InlineData("insert into case_event (case_id, seq, kind, at, happened_on, actor, body, prev_hash, hash) values (@id, 4, 'dueSoon', "
        + "now(), now(), 'x', '{}', '', '')")]
    public async Task A_case_that_cannot_be_advanced_does_not_hold_up_the_others(string damage)
    {
        await using var cases = await TestCases.CreateAsync();
        var broken = await cases.AcceptedAsync();
        var healthy = new[] { await cases.AcceptedAsync(), await cases.AcceptedAsync() };
        await cases.CorruptAsync(damage, new { id = broken.Id });
        cases.Clock.Advance(TimeSpan.FromDays(60));

        var result = await cases.SweepAsync();

        Assert.Equal(1, result.Failed);
        var clocks = healthy.Sum(one => one.RunningClocks.Count());
        Assert.Equal((clocks, Told(clocks, 2)), (result.Overdue, result.Escalations));
        foreach (var one in healthy) Assert.Equal(Timeliness.Overdue, (await cases.LoadAsync(one.Id)).State.Timeliness);
    }

    [Fact]
    public async Task A_clock_row_that_is_due_while_the_state_is_not_does_not_keep_the_sweep_running()
    {
        await using var cases = await TestCases.CreateAsync();
        var one = await cases.AcceptedAsync();
        await cases.CorruptAsync("update clock set next_at = '2020-01-01Z' where case_id = @id", new { one.Id });

        Assert.Equal(0, (await cases.SweepAsync()).DueSoon);
    }

    [Fact]
    public async Task A_case_that_somebody_is_writing_is_left_for_the_next_run()
    {
        await using var cases = await TestCases.CreateAsync();
        var (busy, free) = (await cases.AcceptedAsync(), await cases.AcceptedAsync());
        cases.Clock.Advance(TimeSpan.FromDays(60));
        await using (var connection = await cases.Db.OpenConnectionAsync())
        await using (var transaction = await connection.BeginTransactionAsync())
        {
            await connection.ExecuteAsync("update cases set updated_at = updated_at where id = @Id", new { busy.Id });
            var result = await cases.SweepAsync();
            Assert.Equal((free.RunningClocks.Count(), 0), (result.Overdue, result.Failed));
        }

        Assert.Equal(busy.RunningClocks.Count(), (await cases.SweepAsync()).Overdue);
    }

    [Fact]
    public async Task Whoever_decided_before_the_sweep_wrote_is_told_that_the_case_has_changed()
    {
        await using var cases = await TestCases.CreateAsync();
        var one = await cases.AcceptedAsync();
        cases.Clock.Advance(TimeSpan.FromDays(60));
        var draft = cases.Draft(one.Id, await cases.LoadAsync(one.Id));
        await using var stale = cases.BatchOf(draft, TestCases.Consent(draft), out _);
        await cases.SweepAsync();

        var refused = await Assert.ThrowsAsync<PostgresException>(() => stale.ExecuteNonQueryAsync());

        Assert.Equal("case_event_pkey", refused.ConstraintName);
        await AssertChainsAsync(cases);
    }

    [Fact]
    public async Task Commands_of_users_and_sweeps_at_once_never_block_each_other_for_good()
    {
        await using var cases = await TestCases.CreateAsync();
        var all = new List<Case>();
        for (var n = 0; n < 60; n++) all.Add(await cases.AcceptedAsync());
        cases.Clock.Advance(TimeSpan.FromDays(60));

        var sweeps = Enumerable.Range(0, 2).Select(_ => Task.Run(cases.SweepAsync));
        var users = Task.Run(async () =>
        {
            var lost = 0;
            foreach (var one in all)
            {
                try
                {
                    await cases.ConsentedAsync(one.Id);
                }
                catch (PostgresException refused) when (refused.ConstraintName == "case_event_pkey")
                {
                    lost++;
                }
            }
            return lost;
        });
        var results = await Task.WhenAll(sweeps);
        var late = await cases.SweepAsync();

        Assert.Equal(60 - await users, await cases.ScalarAsync<int>("select count(*)::int from case_event where kind = 'consentRecorded'"));
        Assert.Equal(0, results.Sum(result => result.Failed) + late.Failed);
        await AssertChainsAsync(cases);
    }

    [Fact]
    public async Task A_clock_that_runs_out_a_second_time_for_a_later_due_day_is_told_again_and_once()
    {
        await using var cases = await TestCases.CreateAsync();
        var one = await cases.AcceptedAsync();
        cases.Clock.Advance(TimeSpan.FromDays(60));
        await cases.SweepAsync();
        var first = await cases.ScalarAsync<int>("select count(*)::int from escalation where clock = 'term'");

        await cases.ActAsync(one.Id, new CaseCommand.Extend(30, ["p1", "p2"]));
        Assert.Equal(0, (await cases.SweepAsync()).Overdue);
        cases.Clock.Advance(TimeSpan.FromDays(60));
        await cases.SweepAsync();
        await cases.SweepAsync();

        Assert.Equal(2 * first, await cases.ScalarAsync<int>("select count(*)::int from escalation where clock = 'term'"));
        Assert.Equal(2 * first, await cases.ScalarAsync<int>("select count(*)::int from notice where clock = 'term'"));
        Assert.Equal(2, await cases.ScalarAsync<int>("select count(distinct due_on)::int from escalation where clock = 'term'"));
        await AssertChainsAsync(cases);
    }

    [Fact]
    public async Task A_red_case_is_told_by_the_ladder_of_its_risk_within_minutes_and_hours()
    {
        await using var cases = await TestCases.CreateAsync();
        var one = await cases.AcceptedAsync();
        await cases.ActAsync(one.Id, draft => new CaseCommand.SetRisk(Risk.Red, [], null, draft.Text("reason", "扬言报复")));
        var due = (await cases.LoadAsync(one.Id)).State.Clock(ClockName.Inactivity)!.DueAt;
        cases.Clock.Advance(due - cases.Clock.GetUtcNow());
        Assert.Equal(1, (await cases.SweepAsync()).Escalations);
        cases.Clock.Advance(TimeSpan.FromMinutes(30));
        Assert.Equal(1, (await cases.SweepAsync()).Escalations);
        cases.Clock.Advance(TimeSpan.FromMinutes(89));
        Assert.Equal(0, (await cases.SweepAsync()).Escalations);
        cases.Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(1, (await cases.SweepAsync()).Escalations);

        Assert.Equal("mail,sms",
            await cases.ScalarAsync<string>("select array_to_string(outside, ',') from notice where clock = 'inactivity' and step = 1"));
    }

    [Theory]
    [InlineData("delete from risk_end where case_id = @id", "risk_end")]
    [InlineData("update risk_end set until_date = until_date + 1 where case_id = @id", "risk_end")]
    [InlineData("insert into letter (id, case_id, n, kind, issuer, year, number, addressee, sent_on, reply_by) values (@id, @id, 1, "
        + "'supervision', 'x', 2026, 1, 'y', '2026-11-23', '2026-11-30')", "letter")]
    public async Task The_check_of_the_fold_sees_a_letter_and_a_risks_end_that_the_journal_does_not_know(string damage, string table)
    {
        await using var cases = await TestCases.CreateAsync();
        var one = await cases.AcceptedAsync();
        await cases.ActAsync(one.Id, draft => new CaseCommand.SetRisk(Risk.Yellow, [], new(2026, 12, 1), draft.Text("reason", "情绪激动")));
        await AssertChainsAsync(cases);
        await cases.CorruptAsync(damage, new { id = one.Id });

        var findings = new StringWriter();
        Assert.Equal(1, (await RebuildCheck.RunAsync(cases.Db, findings, CancellationToken.None)).Findings);
        Assert.Contains(table, findings.ToString(), StringComparison.Ordinal);
    }

    /// <summary>Three steps for each clock; of a township's term the third is put off twice, since no session was held.</summary>
    private static int Told(int clocks, int cases) => (3 * clocks) + (2 * cases);

    private static async Task AssertChainsAsync(TestCases cases)
    {
        var findings = new StringWriter();
        Assert.True(0 == (await VerifyChain.RunAsync(cases.Db, cases.Keys, findings, CancellationToken.None)).Findings,
            findings.ToString());
        Assert.True(0 == (await RebuildCheck.RunAsync(cases.Db, findings, CancellationToken.None)).Findings, findings.ToString());
    }
}
