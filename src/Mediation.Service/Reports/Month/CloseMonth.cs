using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Month;

/// <summary>
/// Closes every past month whose cut-off day has come: a day of the month that follows, by the setting
/// <c>reports.cutOffDay</c> (5 unless set). Running it again changes nothing, and what was missed is caught up.
/// </summary>
[Requires(Permission.RunJobs)]
public sealed record CloseMonth : IRequest<CloseMonth.Result>
{
    public sealed record Result(int Months)
    {
        public override string ToString() => $"months {Months}";
    }

    public sealed class Handler(NpgsqlDataSource db, TimeProvider clock) : IRequestHandler<CloseMonth, Result>
    {
        public async Task<Result> Handle(CloseMonth request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var months = await connection.ExecuteAsync(new CommandDefinition("""
                insert into report_month (month, scope, state, closed_at)
                select m::date, '', 'closed', @now
                from generate_series(
                    (select date_trunc('month', min(first)) from (
                        select (select t.month from tally t where t.scope = d.code and t.dimension = 'none'
                            order by t.month limit 1) as first
                        from division d where d.kind = 'province'
                        union all select min(month) from tally_delta
                        union all select min(on_date) from survey union all select min(on_date) from prevented) counted)::timestamp,
                    date_trunc('month', @today::date)::timestamp - interval '1 month', interval '1 month') m
                where m + interval '1 month' + (coalesce((select value::int from setting where name = 'reports.cutOffDay'),
                    5) - 1) * interval '1 day' <= @today::date
                on conflict (month, scope) do nothing
                """, new { now, today = ShanghaiTime.DateOf(now) }, cancellationToken: cancellationToken));
            return new Result(months);
        }
    }
}
