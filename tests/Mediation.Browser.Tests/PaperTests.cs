using Microsoft.Playwright;

namespace Mediation.Browser.Tests;

/// <summary>What comes out of the printer: A4, numbered, with fonts of its own, and everything that stands on the screen.</summary>
public sealed class PaperTests(Visit visit)
{
    [Fact]
    public async Task The_case_sheet_has_every_field_and_numbers_its_pages()
    {
        var caseNo = await visit.SettledCaseAsync();

        var (text, pages) = await PrintAsync($"/cases/{caseNo}/print");

        foreach (var field in new[] { caseNo, "张小甲", "李小乙", "楼上漏水,协商未果", "¥3,200.50", "赔偿修缮费", "¥3,000.00", "楼上漏水损坏吊顶", "如何计算" })
            Assert.Contains(field, text, StringComparison.Ordinal);
        Assert.True(pages.Count > 1, "The journal of a settled case does not fit on one page.");
        Assert.Equal(Enumerable.Range(1, pages.Count).Select(n => $"{n}/{pages.Count}"), pages.Select(NumberOf));
    }

    [Fact]
    public async Task The_agreement_has_the_contents_of_the_law_and_room_for_every_signature()
    {
        var caseNo = await visit.SettledCaseAsync();

        var (text, pages) = await PrintAsync($"/cases/{caseNo}/agreement");

        foreach (var field in new[] { "调解协议书", caseNo, "张小甲", "李小乙", "楼上漏水损坏吊顶", "赔偿数额", "赔偿修缮费", "¥3,000.00", "银行转账",
            "自各方当事人签名", "人民调解法第三十三条", "各执一份" })
            Assert.Contains(field, text, StringComparison.Ordinal);
        Assert.Equal("1/1", NumberOf(Assert.Single(pages)));
        Assert.DoesNotContain("打印", text, StringComparison.Ordinal); // what is only for the screen
    }

    [Fact]
    public async Task The_work_list_is_printed_without_what_is_for_clicking()
    {
        var caseNo = await visit.AssignedCaseAsync();

        var (text, _) = await PrintAsync("/?sort=-opened&tab=mine");

        Assert.Contains(caseNo, text, StringComparison.Ordinal);
        Assert.DoesNotContain("退出", text, StringComparison.Ordinal);
    }

    /// <returns>The text without white space between Chinese characters, and the pages as they are.</returns>
    private async Task<(string Text, IReadOnlyList<string> Pages)> PrintAsync(string path)
    {
        visit.NeedChineseFont();
        var page = await visit.SignedInAsync(Visit.Mediator);
        await page.GotoAsync(path);
        var file = Path.Combine(Directory.CreateTempSubdirectory("mediation-paper-").FullName, "paper.pdf");
        try
        {
            await page.PdfAsync(new() { Path = file, PreferCSSPageSize = true });
            var about = await Tools.PopplerAsync("pdfinfo", file);
            Assert.Contains("(A4)", about, StringComparison.Ordinal);
            var fonts = await Tools.PopplerAsync("pdffonts", file);
            var embedded = fonts.Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(2).ToList();
            Assert.NotEmpty(embedded);
            Assert.All(embedded, font => Assert.Matches(@"\s+yes\s+(yes|no)\s+(yes|no)\s+\d+\s+\d+\s*$", font));
            var text = await Tools.PopplerAsync("pdftotext", "-layout", file, "-");
            // A column breaks a long word over lines: what stands there is compared without white space, page numbers with it.
            return (string.Concat(text.Where(letter => !char.IsWhiteSpace(letter))),
                [.. text.Split('\f', StringSplitOptions.RemoveEmptyEntries)]);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(file)!, recursive: true);
        }
    }

    private static string NumberOf(string page) => string.Concat(page.Trim().Split('\n')[^1].Where(letter => !char.IsWhiteSpace(letter)));
}
