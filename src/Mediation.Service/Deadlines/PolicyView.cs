using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Deadlines;

/// <summary>A deadline policy as the API and the pages show it.</summary>
/// <param name="Track">Null: every track; the same for procedure, category and risk.</param>
/// <param name="From">First day of referral, filing or start to which it applies (Asia/Shanghai).</param>
/// <param name="To">The last day; null while it goes on. The day before the first: withdrawn.</param>
/// <param name="InForce">Today.</param>
/// <param name="Rolls">A last day that is a rest day moves to the next working day.</param>
/// <param name="Pauses">A suspension of the case keeps the time that is left.</param>
/// <param name="WarnWorkingDays">Due soon from this many working days before the due day.</param>
/// <param name="OfHouse">A rule of the house: no law sets this time.</param>
public sealed record PolicyView(
    string Id, ClockName Clock, Track? Track, Procedure? Procedure, string? Category, Risk? Risk, DateOnly From, DateOnly? To, bool InForce,
    ClockEvent Starts, ClockEvent Stops, TimeUnit Unit, int Days, bool Rolls, bool Pauses, int WarnWorkingDays, ExtensionView? Extension,
    BasisView Basis, bool OfHouse)
{
    public static PolicyView Of(DeadlinePolicy policy, DateOnly today) =>
        new(policy.Id, policy.Clock, policy.Track, policy.Procedure, policy.Category,
            policy.Risk, policy.From, policy.To, policy.IsInForce(today), policy.Starts, policy.Stops, policy.Unit,
            policy.Days, policy.Rolls, policy.PausesOnSuspension, policy.WarnWorkingDays,
            policy.Extension is { } extension ? new ExtensionView(extension.Consent, extension.CapDays, extension.MaxTimes) : null,
            new BasisView(policy.Basis.Zh, policy.Basis.En), policy.OfHouse);

    /// <summary>Withdrawn before it was ever in force.</summary>
    public bool IsWithdrawn() => To < From;
}

/// <summary>Who must consent to an extension, how many days at once at most, and how often; null: no limit.</summary>
public sealed record ExtensionView(ExtensionConsent? Consent, int? CapDays, int? MaxTimes);

/// <summary>The law and its article, or that it is a rule of the house, in both languages.</summary>
public sealed record BasisView(string? Zh, string? En)
{
    public string Shown() => new Message(Zh ?? "", En ?? "").In();
}
