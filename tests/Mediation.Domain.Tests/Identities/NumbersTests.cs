using Mediation.Domain.Identities;

namespace Mediation.Domain.Tests.Identities;

public sealed class NumbersTests
{
    [Theory]
    [InlineData("91350100M000100Y43")]
    [InlineData("91350100m000100y43")]
    [InlineData("９１３５０１００Ｍ０００１００Ｙ４３")]
    [InlineData("91350100 M000100Y4-3")]
    public void A_credit_code_with_its_check_character_is_valid(string code)
    {
        Assert.True(CreditCode.IsValid(code));
        Assert.Equal("91350100M000100Y43", CreditCode.Normalise(code));
    }

    [Fact]
    public void A_code_in_real_use_that_breaks_the_rule_still_looks_like_one()
    {
        Assert.False(CreditCode.IsValid("91350100M0001TGQXM"));
        Assert.True(CreditCode.LooksLike("91350100M0001TGQXM"));
        Assert.True(CreditCode.IsValid("91350100M0001TGQX1"));
    }

    [Theory]
    [InlineData("91350100M000100Y4")]
    [InlineData("91350100M000100YI3")]
    [InlineData("91350100M000100YO3")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_not_18_characters_of_the_alphabet_is_no_credit_code(string? code) =>
        Assert.False(CreditCode.LooksLike(code));

    [Theory]
    [InlineData("(2026)湘0104诉前调46000号")]
    [InlineData("（2026）湘0104诉前调46000号")]
    [InlineData("(2026）湘0104诉前调46000号")]
    [InlineData("（２０２６）湘０１０４诉前调４６０００号")]
    [InlineData(" ( 2026 ) 湘0104 诉前调 46000 号 ")]
    public void A_court_case_number_has_one_normal_form(string text)
    {
        Assert.True(CourtCaseNumber.TryParse(text, out var number));
        Assert.Equal("（2026）湘0104诉前调46000号", number.ToString());
        Assert.Equal((2026, "湘0104", "诉前调", "46000"), (number.Year, number.CourtCode, number.TypeCode, number.Serial));
        Assert.Equal("430104", number.DivisionCode);
    }

    [Theory]
    [InlineData("（2022）湘0102诉前调确123号", "湘0102", "诉前调确", "430102")]
    [InlineData("（2025）湘01民初7号", "湘01", "民初", "4301")]
    [InlineData("（2025）湘民终7号", "湘", "民终", "43")]
    [InlineData("（2025）最高法民申7号", "最高法", "民申", null)]
    [InlineData("（2025）粤0104民初7号", "粤0104", "民初", null)]
    [InlineData("（2025）湘8601民初7号", "湘8601", "民初", null)]
    public void The_court_and_the_kind_stand_in_the_number(string text, string court, string type, string? division)
    {
        Assert.True(CourtCaseNumber.TryParse(text, out var number));
        Assert.Equal((court, type, division), (number.CourtCode, number.TypeCode, number.DivisionCode));
        Assert.Equal(text, number.ToString());
    }

    [Theory]
    [InlineData("2026湘0104诉前调46000号")]
    [InlineData("（26）湘0104诉前调46000号")]
    [InlineData("（2026）湘0104诉前调46000")]
    [InlineData("（2026）湘0104诉前调号")]
    [InlineData("（2026）湘010455诉前调1号")]
    [InlineData("（2026）湘0104诉前调1号\n2")]
    [InlineData("")]
    [InlineData(null)]
    public void What_is_no_court_case_number_is_refused(string? text) => Assert.False(CourtCaseNumber.TryParse(text, out _));

    [Fact]
    public void An_own_case_number_is_written_and_read()
    {
        Assert.Equal("430104-2026-00000042", OwnCaseNumber.Format("430104", 2026, 42));
        Assert.True(OwnCaseNumber.TryParse(" 430104-2026-00000042 ", out var number));
        Assert.Equal(new OwnCaseNumber("430104", 2026, 42), number);
        Assert.Equal("430104-2026-00000042", $"{number}");
        Assert.False(OwnCaseNumber.TryParse("430104-2026-42", out _));
        Assert.False(OwnCaseNumber.TryParse("（2026）湘0104诉前调1号", out _));
    }

    [Theory]
    [InlineData("199 7684 8884")]
    [InlineData("+86 199-7684-8884")]
    [InlineData("0086 19976848884")]
    [InlineData("8619976848884")]
    [InlineData("１９９７６８４８８８４")]
    public void A_phone_number_has_one_form_and_one_mask(string text)
    {
        Assert.Equal("19976848884", PhoneNumber.Normalise(text));
        Assert.Equal("199****8884", PhoneNumber.Mask(text));
    }

    [Fact]
    public void A_short_phone_number_is_hidden_whole() => Assert.Equal("*****", PhoneNumber.Mask("12345"));
}
