using System.Security.Cryptography;
using System.Text;
using Dapper;
using Mediation.Domain.Deadlines;
using Npgsql;

namespace Mediation.Service.Registry;

/// <param name="Kind">province, prefecture, county, zone, township or village.</param>
public sealed record Division(string Code, string Name, string Kind, string? Parent);

/// <summary>
/// The divisions of Hunan and the working calendar, from the files in Registry/data: loaded into a database that does
/// not have just this content yet. Rows that are only in the database stay.
/// </summary>
public static class ReferenceData
{
    internal const long Lock = 0x4D454449_44495649; // "MEDIDIVI"

    public static async Task LoadAsync(NpgsqlDataSource db, CancellationToken cancellationToken = default)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await LoadDivisionsAsync(connection, cancellationToken);
        await LoadCalendarAsync(connection, cancellationToken);
    }

    /// <summary>The number of divisions written: 0 when this content was loaded before.</summary>
    public static Task<int> LoadDivisionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken = default) =>
        OnceAsync(connection, "divisions", Text("hunan-divisions.csv") + Text("zones.csv"), () =>
        {
            var divisions = Divisions();
            return ("""
                insert into division (code, name, kind, parent)
                select * from unnest(@Codes, @Names, @Kinds, @Parents)
                on conflict (code) do update set name = excluded.name, kind = excluded.kind, parent = excluded.parent
                """, new
            {
                Codes = divisions.Select(row => row.Code).ToArray(),
                Names = divisions.Select(row => row.Name).ToArray(),
                Kinds = divisions.Select(row => row.Kind).ToArray(),
                Parents = divisions.Select(row => row.Parent).ToArray(),
            });
        }, cancellationToken);

    /// <summary>The number of days written: 0 when this content was loaded before.</summary>
    public static Task<int> LoadCalendarAsync(NpgsqlConnection connection, CancellationToken cancellationToken = default) =>
        OnceAsync(connection, "calendar", Text("china-holidays.csv"), () =>
        {
            var days = WorkingCalendar.ParseDays(Text("china-holidays.csv"));
            return ("""
                with arrived as (
                    insert into calendar_year (year, imported_by, imported_at)
                    select distinct extract(year from day)::integer, 'system', now() from unnest(@Days) as day
                    on conflict do nothing returning year),
                recounted as (
                    insert into clock_recount (id, cause, by, requested_by, requested_at)
                    select gen_random_uuid(), 'calendar', year::text, 'system', now() from arrived where exists (select 1 from cases))
                insert into calendar_day (day, is_holiday, name) select * from unnest(@Days, @Holidays, @Names)
                on conflict (day) do update set is_holiday = excluded.is_holiday, name = excluded.name
                """, new
            {
                Days = days.Select(day => day.Date).ToArray(),
                Holidays = days.Select(day => day.IsHoliday).ToArray(),
                Names = days.Select(day => day.Name).ToArray(),
            });
        }, cancellationToken);

    /// <summary>Every division of the files, a parent always before its children.</summary>
    public static IReadOnlyList<Division> Divisions() =>
        [.. Rows("hunan-divisions.csv").Concat(Rows("zones.csv"))
            .Select(row => new Division(row[0], row[1], Kind(row[0], row[2]), row[3].Length == 0 ? null : row[3]))];

    // Zones have a county's place in the tree and statistical codes of xx71 to xx79.
    private static string Kind(string code, string level) => level == "county" && code[4] == '7' ? "zone" : level;

    private static IEnumerable<string[]> Rows(string file) =>
        Text(file).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Skip(1)
            .Select(line => line.Split(','));

    private static string Text(string file)
    {
        using var reader = new StreamReader(typeof(ReferenceData).Assembly.GetManifestResourceStream("data/" + file)!, Encoding.UTF8);
        return reader.ReadToEnd();
    }

    private static async Task<int> OnceAsync(
        NpgsqlConnection connection, string name, string content, Func<(string Sql, object Rows)> rows, CancellationToken cancellationToken)
    {
        var setting = name + ".sha256";
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(content)));
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await connection.ExecuteAsync("select pg_advisory_xact_lock(@Lock)", new { Lock }, transaction);
        if (await connection.ExecuteScalarAsync<string?>("select value from setting where name = @setting", new { setting }, transaction)
            == hash)
            return 0;
        var (sql, values) = rows();
        var written = await connection.ExecuteAsync(new CommandDefinition(sql, values, transaction, cancellationToken: cancellationToken));
        await connection.ExecuteAsync("""
            insert into setting (name, value) values (@setting, @hash) on conflict (name) do update set value = excluded.value
            """, new { setting, hash }, transaction);
        await transaction.CommitAsync(cancellationToken);
        return written;
    }
}
