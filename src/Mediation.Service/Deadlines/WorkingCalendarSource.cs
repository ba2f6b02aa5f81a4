using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Journal;
using Npgsql;

namespace Mediation.Service.Deadlines;

/// <summary>The working calendar of the database; a change there is seen within a minute.</summary>
public sealed class WorkingCalendarSource(NpgsqlDataSource db, TimeProvider clock) : ICaseCalendar
{
    private readonly TimedCache<string, WorkingCalendar> cache = new(clock, TimeSpan.FromMinutes(1));

    public void Forget() => cache.Clear();

    public ValueTask<WorkingCalendar> GetAsync(CancellationToken cancellationToken) => cache.GetAsync("", async _ =>
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return new WorkingCalendar(
            await connection.QueryAsync<CalendarDay>(new CommandDefinition("select day as date, is_holiday, name from calendar_day",
                cancellationToken: cancellationToken)),
            await connection.QueryAsync<int>(
                new CommandDefinition("select year from calendar_year", cancellationToken: cancellationToken)));
    });
}
