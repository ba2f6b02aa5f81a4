using Dapper;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Npgsql;

namespace Mediation.Service.Letters;

/// <summary>Sends a supervision letter (督办函) or hands a matter over (交办函) with a day by which the reply is due.</summary>
[Requires(Permission.SendLetter), CaseRoute("letters", Secondary = true)]
public sealed record SendLetter : CaseActionRequest
{
    /// <summary>Code of the body that is to reply.</summary>
    [Ask(Ask.AnyBody, Required = true)]
    public string? To { get; init; }

    /// <summary>A supervision letter by default.</summary>
    [Ask(Ask.Value)]
    public LetterKind? Kind { get; init; }

    [Ask(Ask.Area, Required = true)]
    public string? Text { get; init; }

    /// <summary>Last day for the reply (Asia/Shanghai).</summary>
    [Ask(Ask.Date, Required = true)]
    public DateOnly? ReplyBy { get; init; }

    public static SendLetter Example =>
        new() { To = "430104001-committee", Text = "该案久拖未结，请于期限内书面说明办理情况。", ReplyBy = new(2027, 1, 8), Kind = LetterKind.Supervision };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        var (issuer, year) = (draft.Caller.Body, (On ?? draft.Today).Year);
        var to = await draft.BodyAsync(To!, "to", cancellationToken);
        return new CaseCommand.SendLetter(Kind ?? LetterKind.Supervision, issuer, year,
            await NextAsync(draft.Db, issuer, year, cancellationToken), to, draft.Text("letter", Text!), ReplyBy!.Value);
    }

    /// <summary>The next number of the issuer's year. Two that ask at once get the same; the key lets one of them through.</summary>
    private static async Task<int> NextAsync(NpgsqlDataSource db, string issuer, int year, CancellationToken cancellationToken)
    {
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        return await connection.ExecuteScalarAsync<int>(new CommandDefinition(
            "select coalesce(max(number), 0) + 1 from letter where issuer = @issuer and year = @year", new { issuer, year },
            cancellationToken: cancellationToken));
    }

    public sealed class Validator : CaseActionValidator<SendLetter>
    {
        public Validator()
        {
            RuleFor(request => request.To).NotEmpty().MaximumLength(100);
            RuleFor(request => request.Text).NotEmpty().MaximumLength(4000);
            RuleFor(request => request.ReplyBy).NotNull().Must(day => day is null || day.Value.Year is > 2000 and < 2100)
                .Saying("请核对日期。", "Check the date.");
        }
    }
}
