using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Identities;
using Mediation.Service.Intake;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.PublicDesk;

/// <summary>
/// Anyone's own report of a dispute (自助申报). It is taken in as at the counter and stands at the desk of the place's centre.
/// </summary>
[Anyone("People report their disputes themselves; what they may learn later is in TrackDispute.")]
public sealed record ReportDispute : IRequest<ReportDispute.Receipt>
{
    /// <summary>Random, made with the form: two clicks on one form are one case.</summary>
    public string? FormKey { get; init; }

    public string? Division { get; init; }
    public string? Category { get; init; }
    public string? Summary { get; init; }
    public string? Description { get; init; }
    public string? Name { get; init; }
    public string? Phone { get; init; }
    public string? IdentityNumber { get; init; }
    public PartyKind? OtherKind { get; init; }
    public string? OtherName { get; init; }
    public string? OtherPhone { get; init; }

    /// <param name="Code">Shown with the receipt and never again.</param>
    public sealed record Receipt(string CaseNo, string Code, DateTimeOffset At);

    /// <summary>Never what was reported.</summary>
    public override string ToString() => nameof(ReportDispute);

    public sealed class Validator : AbstractValidator<ReportDispute>
    {
        public Validator()
        {
            RuleFor(request => request.FormKey).Must(ReceiptCode.IsFormKey)
                .Saying("表单已失效，请重新打开后填写。", "This form is no longer valid: open it again.");
            RuleFor(request => request.Division).NotEmpty().MaximumLength(12);
            RuleFor(request => request.Category).NotEmpty().Must(code => string.IsNullOrEmpty(code) || Domain.Category.Exists(code))
                .Saying("请从列表中选择纠纷类型。", "Choose the kind of dispute from the list.");
            RuleFor(request => request.Summary).NotEmpty().MaximumLength(200);
            RuleFor(request => request.Description).MaximumLength(2000);
            RuleFor(request => request.Name).NotEmpty().MaximumLength(100);
            RuleFor(request => request.Phone).NotEmpty().Must(IsPhone)
                .Saying("请填写能联系到您的电话号码，例如 19900000001。", "Give a phone number at which you can be reached, such as 19900000001.");
            RuleFor(request => request.IdentityNumber)
                .Must(number => string.IsNullOrEmpty(number) || ResidentNumber.TryParse(number, out _, out _))
                .Saying("公民身份号码有误，请核对 18 位号码；也可以不填。", "Not a valid resident number: check its 18 characters, or leave it out.");
            RuleFor(request => request.OtherKind).NotNull();
            RuleFor(request => request.OtherName).NotEmpty().MaximumLength(100);
            RuleFor(request => request.OtherPhone).Must(IsPhone)
                .Saying("电话号码有误，请核对；也可以不填。", "Not a phone number: check it, or leave it out.");
        }

        private static bool IsPhone(string? typed) => string.IsNullOrEmpty(typed)
            || (typed.Length <= 30 && PhoneNumber.Normalise(typed) is { Length: >= 5 and <= 20 } number
                && number.All(letter => char.IsAsciiDigit(letter) || letter == '+'));
    }

    public sealed class Handler(NpgsqlDataSource db, Keys keys, TimeProvider clock, IServiceScopeFactory scopes)
        : IRequestHandler<ReportDispute, Receipt>
    {
        public async Task<Receipt> Handle(ReportDispute request, CancellationToken cancellationToken)
        {
            var code = ReceiptCode.For(request.FormKey!, keys);
            var row = new ReceiptRow(keys.SearchHash("public form " + request.FormKey), keys.SearchHash(request.Content()),
                ReceiptCode.Hash(code, keys), clock.GetUtcNow());
            if (await EarlierAsync(row, code, cancellationToken) is { } earlier) return earlier;
            try
            {
                // The intake has rules of its own about who asks: it is asked in a scope where the public does.
                await using var scope = scopes.CreateAsyncScope();
                scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.Public;
                var answer = await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request.ToIntake(row), cancellationToken);
                return new Receipt(answer.View!.CaseNo, code, row.At);
            }
            catch (PostgresException rival) when (rival is { SqlState: PostgresErrorCodes.UniqueViolation, TableName: "public_receipt" })
            {
                return await EarlierAsync(row, code, cancellationToken) ?? throw ProblemException.NotFound();
            }
        }

        private async Task<Receipt?> EarlierAsync(ReceiptRow row, string code, CancellationToken cancellationToken)
        {
            await using var command = db.CreateCommand(
                "select c.case_no, r.content_hash, r.at from public_receipt r join cases c on c.id = r.case_id where r.form_hash = $1");
            command.Parameters.Add(new NpgsqlParameter { Value = row.FormHash });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (!await reader.ReadAsync(cancellationToken)) return null;
            if (reader.GetFieldValue<byte[]>(1).AsSpan().SequenceEqual(row.ContentHash))
                return new Receipt(reader.GetString(0), code, new DateTimeOffset(reader.GetDateTime(2)));
            throw new ProblemException(409, "report.sent", new(
                "这张表单已经提交过，本次修改没有保存。需要补充的，请告知调解中心；另有纠纷的，请重新打开表单。",
                "This form was sent before; what was changed since is not saved. Tell the centre what is to be added, or open a "
                    + "new form for another dispute."));
        }
    }

    private string Content() =>
        string.Join('\u001f', Division, Category, Summary, Description, Name, Phone, IdentityNumber, OtherKind, OtherName, OtherPhone);

    private OpenCase ToIntake(ReceiptRow row) => new()
    {
        Channel = Channel.Online,
        Initiation = Initiation.Application,
        Division = Division,
        Category = Category,
        Summary = Summary,
        Description = Description,
        Receipt = row,
        Parties =
        [
            new() { Side = Side.Applicant, Kind = PartyKind.Person, Name = Name, Phone = Phone, IdentityNumber = IdentityNumber },
            new() { Side = Side.Respondent, Kind = OtherKind, Name = OtherName, Phone = OtherPhone },
        ],
    };
}
