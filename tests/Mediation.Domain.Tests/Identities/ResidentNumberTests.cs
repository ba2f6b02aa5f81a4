using Mediation.Domain.Identities;

namespace Mediation.Domain.Tests.Identities;

public sealed class ResidentNumberTests
{
    [Theory]
    [InlineData("11010519491231002X")]
    [InlineData("34052419800101001X")]
    [InlineData("34052419800101001x")]
    [InlineData("３４０５２４１９８００１０１００１Ｘ")]
    [InlineData(" 340524 19800101 001X ")]
    [InlineData("430103209910184307")]
    public void A_number_with_its_check_digit_is_read(string text)
    {
        Assert.True(ResidentNumber.TryParse(text, out var number, out var code));
        Assert.Equal("", code);
        Assert.Equal(18, number.Value.Length);
    }

    [Theory]
    [InlineData("430103209910184308", ResidentNumber.CheckDigitError)]
    [InlineData("110105194912310021", ResidentNumber.CheckDigitError)]
    [InlineData("110105194902300029", ResidentNumber.BirthDateError)]
    [InlineData("110105194913310021", ResidentNumber.BirthDateError)]
    [InlineData("110105000012310021", ResidentNumber.BirthDateError)]
    [InlineData("110105491231002", ResidentNumber.FormatError)]
    [InlineData("1101051949123100X2", ResidentNumber.FormatError)]
    [InlineData("010105194912310021", ResidentNumber.FormatError)]
    [InlineData("", ResidentNumber.FormatError)]
    [InlineData(null, ResidentNumber.FormatError)]
    public void What_is_wrong_has_its_own_code(string? text, string expected)
    {
        Assert.False(ResidentNumber.TryParse(text, out _, out var code));
        Assert.Equal(expected, code);
    }

    [Fact]
    public void Birth_date_and_sex_stand_in_the_number()
    {
        Assert.True(ResidentNumber.TryParse("34052419800101001X", out var number, out _));
        Assert.Equal(new DateOnly(1980, 1, 1), number.BirthDate);
        Assert.True(number.IsMale);
        Assert.True(ResidentNumber.TryParse("430103209910184307", out var future, out _));
        Assert.Equal(new DateOnly(2099, 10, 18), future.BirthDate);
        Assert.False(future.IsMale);
    }

    [Fact]
    public void A_number_shows_only_its_ends()
    {
        Assert.True(ResidentNumber.TryParse("34052419800101001x", out var number, out _));
        Assert.Equal("340***********001X", number.Masked);
        Assert.Equal("340***********001X", $"{number}");
        Assert.Equal("******", ResidentNumber.Mask("123456"));
    }

    [Theory]
    [InlineData("11010519491231002X")]
    [InlineData("430103209910184307")]
    [InlineData("430211209305234973")]
    public void Every_change_of_one_digit_is_found(string valid)
    {
        for (var position = 0; position < 18; position++)
            foreach (var digit in position == 17 ? "0123456789X" : "0123456789")
            {
                if (digit == valid[position]) continue;
                var changed = string.Concat(valid.AsSpan(0, position), [digit], valid.AsSpan(position + 1));
                Assert.False(ResidentNumber.TryParse(changed, out _, out _), $"position {position}, digit {digit}");
            }
    }

    [Theory]
    [InlineData("11010519491231002X")]
    [InlineData("430211209305234973")]
    public void Every_swap_of_two_neighbours_is_found(string valid)
    {
        for (var position = 0; position < 16; position++)
        {
            if (valid[position] == valid[position + 1]) continue;
            var swapped = valid.ToCharArray();
            (swapped[position], swapped[position + 1]) = (swapped[position + 1], swapped[position]);
            Assert.False(ResidentNumber.TryParse(new string(swapped), out _, out _), $"position {position}");
        }
    }
}
