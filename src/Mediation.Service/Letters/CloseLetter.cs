using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Letters;

/// <summary>The issuer closes a letter (办结): the reply suffices, or the matter is over without one.</summary>
[Requires(Permission.SendLetter), CaseRoute("letters/{n}/close", Numbers = Ask.Letter)]
public sealed record CloseLetter : CaseActionRequest
{
    [Ask(Ask.Area)]
    public string? Remarks { get; init; }

    public static CloseLetter Example => new() { Remarks = "回复属实，予以办结。" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.CloseLetter(N, draft.Caller.Body, draft.OptionalText("remarks", Remarks)));

    public sealed class Validator : CaseActionValidator<CloseLetter>
    {
        public Validator() => RuleFor(request => request.Remarks).MaximumLength(1000);
    }
}
