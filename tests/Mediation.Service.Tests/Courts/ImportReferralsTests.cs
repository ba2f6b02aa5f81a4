using System.Diagnostics;
using System.Text;
using System.Text.Json;
using Mediation.Service.Courts;
using Mediation.Service.Tests.Cases;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Courts;

public sealed class ImportReferralsTests(CourtRoom room) : IClassFixture<CourtRoom>
{
    [Fact]
    public async Task The_sample_makes_each_valid_dispute_one_case_and_the_same_file_again_none()
    {
        // A service of its own: the counts are of an empty register.
        await using var own = new CourtRoom();
        await own.InitializeAsync();
        var file = CourtRoom.Sample("court-referrals-2026-10.csv");

        var dry = await CourtRoom.ImportAsync(own.HighCourt, file, dryRun: true);
        Assert.Equal(0, await own.CountAsync("select count(*) from cases"));
        var watch = Stopwatch.StartNew();
        var first = await CourtRoom.ImportAsync(own.HighCourt, file);
        TestContext.Current.TestOutputHelper?.WriteLine($"408 rows in {watch.ElapsedMilliseconds} ms");
        var again = await CourtRoom.ImportAsync(own.HighCourt, file);

        Assert.Equal((408, 379, 4, 25), first.Counts());
        Assert.Equal(first.Counts(), dry.Counts());
        Assert.Equal((408, 0, 383, 25), again.Counts());
        Assert.Equal(379, await own.CountAsync(
            "select count(*) from cases where stage = 'intake' and channel = 'court' and desk = centre and track = 'delegated'"));
        Assert.Equal(379, await own.CountAsync("select count(distinct court_case_no) from cases"));
        Assert.Equal(Enumerable.Range(1, 408), first.Rows().Select(row => row.GetProperty("row").GetInt32()));
        Assert.All(dry.Rows(), row => Assert.False(row.TryGetProperty("caseNo", out _)));
        Assert.Equal([71, 370, 407],
            first.Rows().Where(row => row.Codes().Contains("referral.conflict")).Select(row => row.GetProperty("row").GetInt32()));
        Assert.Equal(first.Rows().Select(row => row.GetProperty("errors").GetRawText()),
            again.Rows().Select(row => row.GetProperty("errors").GetRawText()));
        var made = first.Rows().Where(row => row.Text("result") != "rejected").Select(row => row.Text("caseNo"));
        Assert.Equal(made, again.Rows().Where(row => row.Text("result") == "repeated").Select(row => row.Text("caseNo")));
    }

    [Fact]
    public async Task The_sample_in_GB18030_is_taken_in_alike()
    {
        await using var own = new CourtRoom();
        await own.InitializeAsync();

        var answer = await CourtRoom.ImportAsync(own.HighCourt, CourtRoom.Sample("court-referrals-2026-10-gb18030.csv"));

        Assert.Equal((308, 278, 5, 25), answer.Counts());
    }

    [Fact]
    public async Task A_court_refers_for_itself_alone()
    {
        var (own, other) = (room.NextNumber(court: "湘0102"), room.NextNumber(court: "湘0103"));

        var answer = await CourtRoom.ImportAsync(room.Service.As("court.430102"), CourtRoom.File(CourtRoom.Row(own), CourtRoom.Row(other),
            CourtRoom.Row(room.NextNumber(court: "粤0104")), CourtRoom.Row(other, "收到日期", "2026-11-31")));

        Assert.Equal((4, 1, 0, 3), answer.Counts());
        Assert.Equal(["referral.outsideScope"], answer.Rows()[1].Codes());
        Assert.Equal(["referral.outsideScope"], answer.Rows()[2].Codes());
        Assert.Equal(["date.invalid", "referral.outsideScope"], answer.Rows()[3].Codes());
        Assert.Equal(0, await room.CountAsync("select count(*) from cases where court_case_no = @other", new { other }));
    }

    [Fact]
    public async Task Other_content_is_rejected_the_first_stays_and_what_was_first_is_a_repeat_wherever_it_stands()
    {
        var number = room.NextNumber();
        var first = await CourtRoom.ImportAsync(room.Court, CourtRoom.File(CourtRoom.Row(number)));

        var second = await CourtRoom.ImportAsync(room.Court, CourtRoom.File(
            CourtRoom.Row(number, "标的额(元)", "999"), CourtRoom.Row(number),
            CourtRoom.Row(number.Replace('（', '(').Replace('）', ')'), "标的额(元)", "1,234.5")));

        Assert.Equal((3, 0, 2, 1), second.Counts());
        Assert.Equal(["referral.conflict"], second.Rows()[0].Codes());
        Assert.All(second.Rows().Skip(1), row => Assert.Equal(first.Rows()[0].Text("caseNo"), row.Text("caseNo")));
        Assert.Equal(1,
            await room.CountAsync("select count(*) from cases where court_case_no = @number and amount = 1234.50", new { number }));
    }

    [Fact]
    public async Task A_row_that_a_single_referral_brought_before_is_a_repeat_and_the_other_way_round()
    {
        var (single, batch) = (room.NextNumber(), room.NextNumber());
        var made = await room.NewCaseAsync(single);
        var read = await CourtRoom.ImportAsync(room.Court, CourtRoom.File(CourtRoom.Row(single), CourtRoom.Row(batch)));

        var again = await room.ReferAsync(CourtRoom.Referral(batch));

        Assert.Equal((2, 1, 1, 0), read.Counts());
        Assert.Equal(made.Text("caseNo"), read.Rows()[0].Text("caseNo"));
        Assert.Equal(200, (int)again.StatusCode);
        Assert.Equal(read.Rows()[1].Text("caseNo"), (await again.JsonAsync()).Text("caseNo"));
    }

    [Theory]
    [InlineData("案号", "", "field.required")]
    [InlineData("案号", "2026年湘0104民初1号", "courtCaseNo.invalid")]
    [InlineData("申请人", "", "field.required")]
    [InlineData("收到日期", "2026-11-31", "date.invalid")]
    [InlineData("收到日期", "2026-11-24", "date.future")]
    [InlineData("标的额(元)", "壹万元", "amount.invalid")]
    [InlineData("申请人证件号码", "430103209910184308", "identity.checkDigit")]
    [InlineData("申请人", "颜霞、罗怡", "parties.mismatch")]
    [InlineData("行政区划代码", "439999", "division.unknown")]
    [InlineData("纠纷类型", "其它类型", "category.unknown")]
    [InlineData("案由", "买卖\0合同", "text.control")]
    [InlineData("案号", "颜\0霞", "courtCaseNo.invalid")]
    public async Task A_bad_row_is_told_with_its_column_and_stops_no_good_one(string column, string value, string code)
    {
        var bad = CourtRoom.Row(room.NextNumber());
        bad[column] = value;

        var answer = await CourtRoom.ImportAsync(room.Court,
            CourtRoom.File(CourtRoom.Row(room.NextNumber()), bad, CourtRoom.Row(room.NextNumber())));

        Assert.Equal((3, 2, 0, 1), answer.Counts());
        var error = answer.Rows()[1].GetProperty("errors").EnumerateArray().First(issue => issue.Text("code") == code);
        Assert.Equal(code == "parties.mismatch" ? "申请人证件号码" : column, error.Text("column"));
        Assert.NotEmpty(error.Text("message"));
        Assert.Equal(JsonValueKind.String, error.GetProperty("value").ValueKind);
    }

    [Fact]
    public async Task A_number_of_a_court_that_does_not_exist_is_rejected_alone()
    {
        var answer = await CourtRoom.ImportAsync(room.HighCourt,
            CourtRoom.File(CourtRoom.Row(room.NextNumber(court: "湘0192")), CourtRoom.Row(room.NextNumber())));

        Assert.Equal((2, 1, 0, 1), answer.Counts());
        Assert.Equal(["court.unknown"], answer.Rows()[0].Codes());
    }

    [Fact]
    public async Task Several_courts_that_send_the_same_rows_at_once_make_each_case_once()
    {
        var rows = Enumerable.Range(0, 150).Select(_ => CourtRoom.Row(room.NextNumber())).ToList();
        var files = new[] { CourtRoom.File(rows), CourtRoom.File(rows.AsEnumerable().Reverse()),
            CourtRoom.File(rows.Skip(50)), CourtRoom.File(rows) };

        var answers = await Task.WhenAll(
            files.Select((file, index) => CourtRoom.ImportAsync(index % 2 == 0 ? room.Court : room.HighCourt, file)));

        Assert.Equal(150, answers.Sum(answer => answer.Counts().Created));
        Assert.All(answers, answer => Assert.Equal(0, answer.Counts().Rejected));
        Assert.Equal(1, await room.CountAsync("""
            select count(distinct n) from (select count(*) as n from cases where court_case_no = any(@numbers)
                group by court_case_no) counted
            """,
            new { numbers = rows.Select(row => row["案号"]).ToArray() }));
    }

    [Fact]
    public async Task The_same_idempotency_key_answers_the_same_and_another_file_under_it_is_refused()
    {
        var file = CourtRoom.File(CourtRoom.Row(room.NextNumber()));

        var first = await (await CourtRoom.SendFileAsync(room.Court, file, key: "batch-1")).Content.ReadAsStringAsync();
        var second = await (await CourtRoom.SendFileAsync(room.Court, file, key: "batch-1")).Content.ReadAsStringAsync();

        Assert.Equal(first, second);
        await (await CourtRoom.SendFileAsync(room.Court, CourtRoom.File(CourtRoom.Row(room.NextNumber())), key: "batch-1"))
            .RefusedAsync(422, "idempotency.mismatch");
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n\n")]
    [InlineData("\"")]
    [InlineData("案号,案由\n1,2")]
    [InlineData("{\"courtCaseNo\":\"x\"}")]
    public async Task What_is_no_such_file_is_refused_as_a_file(string text) =>
        await (await CourtRoom.SendFileAsync(room.Court, Encoding.UTF8.GetBytes(text), "application/octet-stream"))
            .RefusedAsync(422, "file.columns");

    [Fact]
    public async Task A_broken_workbook_is_refused_as_one() =>
        await (await CourtRoom.SendFileAsync(room.Court, "PK\u0003\u0004\0\0\0\0[Content_Types].xml"u8.ToArray(),
            "application/octet-stream")).RefusedAsync(422, "file.unreadable");

    [Fact]
    public async Task Rubbish_of_every_size_is_refused_and_never_breaks_anything()
    {
        var noise = new byte[200_000];
        new Random(7).NextBytes(noise);
        await (await CourtRoom.SendFileAsync(room.Court, noise, type: null)).RefusedAsync(422, "file.columns");
        await (await CourtRoom.SendFileAsync(room.Court, Encoding.ASCII.GetBytes(new string(',', 10_000_000))))
            .RefusedAsync(422, "file.columns");
        await (await CourtRoom.SendFileAsync(room.Court, Encoding.ASCII.GetBytes(new string('\n', 10_000_000))))
            .RefusedAsync(422, "file.columns");
        await (await CourtRoom.SendFileAsync(room.Court, new byte[(32 * 1024 * 1024) + 1])).RefusedAsync(413, "body.tooLarge");
        var commas = Encoding.UTF8.GetBytes(CourtFileTests.Headings + "\nx" + new string(',', 1_000_000));
        Assert.Equal((1, 0, 0, 1), (await CourtRoom.ImportAsync(room.Court, commas)).Counts());
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("application/pdf")]
    public async Task Another_media_type_is_415(string type) =>
        await (await CourtRoom.SendFileAsync(room.Court, CourtRoom.File(CourtRoom.Row(room.NextNumber())), type))
            .RefusedAsync(415, "mediaType.unsupported");

    [Theory]
    [InlineData("text/csv; charset=gb18030")]
    [InlineData("text/plain")]
    [InlineData("application/vnd.ms-excel")]
    [InlineData(null)]
    public async Task The_media_types_that_browsers_and_courts_send_are_taken(string? type) =>
        Assert.Equal(200,
            (int)(await CourtRoom.SendFileAsync(room.Court, CourtRoom.File(CourtRoom.Row(room.NextNumber())), type)).StatusCode);

    [Fact]
    public async Task Nobody_but_a_court_imports() =>
        await (await CourtRoom.SendFileAsync(room.Clerk, CourtRoom.File(CourtRoom.Row(room.NextNumber())))).RefusedAsync(403, "forbidden");

    [Fact]
    public async Task The_command_line_imports_for_the_account_named()
    {
        var path = Path.Combine(room.Service.Settings.DataFolder, "rows.csv");
        await File.WriteAllBytesAsync(path,
            CourtRoom.File(CourtRoom.Row(room.NextNumber()), CourtRoom.Row(room.NextNumber(court: "湘0103"), "收到日期", "无")),
            TestContext.Current.CancellationToken);
        await using var scope = room.Service.Scope();
        using var output = new StringWriter();

        var code = await ImportFile.RunAsync(scope.ServiceProvider, [path, "--user", "court.430104"], demonstration: false, output, output);
        var nobody = await ImportFile.RunAsync(scope.ServiceProvider, [path, "--user", "court.nowhere"],
            demonstration: false, output, output);
        var clerk = await ImportFile.RunAsync(scope.ServiceProvider, [path, "--user", "clerk.430104"],
            demonstration: false, output, output);

        Assert.Equal((0, 1, 1), (code, nobody, clerk));
        Assert.Contains("2 read, 1 created, 0 repeated, 1 rejected.", output.ToString(), StringComparison.Ordinal);
        Assert.Contains("referral.outsideScope", output.ToString(), StringComparison.Ordinal);
        Assert.Equal(2, await ImportFile.RunAsync(scope.ServiceProvider, [path], demonstration: false, output, output));
    }
}
