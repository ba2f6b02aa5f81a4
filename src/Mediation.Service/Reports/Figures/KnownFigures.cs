using Dapper;
using Mediation.Domain.Measures;
using Npgsql;

namespace Mediation.Service.Reports.Figures;

/// <summary>What is known of a scope in a period, to compare another one with.</summary>
/// <param name="Figures">By the names of the columns; one that is missing or null is unknown, e.g. not counted then.</param>
public sealed record Known(IReadOnlyDictionary<string, decimal?> Figures, Func<string, long> Count)
{
    public decimal? this[ReportColumn column] => Figures.GetValueOrDefault(column.Name);

    public Rate Rate(MeasureDefinition measure) => Domain.Measures.Rate.Of(measure, Count);
}

/// <summary>Figures of earlier periods: what the service counted, or what was loaded of the system before it.</summary>
public sealed class KnownFigures(ReportFigures figures, NpgsqlDataSource db)
{
    /// <summary>The period itself: where nothing was loaded of it, what the service counted, be it nothing.</summary>
    public async Task<Known> ReadAsync(ReportScope scope, Period period, CancellationToken cancellationToken) =>
        await ReadEarlierAsync(scope, period, cancellationToken) is { Figures.Count: > 0 } known
            ? known : await CountedAsync(scope, period, cancellationToken);

    /// <summary>
    /// A period to compare with: before the first month of the service only what was loaded for each of its months, else unknown.
    /// </summary>
    public async Task<Known> ReadEarlierAsync(ReportScope scope, Period period, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        if (await HasOwnAsync(connection, scope, period.LastMonth, cancellationToken))
            return await CountedAsync(scope, period, cancellationToken);
        var loaded = (await connection.QueryAsync<(string Figure, decimal Value)>(new CommandDefinition("""
            select figure, sum(value) from report_history where scope = @Code and month between @First and @LastMonth
            group by figure having count(*) = @Months
            """, new { scope.Code, period.First, period.LastMonth, period.Months }, cancellationToken: cancellationToken)))
            .ToDictionary(row => row.Figure, row => (decimal?)row.Value, StringComparer.Ordinal);
        return new Known(loaded, name => (long)(loaded.GetValueOrDefault(name) ?? 0));
    }

    private async Task<Known> CountedAsync(ReportScope scope, Period period, CancellationToken cancellationToken)
    {
        var read = await figures.ReadAsync(scope, period, by: null, cancellationToken);
        return new Known(ReportColumns.All.ToDictionary(column => column.Name, column => read.Totals[column], StringComparer.Ordinal),
            read.Count);
    }

    /// <summary>Whether the service itself has counted anything of the scope up to the month's end.</summary>
    public static Task<bool> HasOwnAsync(
        NpgsqlConnection connection, ReportScope scope, DateOnly month, CancellationToken cancellationToken) =>
        connection.ExecuteScalarAsync<bool>(new CommandDefinition($"""
            select exists (select 1 from tally where scope = @Code and dimension = 'none' and month <= @month)
                or exists (select 1 from tally_entry where {scope.Sql()} and month <= @month)
                or exists (select 1 from tally_delta where {scope.Sql()} and month <= @month)
            """, new { scope.Code, scope.High, month }, cancellationToken: cancellationToken));
}
