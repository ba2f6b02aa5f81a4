using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>Puts the file away (归档), once every term is performed or in default.</summary>
[Requires(Permission.Archive), CaseRoute("archive")]
public sealed record ArchiveCase : CaseActionRequest
{
    public static ArchiveCase Example => new();

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.Archive());
}
