using System.Text;
using Mediation.Domain.Cases;
using Mediation.Service.Courts;
using Mediation.Service.Courts.Files;

namespace Mediation.Service.Tests.Courts;

/// <summary>The table "what the row holds, what happens" of the API, row by row.</summary>
public sealed class CourtFileTests
{
    internal const string Headings = "案号,案由,收到日期,申请人,申请人证件号码,申请人联系电话,被申请人,被申请人证件号码,被申请人联系电话,纠纷类型,标的额(元),行政区划代码,事实与理由";

    internal static readonly CourtFileContext Context = new(code => code is "430104" or "430103", new DateOnly(2026, 11, 23));

    private static readonly Dictionary<string, string> Good = new(StringComparer.Ordinal)
    {
        ["案号"] = "(2026)湘0104诉前调46000号",
        ["案由"] = "买卖合同纠纷",
        ["收到日期"] = "2026-10-09",
        ["申请人"] = "颜霞",
        ["申请人证件号码"] = "430103209910184307",
        ["申请人联系电话"] = "19976848884",
        ["被申请人"] = "长沙思勇商贸有限公司",
        ["被申请人证件号码"] = "91350100M000100Y43",
        ["被申请人联系电话"] = "",
        ["纠纷类型"] = "合同",
        ["标的额(元)"] = "1234.50",
        ["行政区划代码"] = "430104",
        ["事实与理由"] = "协商未果,请求调解。",
    };

    internal static CourtFileResult ReadText(string text) => CourtFile.Read(Encoding.UTF8.GetBytes(text), Context);

    private static CourtFileRow Row(params (string Column, string Value)[] changes) => Rows(changes)[0];

    private static IReadOnlyList<CourtFileRow> Rows(params (string Column, string Value)[][] rows)
    {
        var columns = Good.Keys.Concat(rows.SelectMany(row => row.Select(change => change.Column)))
            .Distinct(StringComparer.Ordinal).ToList();
        var text = new StringBuilder(string.Join(',', columns)).Append('\n');
        foreach (var row in rows)
        {
            var cells = new Dictionary<string, string>(Good, StringComparer.Ordinal);
            foreach (var (column, value) in row) cells[column] = value;
            text.AppendJoin(',', columns.Select(
                column => "\"" + cells.GetValueOrDefault(column, "").Replace("\"", "\"\"", StringComparison.Ordinal) + "\"")).Append('\n');
        }
        var result = ReadText(text.ToString());
        Assert.Null(result.Problem);
        return result.Rows;
    }

    private static ReferralDraft Draft(params (string Column, string Value)[] changes)
    {
        var row = Row(changes);
        Assert.Empty(row.Errors);
        return row.Draft!;
    }

    [Fact]
    public void A_good_row_is_read_into_normal_forms()
    {
        var draft = Draft();
        Assert.Equal("（2026）湘0104诉前调46000号", draft.CourtCaseNo);
        Assert.Equal("430104", draft.CourtDivision);
        Assert.Equal(("买卖合同纠纷", new DateOnly(2026, 10, 9), "04", "430104", 1234.50m),
            (draft.Cause, draft.ReceivedOn, draft.Category, draft.Division, draft.Amount));
        Assert.Equal(new ReferralParty(Side.Applicant, PartyKind.Person, "颜霞", "430103209910184307", null, "19976848884"),
            draft.Parties[0]);
        Assert.Equal(new ReferralParty(Side.Respondent, PartyKind.Organisation, "长沙思勇商贸有限公司", null, "91350100M000100Y43", null),
            draft.Parties[1]);
    }

    [Theory]
    [InlineData("案号", "（2026）湘0104诉前调46000号")]
    [InlineData("案号", " （２０２６）湘0104 诉前调46000号 ")]
    [InlineData("收到日期", "2026/10/9")]
    [InlineData("收到日期", "2026年10月9日")]
    [InlineData("收到日期", "20261009")]
    [InlineData("收到日期", "2026-10-9")]
    [InlineData("标的额(元)", "1,234.50")]
    [InlineData("标的额(元)", "1234.5")]
    [InlineData("标的额(元)", "１２３４．５０")]
    [InlineData("申请人联系电话", "+86 199 7684 8884")]
    [InlineData("申请人证件号码", "４３０１０３２０９９１０１８４３０７")]
    [InlineData("被申请人证件号码", "91350100m000100y43")]
    [InlineData("事实与理由", "  协商未果,请求调解。 ")]
    [InlineData("纠纷类型", "合同纠纷")]
    public void Writing_it_differently_is_the_same_content(string column, string value)
    {
        var rows = Rows([], [(column, value)]);
        Assert.Empty(rows[1].Errors);
        Assert.Equal(rows[0].ContentHash, rows[1].ContentHash);
        Assert.Equal((FileOccurrence.Repeat, 1), (rows[1].Occurrence, rows[1].FirstRow));
    }

    [Theory]
    [InlineData("事实与理由", "协商未果,请求调解。补充材料。")]
    [InlineData("标的额(元)", "")]
    [InlineData("标的额(元)", "1234.51")]
    [InlineData("收到日期", "2026-10-10")]
    [InlineData("申请人", "颜震")]
    [InlineData("申请人联系电话", "")]
    [InlineData("案由", "合同纠纷")]
    [InlineData("行政区划代码", "430103")]
    public void Another_content_under_the_same_number_is_a_conflict_and_the_first_stays(string column, string value)
    {
        var rows = Rows([], [(column, value)], []);
        Assert.Equal((FileOccurrence.Conflict, 1), (rows[1].Occurrence, rows[1].FirstRow));
        Assert.Equal((FileOccurrence.Repeat, 1), (rows[2].Occurrence, rows[2].FirstRow));
    }

    [Fact]
    public void Only_a_valid_row_counts_as_the_first()
    {
        var rows = Rows([("收到日期", "2026-10-32")], [("事实与理由", "其他。")], []);
        Assert.Null(rows[0].Draft);
        Assert.Equal((FileOccurrence.First, 2), (rows[1].Occurrence, rows[1].FirstRow));
        Assert.Equal((FileOccurrence.Conflict, 2), (rows[2].Occurrence, rows[2].FirstRow));
    }

    [Theory]
    [InlineData("案号", "", "field.required")]
    [InlineData("申请人", "", "field.required")]
    [InlineData("被申请人", " ", "field.required")]
    [InlineData("案由", "", "field.required")]
    [InlineData("收到日期", "", "field.required")]
    [InlineData("行政区划代码", "", "field.required")]
    [InlineData("事实与理由", "", "field.required")]
    [InlineData("案号", "2026年46000号", "courtCaseNo.invalid")]
    [InlineData("案号", "（2026）湘0104执46000号", "courtCaseNo.kind")]
    [InlineData("收到日期", "2026-10-32", "date.invalid")]
    [InlineData("收到日期", "2026-02-29", "date.invalid")]
    [InlineData("收到日期", "昨天", "date.invalid")]
    [InlineData("收到日期", "2026-10/09", "date.invalid")]
    [InlineData("收到日期", "2026-11-24", "date.future")]
    [InlineData("立案日期", "2026-11-24", "date.future")]
    [InlineData("立案日期", "x", "date.invalid")]
    [InlineData("标的额(元)", "壹万元", "amount.invalid")]
    [InlineData("标的额(元)", "-5", "amount.invalid")]
    [InlineData("标的额(元)", "1.2e5", "amount.invalid")]
    [InlineData("标的额(元)", "1.234", "amount.invalid")]
    [InlineData("标的额(元)", "1,23", "amount.invalid")]
    [InlineData("标的额(元)", "999999999999999", "amount.invalid")]
    [InlineData("标的额(元)", "NaN", "amount.invalid")]
    [InlineData("申请人证件号码", "430103209910184308", "identity.checkDigit")]
    [InlineData("申请人证件号码", "430103209913184307", "identity.birthDate")]
    [InlineData("申请人证件号码", "430103991018430", "identity.format")]
    [InlineData("申请人证件号码", "无", "identity.format")]
    [InlineData("行政区划代码", "439999", "division.unknown")]
    [InlineData("行政区划代码", "岳麓区", "division.unknown")]
    [InlineData("纠纷类型", "其它类型", "category.unknown")]
    [InlineData("申请人", "颜霞、罗怡", "parties.mismatch")]
    [InlineData("申请人证件号码", "430103209910184307、430111209003115527", "parties.mismatch")]
    [InlineData("移送类型", "转交", "track.invalid")]
    [InlineData("适用程序", "特别", "procedure.invalid")]
    [InlineData("当事人同意", "也许", "consent.invalid")]
    [InlineData("案由", "买卖\0合同", "text.control")]
    [InlineData("申请人", "颜\u202E霞", "text.control")]
    [InlineData("申请人", "颜霞\n罗怡", "text.control")]
    public void A_bad_cell_is_an_error_in_its_column(string column, string value, string code)
    {
        var row = Row((column, value));
        var error = Assert.Single(row.Errors, issue => issue.Code == code);
        Assert.Equal(code == "parties.mismatch" ? "申请人证件号码" : column, error.Column);
        Assert.Null(row.Draft);
        Assert.NotEmpty(error.Message.Zh);
        Assert.NotEmpty(error.Message.En);
        if (value.Trim().Length > 3)
        {
            Assert.DoesNotContain(value, error.Message.Zh, StringComparison.Ordinal);
            Assert.DoesNotContain(value, error.Message.En, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Every_error_of_a_row_is_listed()
    {
        var row = Row(("案号", ""), ("收到日期", "2026-10-32"), ("标的额(元)", "-5"), ("申请人证件号码", "430103209910184308"), ("行政区划代码", "439999"));
        Assert.Equal(["field.required", "date.invalid", "identity.checkDigit", "amount.invalid", "division.unknown"],
            row.Errors.Select(error => error.Code));
        Assert.Equal("2026-10-32", row.Errors[1].Value);
    }

    [Fact]
    public void An_empty_amount_is_unknown_and_an_empty_category_too()
    {
        var draft = Draft(("标的额(元)", ""), ("纠纷类型", ""));
        Assert.Null(draft.Amount);
        Assert.Null(draft.Category);
    }

    [Theory]
    [InlineData("91350100M0001TGQXM")]
    [InlineData("91350100M000100YI3")]
    public void A_credit_code_that_breaks_the_rule_is_a_warning(string code)
    {
        var row = Row(("被申请人证件号码", code));
        Assert.Empty(row.Errors);
        Assert.Equal("被申请人证件号码", Assert.Single(row.Warnings, warning => warning.Code == "creditCode.invalid").Column);
        Assert.Equal(code, row.Draft!.Parties[1].CreditCode);
    }

    [Theory]
    [InlineData("颜涵强", "430304209612255731")]
    [InlineData("长沙国洋商贸有限公司", "430121209201175102")]
    public void A_wrong_resident_number_is_never_taken_for_a_credit_code_of_digits(string name, string number) =>
        Assert.Equal(["identity.checkDigit"], Row(("申请人", name), ("申请人证件号码", number)).Errors.Select(error => error.Code));

    [Fact]
    public void A_credit_code_of_digits_alone_belongs_to_an_organisation() =>
        Assert.Equal("914301040000000006", Draft(("被申请人证件号码", "914301040000000006")).Parties[1].CreditCode);

    [Fact]
    public void Several_people_in_one_cell_are_as_many_parties_with_their_numbers_in_order()
    {
        var draft = Draft(("申请人", "小磊旅行社有限公司、罗怡"), ("申请人证件号码", "91350100M000100Y43、430111209003115527"), ("申请人联系电话", "19978234638"));
        Assert.Equal(
            [
                new ReferralParty(Side.Applicant, PartyKind.Organisation, "小磊旅行社有限公司", null, "91350100M000100Y43", "19978234638"),
                new ReferralParty(Side.Applicant, PartyKind.Person, "罗怡", "430111209003115527", null, null),
            ],
            draft.Parties.Where(party => party.Side == Side.Applicant));
    }

    [Fact]
    public void Without_numbers_the_names_tell_people_from_organisations()
    {
        var draft = Draft(("申请人", "颜霞、湘潭浩静机械厂、望城区某村民委员会"), ("申请人证件号码", ""));
        Assert.Equal([PartyKind.Person, PartyKind.Organisation, PartyKind.Organisation],
            draft.Parties.Where(party => party.Side == Side.Applicant).Select(party => party.Kind));
    }

    [Fact]
    public void One_unknown_number_among_several_is_left_out()
    {
        var draft = Draft(("申请人", "颜霞、罗怡"), ("申请人证件号码", "430103209910184307、"));
        Assert.Equal(["430103209910184307", null],
            draft.Parties.Where(party => party.Side == Side.Applicant).Select(party => party.IdentityNumber));
    }

    [Theory]
    [InlineData("（2024）湘0104诉前调1号", "2024-12-31", false)]
    [InlineData("（2024）湘0104诉前调1号", "2025-01-01", true)]
    public void A_pre_filing_number_is_delegated_with_a_warning_from_2025_on(string number, string received, bool warned)
    {
        var row = Row(("案号", number), ("收到日期", received));
        Assert.Equal((Track.Delegated, (Procedure?)null), (row.Draft!.Track, row.Draft.Procedure));
        Assert.Equal(warned, row.Warnings.Any(warning => warning.Code == "track.preFilingAfter2025"));
    }

    [Fact]
    public void A_civil_number_is_entrusted_and_summary_with_a_warning()
    {
        var row = Row(("案号", "（2026）湘0104民初1号"));
        Assert.Equal((Track.Entrusted, (Procedure?)Procedure.Summary), (row.Draft!.Track, row.Draft.Procedure));
        Assert.Equal(["procedure.unknown"], row.Warnings.Select(warning => warning.Code));
    }

    [Fact]
    public void The_further_columns_are_read_when_there()
    {
        var row = Row(("案号", "（2026）湘0104执1号"), ("移送类型", "委托"), ("适用程序", "普通"), ("立案日期", "2026/9/1"),
            ("承办法官", "周法官"), ("当事人同意", "是"), ("送达地址", "某路1号"), ("特邀调解组织", "某调解委员会"));
        Assert.Empty(row.Errors);
        Assert.Empty(row.Warnings);
        var draft = row.Draft!;
        Assert.Equal(
            (Track.Entrusted, (Procedure?)Procedure.Ordinary, (DateOnly?)new DateOnly(2026, 9, 1), "周法官", (bool?)true, "某路1号", "某调解委员会"),
            (draft.Track, draft.Procedure, draft.FiledOn, draft.Judge, draft.PartyConsent, draft.ServiceAddress, draft.WantedBody));
    }

    [Fact]
    public void Text_that_looks_like_a_formula_is_kept_as_text() =>
        Assert.Equal("=HYPERLINK(\"http://x\")", Draft(("事实与理由", "=HYPERLINK(\"http://x\")")).Facts);

    [Fact]
    public void Line_breaks_within_the_facts_are_kept() =>
        Assert.Equal("一\n二", Draft(("事实与理由", "一\r\n二")).Facts);
}
