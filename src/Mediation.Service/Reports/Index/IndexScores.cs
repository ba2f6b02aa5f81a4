using System.Text.Json;
using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Mediation.Service.Reports.Figures;
using Npgsql;

namespace Mediation.Service.Reports.Index;

/// <param name="Weight">The sum of its indicators' weights.</param>
/// <param name="Score">0 to 100, two decimals; absent while an indicator has no value.</param>
public sealed record IndexGroup(IndexPart Part, string Name, decimal Weight, decimal? Score, IReadOnlyList<IndexIndicator> Indicators);

/// <param name="Unit">Of the value, the target and the floor.</param>
/// <param name="Target">The value that scores 100.</param>
/// <param name="Floor">The value that scores 0; above the target where less is better.</param>
/// <param name="Computed">From the rate that measure names; otherwise entered.</param>
public sealed record IndexIndicator(
    string Code, string Name, string Unit, decimal Weight, decimal Target, decimal Floor, bool HigherIsBetter, decimal? Value,
    decimal? Score, bool Computed, string? Measure);

/// <summary>The bytes of which the digest speaks: in Chinese, with the values, scores and weights of the day.</summary>
/// <param name="Version">Of the definition.</param>
public sealed record IndexDocument(string Month, string Scope, string Name, int Version, decimal Value, IReadOnlyList<IndexGroup> Groups);

/// <param name="Value">The index; null while an indicator has no value.</param>
public sealed record ScoredIndex(string Code, string Name, int Version, decimal? Value, IReadOnlyList<IndexGroup> Groups);

/// <summary>The safety index as it stands by today's knowledge: the latest entry of each indicator, or the rate behind it.</summary>
public sealed class IndexScores(ReportFigures figures, NpgsqlDataSource db)
{
    /// <summary>What the indicators may be computed from: rates of cases alone, which every division below has too.</summary>
    public static IReadOnlyList<MeasureDefinition> Measures { get; } =
        [.. MeasureDefinitions.All.Where(measure => !measure.Denominator.Contains(MeasureDefinitions.Found))];

    /// <param name="language">The reader's own by default.</param>
    public async Task<ScoredIndex> ReadAsync(
        NpgsqlConnection connection, ReportScope scope, DateOnly month, CancellationToken cancellationToken, string? language = null)
    {
        var read = await figures.ReadAsync(scope, month, by: null, cancellationToken);
        var (items, values) = await StoredAsync(connection, [scope.Code], month, cancellationToken);
        return Score(scope.Code, scope.Name, items[scope.Code], values, read.Count, language ?? Language.Current);
    }

    /// <summary>The divisions one level below, with what each has by today's knowledge.</summary>
    public async Task<IReadOnlyList<ScoredIndex>> BelowAsync(ReportScope scope, DateOnly month, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var children = (await connection.QueryAsync<(string Code, string Name)>(new CommandDefinition(
            "select code, name from division where parent = @Code order by code", new { scope.Code },
            cancellationToken: cancellationToken))).AsList();
        if (children.Count == 0) return [];
        var lines = (await figures.ReadAsync(scope, month, ReportBy.Division, cancellationToken)).Rows.Where(line => line.Key is not null)
            .ToDictionary(line => line.Key!, StringComparer.Ordinal);
        var (items, values) = await StoredAsync(connection, [.. children.Select(child => child.Code)], month, cancellationToken);
        return children.ConvertAll(child => Score(child.Code, child.Name, items[child.Code], values,
            lines.TryGetValue(child.Code, out var line) ? line.Count : _ => 0, Language.Current));
    }

    public static async Task<IndexDocument?> FrozenAsync(
        NpgsqlConnection connection, string scope, DateOnly month, CancellationToken cancellationToken) =>
        await connection.QueryFirstOrDefaultAsync<string>(new CommandDefinition(
            "select document from index_publication where scope = @scope and month = @month", new { scope, month },
            cancellationToken: cancellationToken)) is { } text
            ? JsonSerializer.Deserialize<IndexDocument>(text, ApiJson.Output) : null;

    public static Message Title(IndexPart part) => part switch
    {
        IndexPart.Order => new("治安", "Public order"),
        IndexPart.Traffic => new("交通", "Traffic"),
        IndexPart.Fire => new("消防", "Fire safety"),
        _ => new("群众感受", "People's sense"),
    };

    // A published month keeps the definition that it was published with.
    private static async Task<(IReadOnlyDictionary<string, List<Item>> Items,
        IReadOnlyDictionary<(string, string), decimal> Values)> StoredAsync(
            NpgsqlConnection connection, string[] scopes, DateOnly month, CancellationToken cancellationToken)
    {
        var items = await connection.QueryAsync<Item>(new CommandDefinition("""
            select s.scope, i.version, i.code, i.part, i.name_zh as zh, i.name_en as en, i.unit, trim_scale(i.weight) as weight,
                trim_scale(i.target) as target, trim_scale(i.floor) as floor, i.measure
            from unnest(@scopes) s (scope)
            left join index_publication p on p.scope = s.scope and p.month = @month
            join index_item i on i.version = coalesce(p.version, (select max(d.version) from index_definition d
                where d.from_month <= @month))
            order by s.scope, i.position
            """, new { scopes, month }, cancellationToken: cancellationToken));
        var values = await connection.QueryAsync<(string Scope, string Item, decimal Value)>(new CommandDefinition("""
            select distinct on (scope, item) scope, item, trim_scale(value) from index_value where scope = any(@scopes) and month = @month
            order by scope, item, n desc
            """, new { scopes, month }, cancellationToken: cancellationToken));
        return (items.GroupBy(item => item.Scope, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.ToList(), StringComparer.Ordinal),
            values.ToDictionary(row => (row.Scope, row.Item), row => row.Value));
    }

    private static ScoredIndex Score(
        string code, string name, List<Item> items, IReadOnlyDictionary<(string, string), decimal> values, Func<string, long> count,
        string language)
    {
        var indicators = items.ConvertAll(item => (item.Part,
            Shown: Score(item, Computed(item, count), values.TryGetValue((code, item.Code), out var entered) ? entered : null, language)));
        var groups = indicators.GroupBy(row => row.Part, row => row.Shown).Select(part =>
            new IndexGroup(part.Key, Title(part.Key).In(language), part.Sum(row => row.Weight),
                SafetyIndex.Of([.. part.Select(row => new IndexScore(row.Weight, row.Score))]), [.. part]));
        return new ScoredIndex(code, name, items[0].Version,
            SafetyIndex.Of([.. indicators.Select(row => new IndexScore(row.Shown.Weight, row.Shown.Score))]), [.. groups]);
    }

    /// <summary>The rate in per cent; null where there is none, or nothing to divide by: then what was entered holds.</summary>
    private static decimal? Computed(Item item, Func<string, long> count) =>
        Measures.FirstOrDefault(measure => measure.Name == item.Measure) is { } measure && Rate.Of(measure, count).Value is { } share
            ? decimal.Round((decimal)share * 100, 2, MidpointRounding.AwayFromZero) : null;

    private static IndexIndicator Score(Item item, decimal? computed, decimal? entered, string language)
    {
        var (value, rule) = (computed ?? entered, new IndexItem(item.Code, item.Part, item.Weight, item.Target, item.Floor));
        return new IndexIndicator(item.Code, new Message(item.Zh, item.En).In(language), item.Unit, item.Weight, item.Target, item.Floor,
            rule.HigherIsBetter, value, value is { } known ? rule.ScoreOf(known) : null, computed is not null, item.Measure);
    }

    private sealed class Item
    {
        public string Scope { get; init; } = "";
        public int Version { get; init; }
        public string Code { get; init; } = "";
        public IndexPart Part { get; init; }
        public string Zh { get; init; } = "";
        public string En { get; init; } = "";
        public string Unit { get; init; } = "";
        public decimal Weight { get; init; }
        public decimal Target { get; init; }
        public decimal Floor { get; init; }
        public string? Measure { get; init; }
    }
}
