using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>Records performance of a term (履行); part payments add up.</summary>
[Requires(Permission.Conduct), CaseRoute("terms/{n}/performed", Numbers = Ask.Term)]
public sealed record PerformTerm : CaseActionRequest
{
    /// <summary>Yuan paid this time; the whole rest by default.</summary>
    [Ask(Ask.Number)]
    public decimal? Amount { get; init; }

    public static PerformTerm Example => new() { Amount = 1000.00m };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.PerformTerm(N, Amount));

    public sealed class Validator : CaseActionValidator<PerformTerm>
    {
        public Validator() => RuleFor(request => request.Amount).Money();
    }
}
