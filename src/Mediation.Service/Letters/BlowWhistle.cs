using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Letters;

/// <summary>The grass roots call departments to help (吹哨): each answers by the day, or it goes up.</summary>
[Requires(Permission.BlowWhistle), CaseRoute("whistle", Secondary = true)]
public sealed record BlowWhistle : CaseActionRequest
{
    /// <summary>Codes of the bodies that are called.</summary>
    [Ask(Ask.Departments, Required = true)]
    public IReadOnlyList<string>? Departments { get; init; }

    [Ask(Ask.Area, Required = true)]
    public string? Question { get; init; }

    /// <summary>Last day for the answers (Asia/Shanghai).</summary>
    [Ask(Ask.Date, Required = true)]
    public DateOnly? AnswerBy { get; init; }

    public static BlowWhistle Example =>
        new() { Departments = ["430104-housing"], Question = "电梯维修资金如何动用，请派员到场说明。", AnswerBy = new(2027, 1, 8) };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        var called = new List<BodyRef>();
        foreach (var code in Departments!) called.Add(await draft.BodyAsync(code, "departments", cancellationToken));
        return new CaseCommand.BlowWhistle(draft.Caller.Body, called, draft.Text("question", Question!), AnswerBy!.Value);
    }

    public sealed class Validator : CaseActionValidator<BlowWhistle>
    {
        public Validator()
        {
            RuleFor(request => request.Departments).NotEmpty()
                .Must(codes => codes is null || (codes.Count <= 20 && codes.All(code => code is { Length: > 0 and <= 100 })))
                .Saying("请给出 1 至 20 个单位的代码。", "Give the codes of 1 to 20 bodies.");
            RuleFor(request => request.Question).NotEmpty().MaximumLength(2000);
            RuleFor(request => request.AnswerBy).NotNull().Must(day => day is null || day.Value.Year is > 2000 and < 2100)
                .Saying("请核对日期。", "Check the date.");
        }
    }
}
