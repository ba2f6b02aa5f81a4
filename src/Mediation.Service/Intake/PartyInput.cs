using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Identities;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Intake;

/// <summary>A party as typed at the counter or sent by a client.</summary>
public sealed record PartyInput
{
    public Side? Side { get; init; }
    public PartyKind? Kind { get; init; }
    public string? Name { get; init; }
    public string? IdentityNumber { get; init; }
    public string? CreditCode { get; init; }
    public string? Phone { get; init; }
    public string? Address { get; init; }
    public bool? Minor { get; init; }
    public IReadOnlyList<RepresentativeInput>? Representatives { get; init; }

    public PartyRow ToRow(string id) => new(id, Side!.Value, Kind!.Value, Name!.Trim(), Minor ?? false, Platform.Keys.NewItemKey())
    {
        IdentityNumber = ResidentNumber.TryParse(IdentityNumber ?? "", out var number, out _) ? number.Value : null,
        CreditCode = string.IsNullOrWhiteSpace(CreditCode) ? null : Domain.Identities.CreditCode.Normalise(CreditCode),
        Phone = string.IsNullOrWhiteSpace(Phone) ? null : PhoneNumber.Normalise(Phone),
        Address = string.IsNullOrWhiteSpace(Address) ? null : Address.Trim(),
        Representatives = [.. (Representatives ?? []).Select(person => new RepresentativeRow(person.Name!.Trim(), person.Kind!.Value,
            person.Authority!.Value, string.IsNullOrWhiteSpace(person.Phone) ? null : PhoneNumber.Normalise(person.Phone)))],
    };

    public sealed class Validator : AbstractValidator<PartyInput>
    {
        public Validator()
        {
            RuleFor(party => party.Side).NotNull();
            RuleFor(party => party.Kind).NotNull();
            RuleFor(party => party.Name).NotEmpty().MaximumLength(100);
            RuleFor(party => party.IdentityNumber).MaximumLength(30)
                .Must(number => string.IsNullOrWhiteSpace(number) || ResidentNumber.TryParse(number, out _, out _))
                .Saying("公民身份号码有误，请核对 18 位号码及校验码。", "Not a valid resident number: check its 18 characters and the check digit.");
            RuleFor(party => party.CreditCode).MaximumLength(30)
                .Must(code => string.IsNullOrWhiteSpace(code) || Domain.Identities.CreditCode.LooksLike(code))
                .Saying("统一社会信用代码应为 18 位数字和大写字母。", "A credit code has 18 digits and capital letters.");
            RuleFor(party => party.Phone).MaximumLength(30);
            RuleFor(party => party.Address).MaximumLength(200);
            RuleFor(party => party.Representatives).Must(people => people is null or { Count: <= 10 })
                .Saying("代理人最多 10 名。", "At most 10 representatives.");
            RuleForEach(party => party.Representatives).SetValidator(new RepresentativeInput.Validator());
        }
    }
}

public sealed record RepresentativeInput
{
    public string? Name { get; init; }
    public RepresentativeKind? Kind { get; init; }
    public Authority? Authority { get; init; }
    public string? Phone { get; init; }

    public sealed class Validator : AbstractValidator<RepresentativeInput>
    {
        public Validator()
        {
            RuleFor(person => person.Name).NotEmpty().MaximumLength(100);
            RuleFor(person => person.Kind).NotNull();
            RuleFor(person => person.Authority).NotNull();
            RuleFor(person => person.Phone).MaximumLength(30);
        }
    }
}
