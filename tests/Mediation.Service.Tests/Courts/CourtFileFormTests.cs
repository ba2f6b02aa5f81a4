using System.Text;
using Mediation.Service.Courts;
using Mediation.Service.Courts.Files;

namespace Mediation.Service.Tests.Courts;

/// <summary>The file as a whole: encodings, headings, samples, and what hostile files do.</summary>
public sealed class CourtFileFormTests
{
    private const string Headings = CourtFileTests.Headings;
    private const string First = "(2026)湘0104诉前调1号,买卖合同纠纷,2026-10-09,颜霞,430103209910184307,19976848884,罗怡,,,合同,100,430104,协商未果。";
    private const string Second = "(2026)湘0104诉前调2号,买卖合同纠纷,2026-10-09,颜霞,430103209910184307,19976848884,罗怡,,,合同,100,430104,\"协商未果。\"";

    private static readonly CourtFileContext Hunan = new(code => code != "439999", new DateOnly(2026, 11, 23));

    private static byte[] Sample(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "samples", name));

    private static Dictionary<int, string> Errors(CourtFileResult result) =>
        result.Rows.Where(row => row.Errors.Count > 0)
            .ToDictionary(row => row.Row, row => string.Join(' ', row.Errors.Select(error => error.Code)));

    private static int[] In(CourtFileResult result, FileOccurrence occurrence) =>
        [.. result.Rows.Where(row => row.Draft is not null && row.Occurrence == occurrence).Select(row => row.Row)];

    private static Dictionary<int, string> Expected(params (string Code, int[] Rows)[] codes) =>
        codes.SelectMany(code => code.Rows.Select(row => (row, code.Code))).ToDictionary(pair => pair.row, pair => pair.Code);

    [Fact]
    public void The_sample_in_utf_8_is_read_as_counted_by_hand()
    {
        var result = CourtFile.Read(Sample("court-referrals-2026-10.csv"), Hunan);
        Assert.Equal(408, result.Rows.Count);
        Assert.Equal(
            Expected(("field.required", [16, 30, 145, 165, 228, 261, 319, 345, 389]), ("date.invalid", [4, 259, 403]),
                ("identity.checkDigit", [125, 126, 207, 245, 254]), ("division.unknown", [29, 203, 220]), ("category.unknown", [295, 338]))
                .OrderBy(pair => pair.Key),
            Errors(result));
        Assert.Equal([143, 256, 292, 318], In(result, FileOccurrence.Repeat));
        Assert.Equal([71, 370, 407], In(result, FileOccurrence.Conflict));
        Assert.Equal(379, In(result, FileOccurrence.First).Length);
        Assert.All(result.Rows.Where(row => row.Draft is not null),
            row => Assert.Equal(["track.preFilingAfter2025"], row.Warnings.Select(warning => warning.Code)));
    }

    [Fact]
    public void The_sample_in_GB18030_is_read_as_counted_by_hand()
    {
        var result = CourtFile.Read(Sample("court-referrals-2026-10-gb18030.csv"), Hunan);
        Assert.Equal(308, result.Rows.Count);
        Assert.Equal(
            Expected(("field.required", [15, 64, 93, 97, 125, 142, 270, 289]), ("date.invalid", [74, 83]),
                ("identity.checkDigit", [85, 96, 101, 116, 121, 137, 163, 200]), ("division.unknown", [263]),
                ("amount.invalid", [132, 215, 237])).OrderBy(pair => pair.Key),
            Errors(result));
        Assert.Equal([39, 59, 63, 124, 241], In(result, FileOccurrence.Repeat));
        Assert.Equal([82, 155, 158], In(result, FileOccurrence.Conflict));
        Assert.Equal(278, In(result, FileOccurrence.First).Length);
    }

    [Fact]
    public void The_encoding_makes_no_difference()
    {
        var text = $"{Headings}\r\n{First}\r\n{Second}\r\n";
        var plain = CourtFileTests.ReadText(text);
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        foreach (var bytes in (byte[][])[[0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(text)],
            Encoding.GetEncoding("GB18030").GetBytes(text)])
        {
            var result = CourtFile.Read(bytes, CourtFileTests.Context);
            Assert.Equal(plain.Rows.Select(row => row.ContentHash), result.Rows.Select(row => row.ContentHash));
            Assert.All(result.Rows, row => Assert.NotEmpty(row.ContentHash));
        }
    }

    [Fact]
    public void Headings_may_stand_in_any_order_and_either_width()
    {
        var order = Headings.Split(',').Reverse().ToArray();
        var text = string.Join(',', order).Replace("标的额(元)", " 标的额（元） ", StringComparison.Ordinal) + "\n"
            + string.Join(',', First.Split(',').Reverse());
        Assert.NotNull(Assert.Single(CourtFileTests.ReadText(text).Rows).Draft);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData(First)]
    [InlineData("案号,案由\n1,2")]
    [InlineData(Headings + ",案号\n" + First + ",1")]
    [InlineData(Headings + ",星座\n" + First + ",1")]
    [InlineData("\0\u0001PK\u0003\u0004")]
    [InlineData("\"")]
    public void Wrong_headings_are_one_error_of_the_file(string text)
    {
        var result = CourtFileTests.ReadText(text);
        Assert.Equal("file.columns", result.Problem?.Code);
        Assert.Empty(result.Rows);
        Assert.DoesNotContain("颜霞", result.Problem!.Message.Zh, StringComparison.Ordinal);
    }

    [Fact]
    public void Random_bytes_and_500_columns_are_refused_as_a_file()
    {
        var bytes = new byte[100_000];
        new Random(7).NextBytes(bytes);
        Assert.Equal("file.columns", CourtFile.Read(bytes, Hunan).Problem?.Code);
        Assert.Equal("file.columns", CourtFileTests.ReadText(string.Join(',', Enumerable.Repeat("a", 500))).Problem?.Code);
    }

    [Fact]
    public void Headings_alone_are_a_file_without_rows() => Assert.Empty(CourtFileTests.ReadText(Headings + "\r\n").Rows);

    [Fact]
    public void Too_many_rows_are_refused()
    {
        var text = Headings + "\n" + First + "\n" + First;
        Assert.Null(CourtFile.Read(Encoding.UTF8.GetBytes(text), Hunan with { MaxRows = 2 }).Problem);
        Assert.Equal("file.tooManyRows", CourtFile.Read(Encoding.UTF8.GetBytes(text), Hunan with { MaxRows = 1 }).Problem?.Code);
    }

    [Theory]
    [InlineData("(2026)湘0104诉前调9号,\"未关闭的引号,2026-10-09,颜霞,,,罗怡,,,合同,100,430104,协商未果。")]
    [InlineData("(2026)湘0104诉前调9号,\"a\"b,2026-10-09,颜霞,,,罗怡,,,合同,100,430104,协商未果。")]
    [InlineData("只有,三,格")]
    [InlineData(First + ",多,出")]
    public void A_malformed_row_stops_no_other(string bad)
    {
        foreach (var rest in (string[])[$"{First}\n{Second}", $"{Second}\n{First}"])
        {
            var result = CourtFileTests.ReadText($"{Headings}\n{bad}\n{rest}\n");
            Assert.Equal(["row.malformed"], result.Rows[0].Errors.Select(error => error.Code));
            Assert.Equal(3, result.Rows.Count);
            Assert.All(result.Rows.Skip(1), row => Assert.NotNull(row.Draft));
        }
    }

    [Fact]
    public void A_lone_carriage_return_ends_a_row_and_a_blank_tail_is_no_row()
    {
        var result = CourtFileTests.ReadText($"{Headings}\r{First}\r{Second}\r,,,,,,,,,,,,\r\r");
        Assert.Equal(2, result.Rows.Count);
        Assert.All(result.Rows, row => Assert.NotNull(row.Draft));
    }

    [Fact]
    public void A_cell_of_two_megabytes_is_too_long_and_does_not_come_back()
    {
        var result = CourtFileTests.ReadText($"{Headings}\n{First}{new string('长', 1_000_000)}\n{Second}");
        var error = Assert.Single(result.Rows[0].Errors);
        Assert.Equal("text.tooLong", error.Code);
        Assert.True(error.Value.Length < 300);
        Assert.NotNull(result.Rows[1].Draft);
    }

    [Fact]
    public void Thousands_of_broken_quotes_take_no_longer_than_good_rows()
    {
        var text = new StringBuilder(Headings).Append('\n')
            .Insert(Headings.Length + 1, $"\"a\"b,{new string('x', 1_000)}\n\"never closed\n", 4_900).Append(First);
        var result = CourtFileTests.ReadText(text.ToString());
        Assert.Equal(9_801, result.Rows.Count);
        Assert.NotNull(result.Rows[^1].Draft);
    }

    [Fact]
    public void Broken_bytes_within_a_cell_are_an_error_of_that_cell()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes($"{Headings}\n{First}"), 0xFF, 0xFE];
        Assert.Equal(["text.control"], Assert.Single(CourtFile.Read(bytes, Hunan).Rows).Errors.Select(error => error.Code));
    }

    [Fact]
    public void No_damage_to_a_good_file_makes_the_reader_throw()
    {
        var random = new Random(11);
        var whole = Encoding.UTF8.GetBytes($"{Headings}\n{First}\n{Second}\n{First}\n");
        byte[] nasty = [0, (byte)'"', (byte)',', (byte)'\r', (byte)'\n', 0xFF, 0x80, (byte)'='];
        for (var round = 0; round < 2_000; round++)
        {
            var bytes = (byte[])whole.Clone();
            for (var hit = random.Next(1, 8); hit > 0; hit--)
                bytes[random.Next(Headings.Length * 3, bytes.Length)] = nasty[random.Next(nasty.Length)];
            var result = CourtFile.Read(bytes.AsMemory(0, random.Next(bytes.Length + 1)), Hunan);
            Assert.All(result.Rows, row => Assert.Equal(row.Draft is null, row.Errors.Count > 0));
        }
    }
}
