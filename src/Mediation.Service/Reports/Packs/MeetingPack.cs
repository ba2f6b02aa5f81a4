using System.Globalization;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Reports.Figures;
using Mediation.Service.Reports.Month;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Packs;

/// <summary>
/// What the monthly dispatch meeting has before it. Nobody is named in it: a case stands there by number, category, place and days.
/// </summary>
/// <remarks>
/// The page reads what every version has frozen through it: a member that a version adds may be null, and null says
/// "not counted then", never 0. The API answers the frozen text itself.
/// </remarks>
/// <param name="Month">YYYY-MM, Asia/Shanghai.</param>
/// <param name="MadeAt">The lists are as they stood then; the figures are the month's.</param>
public sealed record MeetingPack(
    string Month, string Scope, string Name, DateTimeOffset MadeAt, IReadOnlyList<MonthComparison.Row> Figures,
    long Surveys, long Found, long Prevented, IReadOnlyList<MeetingPack.Share> Measures, MeetingPack.List<MeetingPack.Case> Red,
    MeetingPack.List<MeetingPack.Letter> Letters, MeetingPack.List<MeetingPack.Case> Stuck)
{
    /// <summary>So many of each list are printed, the worst first; all are counted.</summary>
    public const int Most = 100;

    /// <param name="Value">Null when there is nothing to divide by.</param>
    public sealed record Share(string Name, long Numerator, long Denominator, double? Value);

    public sealed record List<T>(int Count, IReadOnlyList<T> First);

    /// <param name="Days">Whole days since it was registered; of a stuck case, since its clock ran out.</param>
    /// <param name="Clock">The clock that ran out first.</param>
    public sealed record Case(string CaseNo, string Category, string Division, string? Body, int Days, string? Clock);

    /// <param name="Days">Whole days since the reply was due; negative while there is time.</param>
    public sealed record Letter(string No, string CaseNo, string Issuer, string To, DateOnly ReplyBy, int Days);
}

/// <summary>Puts the pack of a month together, and says whom to tell of it.</summary>
public sealed class MeetingPacks(NpgsqlDataSource db, ReportFigures figures, IMediator mediator, TimeProvider clock) : IFrozenWithMonth
{
    public async Task<MeetingPack> ComposeAsync(ReportScope scope, DateOnly month, CancellationToken cancellationToken)
    {
        var name = month.ToString("yyyy-MM", CultureInfo.InvariantCulture);
        var read = await figures.ReadAsync(scope, month, by: null, cancellationToken);
        var compared = await mediator.Send(new MonthComparison(name, scope.Kind == ScopeKind.Division ? scope.Code : null,
            scope.Kind == ScopeKind.Division ? null : scope.Code, BaseYear: null), cancellationToken);
        var now = clock.GetUtcNow();
        var values = new { scope.Code, scope.High, today = ShanghaiTime.DateOf(now), MeetingPack.Most };
        var here = scope.Sql("c.");
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var red = await CasesAsync("c.risk = 2", "@today - c.opened_on", "null::text");
        var stuck = await CasesAsync("c.timeliness = 2", "coalesce(@today - c.due_on, 0)",
            "(select k.key from clock k where k.case_id = c.id and k.state = 'running' order by k.due_on, k.key limit 1)");
        var letters = (await connection.QueryAsync<LetterRow>(new CommandDefinition($"""
            select l.kind, l.year, l.number, c.case_no as caseno, i.name as issuer, a.name as addressee, l.reply_by as replyby,
                @today - l.reply_by as days, count(*) over ()::int as whole
            from letter l join cases c on c.id = l.case_id join body i on i.code = l.issuer join body a on a.code = l.addressee
            where {here} and l.replied_on is null and l.closed_on is null order by l.reply_by, l.id limit @Most
            """, values, cancellationToken: cancellationToken))).AsList();
        return new MeetingPack(name, scope.Code, scope.Name, now, compared.Rows, read.Surveys, read.Found, read.Prevented,
            [.. from measure in MeasureDefinitions.All
                let rate = Rate.Of(measure, read.Count)
                select new MeetingPack.Share(measure.Name, rate.Numerator, rate.Denominator, rate.Value)],
            red, new(letters.FirstOrDefault()?.Whole ?? 0, [.. letters.Select(row => row.ToLetter())]), stuck);

        async Task<MeetingPack.List<MeetingPack.Case>> CasesAsync(string which, string days, string key)
        {
            var rows = (await connection.QueryAsync<CaseRow>(new CommandDefinition($"""
                select c.case_no as caseno, c.category, coalesce(d.name, c.division) as division, b.name as body, {days} as days,
                    {key} as clock, count(*) over ()::int as whole
                from cases c left join division d on d.code = c.division left join body b on b.code = c.body
                where c.is_open and {which} and {here} order by {days} desc, c.case_no limit @Most
                """, values, cancellationToken: cancellationToken))).AsList();
            return new(rows.FirstOrDefault()?.Whole ?? 0, [.. rows.Select(
                row => new MeetingPack.Case(row.CaseNo, row.Category, row.Division, row.Body, row.Days, row.Clock?.Split(':')[0]))]);
        }
    }

    /// <summary>
    /// Writes the pack beside the month's publication and tells the subscribers: an entry in the inbox, and a mail where one is wanted.
    /// </summary>
    public async Task FreezeAsync(
        ReportScope scope, DateOnly month, string monthDigest, NpgsqlBatch batch, CancellationToken cancellationToken)
    {
        var document = JsonSerializer.Serialize(await ComposeAsync(scope, month, cancellationToken), ApiJson.Output);
        var now = clock.GetUtcNow().UtcDateTime;
        batch.BatchCommands.Add(new("insert into report_pack (scope, month, document, digest, made_at) values ($1, $2, $3, $4, $5)")
        {
            Parameters =
            {
                new() { Value = scope.Code }, new() { Value = month }, new() { Value = document },
                new() { Value = FrozenText.Digest(monthDigest, document) }, new() { Value = now },
            },
        });
        foreach (var sql in new[]
        {
            """
            insert into report_receipt (user_name, scope, month, told_at)
            select s.user_name, s.scope, $2, $3 from report_subscription s join app_user u on u.name = s.user_name and u.active
            where s.scope = $1
            """,
            """
            insert into delivery (id, user_name, channel, pack_scope, pack_month, created_at, next_at)
            select gen_random_uuid(), u.name, 'mail', s.scope, $2, $3, $3 from report_subscription s
            join app_user u on u.name = s.user_name and u.active
            where s.scope = $1 and 'mail' = any(u.told_by) and u.mail_cipher is not null
            """,
        })
        {
            batch.BatchCommands.Add(
                new(sql) { Parameters = { new() { Value = scope.Code }, new() { Value = month }, new() { Value = now } } });
        }
    }

    private sealed class CaseRow
    {
        public string CaseNo { get; init; } = "";
        public string Category { get; init; } = "";
        public string Division { get; init; } = "";
        public string? Body { get; init; }
        public int Days { get; init; }
        public string? Clock { get; init; }
        public int Whole { get; init; }
    }

    private sealed class LetterRow
    {
        public string Kind { get; init; } = "";
        public int Year { get; init; }
        public int Number { get; init; }
        public string CaseNo { get; init; } = "";
        public string Issuer { get; init; } = "";
        public string Addressee { get; init; } = "";
        public DateOnly ReplyBy { get; init; }
        public int Days { get; init; }
        public int Whole { get; init; }

        public MeetingPack.Letter ToLetter() =>
            new(LetterView.NoOf(Enum.Parse<LetterKind>(Kind, ignoreCase: true), Year, Number), CaseNo, Issuer, Addressee, ReplyBy, Days);
    }
}
