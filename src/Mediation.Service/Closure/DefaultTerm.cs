using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>Records that a term was not performed when due (逾期未履行).</summary>
[Requires(Permission.Conduct), CaseRoute("terms/{n}/defaulted", Numbers = Ask.Term)]
public sealed record DefaultTerm : CaseActionRequest
{
    public static DefaultTerm Example => new();

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.DefaultTerm(N));
}
