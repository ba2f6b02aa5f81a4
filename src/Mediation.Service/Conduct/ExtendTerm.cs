using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Conduct;

/// <summary>
/// Extends the term with everyone's consent (延长调解期限). How often and how far is the policy's: without every party
/// 409 <c>extension.consent</c>, above the cap 409 <c>extension.cap</c>.
/// </summary>
[Requires(Permission.Conduct), CaseRoute("extend")]
public sealed record ExtendTerm : CaseActionRequest
{
    [Ask(Ask.Number, Required = true)]
    public int? Days { get; init; }

    /// <summary>Party ids.</summary>
    [Ask(Ask.Parties, Required = true)]
    public IReadOnlyList<string>? Consents { get; init; }

    public static ExtendTerm Example => new() { Days = 15, Consents = ["p1", "p2"] };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Extend(Days!.Value, Consents!));

    public sealed class Validator : CaseActionValidator<ExtendTerm>
    {
        public Validator()
        {
            RuleFor(request => request.Days).NotNull().InclusiveBetween(1, 365);
            RuleFor(request => request.Consents).NotNull().PartyIds();
        }
    }
}
