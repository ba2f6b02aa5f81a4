using System.Globalization;

namespace Mediation.Browser.Tests;

public sealed class CourtAndReportTests(Visit visit)
{
    [Fact]
    public async Task A_court_imports_its_month_and_reads_why_rows_were_refused()
    {
        var page = await visit.SignedInAsync("court.43");
        await page.GotoAsync("/referrals/import");
        await page.SetInputFilesAsync("#f-file", Path.Combine(ServiceProcess.Root, "docs/samples/court-referrals-2026-10.csv"));

        await page.ClickAsync("main form button[type=submit]");

        await page.WaitForSelectorAsync("#import-result, .error-summary");
        var counts = Numbers(await page.Locator("section [role=status]").InnerTextAsync());
        Assert.Equal([408, 379, 4, 25], counts);
        var refused = page.Locator("section table").First.Locator("tbody tr");
        var rows = await refused.Locator("td:first-child").AllInnerTextsAsync();
        Assert.Equal(25, rows.Distinct(StringComparer.Ordinal).Count());
        Assert.All(await refused.Locator("td:last-child").AllInnerTextsAsync(), reason => Assert.NotEmpty(reason.Trim()));
    }

    [Fact]
    public async Task Every_row_of_the_monthly_report_adds_up()
    {
        using var supervisor = await Reader.SignedInAsync(visit.Service, "supervisor.4301");

        var page = (await supervisor.ReadAsync("/reports/monthly?by=division", "zh-CN")).Document!;

        var month = page.QuerySelectorAll("table.figures")[0]; // the comparison below has its own
        var heads = month.QuerySelectorAll("thead th").Skip(1).Select(head => head.TextContent.Trim()).ToList();
        var rows = month.QuerySelectorAll("tbody tr");
        Assert.True(rows.Length > 2, "A city has divisions.");
        foreach (var row in rows)
        {
            var cells = row.QuerySelectorAll("td").Select(cell => cell.TextContent.Trim()).ToList();
            int Sum(params string[] names) =>
                names.Sum(name => int.Parse(cells[heads.IndexOf(name)], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
            Assert.Equal(Sum("上月结转", "登记", "转入", "重新启动"), Sum("不予受理", "引导其他途径", "转出", "办结", "未结"));
            Assert.Equal(Sum("办结"), Sum("调解成功", "部分调成", "调解不成", "撤回", "其他终结", "法院收回"));
        }

        Assert.NotEqual("0", rows[^1].QuerySelectorAll("td")[heads.IndexOf("登记")].TextContent.Trim());
    }

    private static int[] Numbers(string text) =>
        [.. new string([.. text.Select(letter => char.IsAsciiDigit(letter) ? letter : ' ')])
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
