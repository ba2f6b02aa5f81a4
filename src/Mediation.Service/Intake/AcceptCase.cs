using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Intake;

/// <summary>
/// Takes the case in (受理): the centre, to refer it; or with <c>self</c> a mediation body what came in at its own desk,
/// straight into mediation.
/// </summary>
[Requires(Permission.Triage), CaseRoute("accept")]
public sealed record AcceptCase : CaseActionRequest
{
    /// <summary>The caller's own body takes it.</summary>
    [Ask(Ask.YesNo)]
    public bool? Self { get; init; }

    /// <summary>User name; only with <see cref="Self"/>.</summary>
    [Ask(Ask.Mediator)]
    public string? Mediator { get; init; }

    /// <summary>
    /// For mediation by the traffic police: the end of the funeral or of treatment, the grading, or the day on which the loss
    /// was fixed (道路交通安全法实施条例 art. 94, 95).
    /// </summary>
    [Ask(Ask.Date)]
    public DateOnly? TermFrom { get; init; }

    public static AcceptCase Example => new() { Self = true };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        var self = Self == true ? await draft.BodyAsync(draft.Caller.Body, "self", cancellationToken) : null;
        var mediator = Mediator is null ? null : await draft.MediatorAsync(Mediator, cancellationToken);
        return new CaseCommand.Accept(self, mediator, TermFrom);
    }

    public sealed class Validator : CaseActionValidator<AcceptCase>
    {
        public Validator()
        {
            RuleFor(request => request.Mediator).MaximumLength(64);
            RuleFor(request => request.Mediator).Null().When(request => request.Self != true)
                .Saying("只有本单位自行受理时才能指定调解员。", "A mediator can be named only when the own body takes the case.");
        }
    }
}
