using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Referral;

/// <summary>
/// Accepts what was offered (接受分派). The term runs from the day on which the papers were signed for
/// (特邀调解规定 art. 27).
/// </summary>
[Requires(Permission.AnswerReferral), CaseRoute("referral/accept")]
public sealed record AcceptReferral : CaseActionRequest
{
    /// <summary>The day on which the papers were signed for; today by default.</summary>
    [Ask(Ask.Date)]
    public DateOnly? SignedOn { get; init; }

    public static AcceptReferral Example => new();

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.AcceptReferral(SignedOn));
}
