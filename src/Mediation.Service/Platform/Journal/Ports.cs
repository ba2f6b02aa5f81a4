using Mediation.Domain.Deadlines;

namespace Mediation.Service.Platform.Journal;

// What the journal needs to know of others. Each is implemented by the capability that keeps the data.

/// <summary>The working calendar by which the clocks of cases are computed.</summary>
public interface ICaseCalendar
{
    ValueTask<WorkingCalendar> GetAsync(CancellationToken cancellationToken);
}

/// <summary>The deadline policies, also those that have ended.</summary>
public interface ICasePolicies
{
    ValueTask<IReadOnlyList<DeadlinePolicy>> GetAsync(CancellationToken cancellationToken);

    /// <summary>The policies, certainly with those that these clocks name.</summary>
    ValueTask<IReadOnlyList<DeadlinePolicy>> ForAsync(IEnumerable<Clock> clocks, CancellationToken cancellationToken);
}

/// <summary>The ladders, also those that have ended, and the tree of centres.</summary>
public interface ICaseLadders
{
    ValueTask<LadderTable> GetAsync(CancellationToken cancellationToken);

    /// <summary>The ladders, certainly with those that these clocks are on.</summary>
    ValueTask<LadderTable> ForAsync(IEnumerable<Clock> clocks, CancellationToken cancellationToken);
}

/// <summary>Who is who among bodies and people.</summary>
public interface ICaseDirectory
{
    /// <summary>Null where there is no such body.</summary>
    ValueTask<BodyRow?> FindBodyAsync(string code, CancellationToken cancellationToken);

    /// <summary>The nearest centre from the division upwards; null where the division does not exist.</summary>
    ValueTask<BodyRow?> CentreOfAsync(string division, CancellationToken cancellationToken);

    /// <summary>Null where there is no such mediator.</summary>
    ValueTask<MediatorRow?> FindMediatorAsync(string user, CancellationToken cancellationToken);

    /// <summary>Whether there is such an account and it is not closed.</summary>
    ValueTask<bool> HasUserAsync(string user, CancellationToken cancellationToken);
}

/// <param name="Kind">As in the table body, e.g. <c>committee</c>, <c>centre</c>, <c>court</c>.</param>
/// <param name="Categories">What an industry body is for; empty: everything.</param>
public sealed record BodyRow(
    string Code, string Name, string Kind, Level Level, string Division, bool Mediates, string[] Categories, bool Active);

/// <param name="TermUntil">Last day of the appointment (Asia/Shanghai).</param>
/// <param name="Active">False once the account is closed.</param>
public sealed record MediatorRow(
    string User, string DisplayName, string Body, DateOnly? TermFrom, DateOnly? TermUntil, string[] Specialities,
    byte[]? IdentityHash, byte[]? PhoneHash, bool Active);
