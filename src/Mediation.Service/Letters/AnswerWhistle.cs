using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Letters;

/// <summary>A department answers the call (回应吹哨).</summary>
[Requires(Permission.AnswerAsked), CaseRoute("whistle/{n}/answer", Numbers = Ask.Whistle)]
public sealed record AnswerWhistle : CaseActionRequest
{
    [Ask(Ask.Area, Required = true)]
    public string? Text { get; init; }

    public static AnswerWhistle Example => new() { Text = "明日上午九时派员到社区。" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.AnswerWhistle(N, draft.Caller.Body, draft.Text("whistleAnswer", Text!)));

    public sealed class Validator : CaseActionValidator<AnswerWhistle>
    {
        public Validator() => RuleFor(request => request.Text).NotEmpty().MaximumLength(4000);
    }
}
