using System.Text;
using Mediation.Service.Courts;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Files;

namespace Mediation.Service.Tests.Platform;

public sealed class CsvTextTests
{
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("+1", "'+1")]
    [InlineData("-cmd", "'-cmd")]
    [InlineData("-1+1", "'-1+1")]
    [InlineData("@x", "'@x")]
    [InlineData("\tx", "'\tx")]
    [InlineData("\rx", "'\rx")]
    [InlineData("＝x", "'＝x")]
    [InlineData("-5", "-5")]
    [InlineData("-1234.50", "-1234.50")]
    [InlineData("颜霞", "颜霞")]
    [InlineData(null, "")]
    public void What_a_spreadsheet_would_run_is_text(string? text, string expected) => Assert.Equal(expected, CsvText.Escape(text));

    [Fact]
    public void A_file_begins_with_a_BOM_and_quotes_what_needs_it()
    {
        var bytes = CsvText.File(["甲", "乙"], [["a,b", "说\"好\""], [null, "一\n二"]]);
        Assert.Equal("\uFEFF甲,乙\r\n\"a,b\",\"说\"\"好\"\"\"\r\n,\"一\n二\"\r\n", Encoding.UTF8.GetString(bytes));
    }

    [Fact]
    public void The_result_file_keeps_the_rows_and_adds_the_outcome_under_its_headings()
    {
        var bytes = ResultFile.Csv(["案号", "事实与理由"],
        [
            new(["(2026)湘0104诉前调1号", "=1+1"], "430104-2026-00000001", "已收取", null, "结案", "调解成功", "成功",
                new DateOnly(2026, 11, 2), "某调委会", "书面", "已确认"),
            new(["缺一格"], null, "未收取", "请填写案号", null, null, null, null, null, null, null),
        ]);
        Assert.Equal(
            "\uFEFF案号,事实与理由,调解案号,导入结果,原因,阶段,状态,结果,结案日期,调解组织,协议形式,司法确认\r\n"
            + "(2026)湘0104诉前调1号,'=1+1,430104-2026-00000001,已收取,,结案,调解成功,成功,2026-11-02,某调委会,书面,已确认\r\n"
            + "缺一格,,,未收取,请填写案号,,,,,,,\r\n",
            Encoding.UTF8.GetString(bytes));
    }
}
