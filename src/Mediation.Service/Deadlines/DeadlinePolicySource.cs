using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Journal;
using Npgsql;

namespace Mediation.Service.Deadlines;

/// <summary>
/// The deadline policies of the database, kept in memory: read again after a minute, at once after a change on this node,
/// and when a case names one that is not known here yet.
/// </summary>
public sealed class DeadlinePolicySource(NpgsqlDataSource db, TimeProvider clock) : ICasePolicies
{
    /// <summary>How long another node may still decide by the table as it was.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromMinutes(1);

    internal const string Columns = """
        id, clock, track, procedure, category, risk, from_date as fromdate, to_date as todate, starts, stops, unit, days, rolls, pauses,
        extension_consent as extensionconsent, extension_cap_days as extensioncapdays, extension_max_times as extensionmaxtimes,
        warn_working_days as warnworkingdays, basis_zh as basiszh, basis_en as basisen, of_house as ofhouse, replaces
        """;

    private volatile Loaded? loaded;

    public async ValueTask<IReadOnlyList<DeadlinePolicy>> GetAsync(CancellationToken cancellationToken)
    {
        if (loaded is { } known && clock.GetUtcNow() < known.Until) return known.Policies;
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        var policies = await ReadAsync(connection, null, cancellationToken);
        loaded = new Loaded(policies, clock.GetUtcNow() + Kept);
        return policies;
    }

    /// <summary>The policies, certainly with those that these clocks name.</summary>
    public async ValueTask<IReadOnlyList<DeadlinePolicy>> ForAsync(IEnumerable<Clock> clocks, CancellationToken cancellationToken)
    {
        var policies = await GetAsync(cancellationToken);
        if (clocks.All(one => policies.Any(policy => policy.Id == one.PolicyId))) return policies;
        Forget();
        return await GetAsync(cancellationToken);
    }

    public void Forget() => loaded = null;

    internal static async Task<IReadOnlyList<DeadlinePolicy>> ReadAsync(NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken) =>
        [.. (await connection.QueryAsync<Row>(new CommandDefinition($"select {Columns} from deadline_policy order by clock, from_date, id",
            transaction: transaction, cancellationToken: cancellationToken))).Select(row => row.ToPolicy())];

    private sealed record Loaded(IReadOnlyList<DeadlinePolicy> Policies, DateTimeOffset Until);

    private sealed class Row
    {
        public string Id { get; init; } = "";
        public string Clock { get; init; } = "";
        public string? Track { get; init; }
        public string? Procedure { get; init; }
        public string? Category { get; init; }
        public string? Risk { get; init; }
        public DateOnly FromDate { get; init; }
        public DateOnly? ToDate { get; init; }
        public string Starts { get; init; } = "";
        public string Stops { get; init; } = "";
        public string Unit { get; init; } = "";
        public int Days { get; init; }
        public bool Rolls { get; init; }
        public bool Pauses { get; init; }
        public string? ExtensionConsent { get; init; }
        public int? ExtensionCapDays { get; init; }
        public int? ExtensionMaxTimes { get; init; }
        public int WarnWorkingDays { get; init; }
        public string BasisZh { get; init; } = "";
        public string BasisEn { get; init; } = "";
        public bool OfHouse { get; init; }

        public DeadlinePolicy ToPolicy() => new(Id, Of<ClockName>(Clock), Maybe<Track>(Track), Maybe<Procedure>(Procedure), Category, Maybe<Risk>(Risk), FromDate, ToDate,
            Of<TimeUnit>(Unit), Days, Rolls, Maybe<ExtensionConsent>(ExtensionConsent) is { } consent ? new ExtensionRule(ExtensionCapDays, ExtensionMaxTimes, consent) : null,
            Pauses, WarnWorkingDays, new Message(BasisZh, BasisEn))
        {
            Starts = Of<ClockEvent>(Starts),
            Stops = Of<ClockEvent>(Stops),
            OfHouse = OfHouse,
        };

        private static T Of<T>(string name) where T : struct, Enum => Enum.Parse<T>(name, ignoreCase: true);

        private static T? Maybe<T>(string? name) where T : struct, Enum => name is null ? null : Of<T>(name);
    }
}
