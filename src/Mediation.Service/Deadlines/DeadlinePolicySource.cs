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
        id, clock, track, procedure, category, risk, from_date, to_date, starts, stops, unit, days, rolls, pauses, extension_consent,
        extension_cap_days, extension_max_times, warn_working_days, basis_zh, basis_en, of_house, replaces
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

    internal static async Task<IReadOnlyList<DeadlinePolicy>> ReadAsync(
        NpgsqlConnection connection, NpgsqlTransaction? transaction, CancellationToken cancellationToken) =>
        [.. (await connection.QueryAsync<Row>(new CommandDefinition($"select {Columns} from deadline_policy order by clock, from_date, id",
            transaction: transaction, cancellationToken: cancellationToken))).Select(row => row.ToPolicy())];

    private sealed record Loaded(IReadOnlyList<DeadlinePolicy> Policies, DateTimeOffset Until);

    private sealed record Row(
        string Id, ClockName Clock, Track? Track, Procedure? Procedure, string? Category, Risk? Risk, DateOnly FromDate, DateOnly? ToDate,
        ClockEvent Starts, ClockEvent Stops, TimeUnit Unit, int Days, bool Rolls, bool Pauses, ExtensionConsent? ExtensionConsent,
        int? ExtensionCapDays, int? ExtensionMaxTimes, int WarnWorkingDays, string BasisZh, string BasisEn, bool OfHouse, string? Replaces)
    {
        public DeadlinePolicy ToPolicy() => new(Id, Clock, Track, Procedure, Category, Risk, FromDate, ToDate, Unit, Days, Rolls,
            ExtensionConsent is { } consent ? new ExtensionRule(ExtensionCapDays, ExtensionMaxTimes, consent) : null, Pauses,
            WarnWorkingDays, new Message(BasisZh, BasisEn))
        {
            Starts = Starts,
            Stops = Stops,
            OfHouse = OfHouse,
        };
    }
}
