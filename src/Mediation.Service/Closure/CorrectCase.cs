using System.Globalization;
using System.Text.RegularExpressions;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Identities;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Closure;

/// <summary>
/// Corrects a typing error (更正) in a party, the amount, the category or the division. The journal keeps both values; of
/// personal data it keeps their HMACs.
/// </summary>
[Requires(Permission.Correct), CaseRoute("correct", Secondary = true)]
public sealed partial record CorrectCase : CaseActionRequest
{
    /// <summary>amount, category, division, or parties.p1.name, .identityNumber, .creditCode, .phone, .address.</summary>
    [Ask(Ask.CorrectField, Required = true)]
    public string? Field { get; init; }

    [Ask(Ask.Line, Required = true)]
    public string? Value { get; init; }

    [Ask(Ask.Area, Required = true)]
    public string? Reason { get; init; }

    public static CorrectCase Example => new() { Field = "amount", Value = "3200.50", Reason = "录入错误" };

    public override async ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken)
    {
        var reason = draft.Text("reason", Reason!);
        var value = Value!.Trim();
        return new CaseCommand.Correct(Field switch
        {
            "amount" => new(Field, Plain(draft.Case.Amount), Plain(Amount(value)), reason),
            "category" => new(Field, draft.Case.Category, Category.Exists(value)
                ? value : throw Wrong("纠纷类型代码不存在，请从 01 至 19、99 中选择。", "Unknown category: choose 01 to 19 or 99."), reason),
            "division" => await DivisionAsync(draft, value, reason, cancellationToken),
            _ => OfParty(draft, value, reason),
        });
    }

    private async Task<CaseEvent.Corrected> DivisionAsync(
        CaseDraft draft, string value, TextRef reason, CancellationToken cancellationToken) =>
        await draft.Directory.CentreOfAsync(value, cancellationToken) is { } centre
            ? new(Field!, draft.Case.Division, value, reason) { Centre = new BodyRef(centre.Code, centre.Division, centre.Level) }
            : throw Wrong("行政区划代码不存在，请核对。", "Unknown division code: check it.");

    private CaseEvent.Corrected OfParty(CaseDraft draft, string value, TextRef reason)
    {
        var path = PartyField().Match(Field!);
        if (draft.Before!.Party(path.Groups["party"].Value) is not { } old)
            throw ProblemException.Unknown("field", new("没有这名当事人。", "There is no such party."));
        var mended = path.Groups["field"].Value switch
        {
            "name" => old with
            { Name = value.Length is > 0 and <= 100 ? value : throw Wrong("姓名应为 1 至 100 个字。", "Give a name of 1 to 100 characters.") },
            "identityNumber" => old with
            {
                IdentityNumber = ResidentNumber.TryParse(value, out var number, out _) ? number.Value
                    : throw Wrong("公民身份号码有误，请核对 18 位号码及校验码。", "Not a valid resident number: check its 18 characters and the check digit."),
            },
            "creditCode" => old with
            {
                CreditCode = CreditCode.LooksLike(value) ? CreditCode.Normalise(value)
                    : throw Wrong("统一社会信用代码应为 18 位数字和大写字母。", "A credit code has 18 digits and capital letters."),
            },
            "phone" => old with
            {
                Phone = value.Length <= 30
                    ? PhoneNumber.Normalise(value) : throw Wrong("电话最多 30 个字。", "A phone number has at most 30 characters.")
            },
            _ => old with { Address = value.Length <= 200 ? value : throw Wrong("地址最多 200 个字。", "An address has at most 200 characters.") },
        };
        var party = draft.Party(mended);
        return new(Field!, old.Digest(), party.Digest, reason) { Party = old.Id, PartyDigest = party.Digest };
    }

    private static decimal Amount(string value) =>
        decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && decimal.Round(amount, 2) == amount && amount < 1e14m
            ? amount
            : throw Wrong("金额应为不小于 0、最多两位小数的数字(元)。", "Give an amount in yuan, not negative, with at most two decimals.");

    private static string? Plain(decimal? amount) => amount?.ToString("0.00", CultureInfo.InvariantCulture);

    private static ProblemException Wrong(string zh, string en) => ProblemException.Invalid("value", new(zh, en));

    [GeneratedRegex(@"^parties\.(?<party>p\d{1,3})\.(?<field>name|identityNumber|creditCode|phone|address)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant | RegexOptions.NonBacktracking)]
    private static partial Regex PartyField();

    public sealed class Validator : CaseActionValidator<CorrectCase>
    {
        public Validator()
        {
            RuleFor(request => request.Field).NotEmpty()
                .Must(field => field is null or "amount" or "category" or "division" || PartyField().IsMatch(field))
                .Saying("可更正 amount、category、division，或 parties.p1.name 等当事人信息。",
                    "Correct amount, category, division, or a party's data such as parties.p1.name.");
            RuleFor(request => request.Value).NotEmpty().MaximumLength(200);
            RuleFor(request => request.Reason).NotEmpty().MaximumLength(500);
        }
    }
}
