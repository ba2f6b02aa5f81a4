using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;

namespace Mediation.Service.Tests.Platform;

/// <summary>How rows are read: what every use case with SQL of its own relies on.</summary>
public sealed class DatabaseTests
{
    private sealed record Row(
        string CaseNo, Status Status, Outcome? Outcome, Outcome? None, Risk Risk, string[] Channels, byte[] HeadHash, DateOnly DueOn,
        DateOnly? ToDate, DateTimeOffset DueAt, DateTimeOffset? EndedAt, int? Step);

    [Fact]
    public async Task A_record_holds_the_columns_in_their_order_with_underscores_and_words_as_members()
    {
        await using var db = Database.Open(await TestCluster.CreateDatabaseAsync());
        await using var connection = await db.OpenConnectionAsync();
        var row = await connection.QuerySingleAsync<Row>("""
            select '1' as case_no, 'inSession' as status, 'notAccepted' as outcome, null::text as none, 2::smallint::int as risk,
                '{inbox,weChat}'::text[] as channels,
                '\x01'::bytea as head_hash, date '2026-03-01' as due_on, null::date as to_date, timestamptz '2026-03-02 00:00+08' as due_at,
                null::timestamptz as ended_at, null::int as step
            """);

        Assert.Equal(new Row("1", Status.InSession, Outcome.NotAccepted, null, Risk.Red, row.Channels, row.HeadHash, new(2026, 3, 1), null,
            new(2026, 3, 1, 16, 0, 0, TimeSpan.Zero), null, null), row);
        Assert.Equal(["inbox", "weChat"], row.Channels);
    }

    [Fact]
    public async Task A_tuple_holds_members_too()
    {
        await using var db = Database.Open(await TestCluster.CreateDatabaseAsync());
        await using var connection = await db.OpenConnectionAsync();

        Assert.Equal((LadderChannel.WeChat, null, 2),
            await connection.QuerySingleAsync<(LadderChannel, LadderAsk?, int)>("select 'weChat', null::text, cardinality(@words)",
                new { words = new[] { "a", "b" } }));
    }

    [Fact]
    public async Task A_column_that_the_record_does_not_name_is_refused()
    {
        await using var db = Database.Open(await TestCluster.CreateDatabaseAsync());
        await using var connection = await db.OpenConnectionAsync();

        await Assert.ThrowsAsync<InvalidOperationException>(() => connection.QuerySingleAsync<Named>("select 'a' as nmae"));
    }

    private sealed record Named(string Name);
}
