using FluentValidation;
using FluentValidation.Results;
using Mediation.Domain.Cases;

namespace Mediation.Service.Platform.Pipeline;

/// <summary>What the validators say, in both languages; a rule with words of its own uses <see cref="Saying"/>.</summary>
public static class ValidationTexts
{
    public static Message For(ValidationFailure failure)
    {
        var values = failure.FormattedMessagePlaceholderValues;
        object? Value(string name) => values is not null && values.TryGetValue(name, out var value) ? value : null;
        return failure.ErrorCode switch
        {
            "NotEmptyValidator" or "NotNullValidator" => new("必填，请填写。", "Required: fill it in."),
            "MaximumLengthValidator" => new($"最多 {Value("MaxLength")} 个字，请缩短。", $"At most {Value("MaxLength")} characters: shorten it."),
            "LengthValidator" => new($"长度应为 {Value("MinLength")} 至 {Value("MaxLength")} 个字。",
                $"Give {Value("MinLength")} to {Value("MaxLength")} characters."),
            "InclusiveBetweenValidator" =>
                new($"应在 {Value("From")} 与 {Value("To")} 之间。", $"Give a value from {Value("From")} to {Value("To")}."),
            "GreaterThanValidator" => new($"应大于 {Value("ComparisonValue")}。", $"Give more than {Value("ComparisonValue")}."),
            "GreaterThanOrEqualValidator" => new($"不应小于 {Value("ComparisonValue")}。", $"Give at least {Value("ComparisonValue")}."),
            "LessThanOrEqualValidator" => new($"不应大于 {Value("ComparisonValue")}。", $"Give at most {Value("ComparisonValue")}."),
            "EnumValidator" => new("不是可选的值，请从列表中选择。", "Not one of the values: choose from the list."),
            _ => new("格式不正确，请更正。", "Not well formed: correct it."),
        };
    }

    public static IRuleBuilderOptions<T, TProperty> Saying<T, TProperty>(
        this IRuleBuilderOptions<T, TProperty> rule, string zh, string en) =>
        rule.WithState(_ => new Message(zh, en));

    /// <summary>A list of short codes such as party ids; whether they exist is the domain's question.</summary>
    public static IRuleBuilderOptions<T, IReadOnlyList<string>?> PartyIds<T>(
        this IRuleBuilder<T, IReadOnlyList<string>?> rule, int maxLength = 10) =>
        rule.Must(ids => ids is null || (ids.Count <= 400 && ids.All(id => id is { Length: > 0 } && id.Length <= maxLength)))
            .Saying("应为当事人编号的列表，如 p1、p2。", "Give a list of party ids, such as p1, p2.");

    /// <summary>Yuan: not negative, at most two decimals, less than a hundred million million.</summary>
    public static IRuleBuilderOptions<T, decimal?> Money<T>(this IRuleBuilder<T, decimal?> rule) =>
        rule.Must(amount => amount is null || (amount >= 0 && amount < 100_000_000_000_000m && decimal.Round(amount.Value, 2) == amount))
            .Saying("金额应为不小于 0、最多两位小数的数字(元)。", "Give an amount in yuan, not negative, with at most two decimals.");
}
