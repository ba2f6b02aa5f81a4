using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>
/// Mediates once more after default or a rejected confirmation (再次调解), with everyone's consent: a further round of the
/// same case.
/// </summary>
[Requires(Permission.Conduct), CaseRoute("remediate")]
public sealed record Remediate : CaseActionRequest
{
    /// <summary>Party ids.</summary>
    [Ask(Ask.Parties, Required = true)]
    public IReadOnlyList<string>? Consents { get; init; }

    public static Remediate Example => new() { Consents = ["p1", "p2"] };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Remediate(Consents!));

    public sealed class Validator : CaseActionValidator<Remediate>
    {
        public Validator() => RuleFor(request => request.Consents).NotNull().PartyIds();
    }
}
