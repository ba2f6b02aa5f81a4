using System.Text.RegularExpressions;
using Mediation.Domain.Cases;
using Mediation.Domain.Identities;

namespace Mediation.Service.Courts.Files;

/// <summary>Reads the three cells of one side: names, their numbers and their phones, each joined by 、 in the same order.</summary>
internal static partial class CourtPartyReader
{
    private const int MaxName = 200;

    public static List<ReferralParty> Read(Side side, string names, string numbers, string phones,
        Report nameError, Report numberError, Report phoneError, Report numberWarning)
    {
        var nameList = Split(names).Where(name => name.Length > 0).ToList();
        var numberList = Entries(numbers, nameList.Count);
        var phoneList = Entries(phones, nameList.Count);
        if (nameList.Count == 0)
            nameError("", "field.required", new(
                side == Side.Applicant ? "“申请人”不能为空。请填写姓名或名称。" : "“被申请人”不能为空。请填写姓名或名称。",
                side == Side.Applicant ? "申请人 is required. Fill in the name." : "被申请人 is required. Fill in the name."));
        foreach (var name in nameList.Where(name => name.Length > MaxName))
            nameError(name, "text.tooLong", new($"姓名或名称超过 {MaxName} 个字。请缩短。", $"A name has more than {MaxName} characters. Shorten it."));
        if (nameList.Count > 0 && numberList.Count > 0 && numberList.Count != nameList.Count)
            numberError(numbers, "parties.mismatch", new(
                $"有 {nameList.Count} 个姓名，却有 {numberList.Count} 个证件号码。请用“、”分隔并逐一对应；号码不明的全部留空。",
                $"{nameList.Count} names but {numberList.Count} numbers. Join them by 、 in the same order, or leave the cell empty."));
        if (nameList.Count > 0 && phoneList.Count > 1 && phoneList.Count != nameList.Count)
            phoneError(phones, "parties.mismatch", new(
                $"有 {nameList.Count} 个姓名，却有 {phoneList.Count} 个电话。请用“、”分隔并逐一对应，或只填一个。",
                $"{nameList.Count} names but {phoneList.Count} phones. Join them by 、 in the same order, or give only one."));

        var parties = new List<ReferralParty>(nameList.Count);
        for (var index = 0; index < Math.Max(nameList.Count, numberList.Count); index++)
        {
            var name = nameList.ElementAtOrDefault(index) ?? "";
            var phone = phoneList.ElementAtOrDefault(index) is { Length: > 0 } text ? PhoneNumber.Normalise(text) : null;
            parties.Add(Party(side, name, numberList.ElementAtOrDefault(index) ?? "", phone, numberError, numberWarning));
        }
        return parties;
    }

    private static ReferralParty Party(Side side, string name, string number, string? phone, Report error, Report warning)
    {
        var organisation = CourtText.IsOrganisationName(name);
        var code = CreditCode.Normalise(number);
        if (code.Length == 0) return new(side, organisation ? PartyKind.Organisation : PartyKind.Person, name, null, null, phone);
        var isResident = ResidentNumber.TryParse(code, out var resident, out var refusal);
        if (IsCreditCode(code, organisation, refusal))
        {
            if (!CreditCode.IsValid(code))
                warning(number, "creditCode.invalid", new(
                    "统一社会信用代码的校验位不符。已照原样收取，请核对。",
                    "The credit code breaks its check rule. It was taken as it is; please check it."));
            return new(side, PartyKind.Organisation, name, null, code, phone);
        }
        if (isResident) return new(side, PartyKind.Person, name, resident.Value, null, phone);
        error(number, refusal, refusal switch
        {
            ResidentNumber.CheckDigitError => new(
                "居民身份号码的校验位不符。请对照证件逐位核对。",
                "The check digit of the resident number is wrong. Compare it with the card digit by digit."),
            ResidentNumber.BirthDateError => new(
                "居民身份号码中的出生日期不存在。请对照证件核对第 7 至 14 位。",
                "The birth date within the resident number does not exist. Check digits 7 to 14."),
            _ => new(
                "证件号码格式不正确。请填写 18 位居民身份号码或统一社会信用代码；15 位旧号码已停用。",
                "The number is malformed. Give a resident number or credit code of 18 characters; old numbers of 15 "
                    + "digits are no longer valid."),
        });
        return new(side, PartyKind.Person, name, null, null, phone);
    }

    // A letter before the 18th character makes it a credit code, right or wrong. Codes of digits alone exist too: of an
    // organisation, from a registering authority that issues them, and either right or without a date where a resident
    // number has one. One in 31 wrong resident numbers passes the credit code's check, so passing alone proves nothing.
    private static bool IsCreditCode(string code, bool organisation, string refusal)
    {
        if (code.Length <= 30 && WithLetter().IsMatch(code) && (organisation || code.Length == 18)) return true;
        return organisation && code.Length == 18 && code[0] is ('1' or '3' or '5' or '9') && refusal != ResidentNumber.FormatError
            && (refusal == ResidentNumber.BirthDateError || CreditCode.IsValid(code));
    }

    // A blank entry is an unknown number; separators behind the last name's add none.
    private static List<string> Entries(string cell, int names)
    {
        var entries = Split(cell);
        while (entries.Count > names && entries[^1].Length == 0) entries.RemoveAt(entries.Count - 1);
        return entries;
    }

    private static List<string> Split(string cell) =>
        string.IsNullOrWhiteSpace(cell) ? [] : [.. CourtText.Text(cell).Split('、').Select(part => part.Trim())];

    [GeneratedRegex(@"^[0-9]{0,16}[A-Z][0-9A-Z]*\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex WithLetter();
}
