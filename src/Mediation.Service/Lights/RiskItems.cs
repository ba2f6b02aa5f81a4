using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Http;
using Npgsql;

namespace Mediation.Service.Lights;

/// <summary>An item of a checklist over HTTP.</summary>
/// <param name="Name">In the language asked for.</param>
/// <param name="To">The last day on which it may be ticked.</param>
public sealed record RiskItemView(string Code, RiskList List, string? Category, string Name, string NameZh, string NameEn,
    int Points, DateOnly From, DateOnly? To)
{
    public static RiskItemView Of(RiskItem item) =>
        new(item.Code, item.List, item.Category, item.Name.In(), item.Name.Zh, item.Name.En, item.Points, item.From, item.To);
}

/// <summary>The checklists as they stand in the database: some dozens of rows, read when they are asked for.</summary>
public sealed class RiskItems(NpgsqlDataSource db)
{
    public async Task<IReadOnlyList<RiskItem>> AllAsync(CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var rows = await connection.QueryAsync<Row>(new CommandDefinition("""
            select code, list, category, name_zh, name_en, points::int as points, from_date, to_date
            from risk_item order by category nulls last, array_position(array['problem', 'person', 'sign', 'tag'], list), points desc, code
            """, cancellationToken: cancellationToken));
        return [.. rows.Select(
            row => new RiskItem(row.Code, row.List, row.Category, new(row.NameZh, row.NameEn), row.Points, row.FromDate, row.ToDate))];
    }

    private sealed record Row(
        string Code, RiskList List, string? Category, string NameZh, string NameEn, int Points, DateOnly FromDate, DateOnly? ToDate);
}
