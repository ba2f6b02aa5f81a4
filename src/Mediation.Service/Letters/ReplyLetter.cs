using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Letters;

/// <summary>The addressee's reply to a supervision letter.</summary>
[Requires(Permission.AnswerAsked), CaseRoute("letters/{n}/reply", Numbers = Ask.Letter)]
public sealed record ReplyLetter : CaseActionRequest
{
    [Ask(Ask.Area, Required = true)]
    public string? Text { get; init; }

    public static ReplyLetter Example => new() { Text = "已约定本周五再次调解，结果另报。" };

    public override ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken) =>
        new(new CaseCommand.ReplyLetter(N, draft.Caller.Body, draft.Text("letterReply", Text!)));

    public sealed class Validator : CaseActionValidator<ReplyLetter>
    {
        public Validator() => RuleFor(request => request.Text).NotEmpty().MaximumLength(4000);
    }
}
