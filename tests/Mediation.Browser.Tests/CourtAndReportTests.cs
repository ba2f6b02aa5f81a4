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
        var page = await visit.SignedInAsync("supervisor.4301");

        await page.GotoAsync("/reports/monthly?by=division");

        var month = page.Locator("table.figures").First; // the comparison below has its own
        var heads = (await month.Locator("thead th").AllInnerTextsAsync()).Skip(1).Select(head => head.Trim()).ToList();
        var rows = await month.Locator("tbody tr").AllAsync();
        Assert.True(rows.Count > 2, "A city has divisions.");
        foreach (var row in rows)
        {
            var cells = await row.Locator("td").AllInnerTextsAsync();
            int Sum(params string[] names) => names.Sum(name => int.Parse(cells[heads.IndexOf(name)], NumberStyles.AllowThousands, CultureInfo.InvariantCulture));
            Assert.Equal(Sum("上月结转", "登记", "转入", "重新启动"), Sum("不予受理", "引导其他途径", "转出", "办结", "未结"));
            Assert.Equal(Sum("办结"), Sum("调解成功", "部分调成", "调解不成", "撤回", "其他终结", "法院收回"));
        }

        var registered = await rows[^1].Locator("td").Nth(heads.IndexOf("登记")).InnerTextAsync();
        Assert.NotEqual("0", registered);
    }

    private static int[] Numbers(string text) =>
        [.. new string([.. text.Select(letter => char.IsAsciiDigit(letter) ? letter : ' ')]).Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(number => int.Parse(number, CultureInfo.InvariantCulture))];
}
