using Mediation.Domain.Cases;
using Mediation.Domain.Identities;
using Columns = Mediation.Service.Courts.Files.CourtFileColumns;

namespace Mediation.Service.Courts.Files;

/// <summary>Reads one row and gathers every error in it, so that a court corrects a row once.</summary>
internal sealed class CourtRowReader
{
    private const int MaxFacts = 20_000;
    private const int MaxShort = 500;
    private const int MaxParties = 200;
    private const int ShownValue = 200;

    private readonly List<CourtFileIssue> _errors = [];
    private readonly List<CourtFileIssue> _warnings = [];
    private readonly IReadOnlyDictionary<string, int> _columns;
    private readonly CourtFileContext _context;
    private readonly string[] _cells;

    private CourtRowReader(string[] cells, IReadOnlyDictionary<string, int> columns, CourtFileContext context) =>
        (_cells, _columns, _context) = (cells, columns, context);

    public static CourtFileRow Read(int row, CsvLine line, IReadOnlyDictionary<string, int> columns, CourtFileContext context)
    {
        var reader = new CourtRowReader(line.Cells, columns, context);
        var draft = line.Malformed || !reader.FitsHeadings() ? reader.Malformed() : reader.Draft();
        var caseNo = reader.Cell(Columns.CaseNo);
        return new(row, line.Cells, CourtCaseNumber.TryParse(caseNo, out var number) ? number.ToString() : Shown(caseNo),
            reader._errors.Count == 0 ? draft : null, reader._errors, reader._warnings);
    }

    private string Cell(string column) =>
        _columns.TryGetValue(column, out var position) && position < _cells.Length ? _cells[position].Trim() : "";

    // More cells than headings are harmless only when they are blank.
    private bool FitsHeadings()
    {
        var needed = _columns.Values.Max() + 1;
        return _cells.Length >= needed && _cells.Skip(needed).All(string.IsNullOrWhiteSpace);
    }

    private ReferralDraft? Malformed()
    {
        _errors.Add(new("", "", "row.malformed", new(
            "本行的列数或引号与表头不符。请检查引号是否成对、逗号是否多余或缺少。",
            "The cells of this row do not fit the headings. Check that quotes are closed and that no comma is missing or too many.")));
        return null;
    }

    private ReferralDraft? Draft()
    {
        foreach (var column in _columns.Keys) CheckText(column);
        var number = ReadCaseNumber();
        var cause = Required(Columns.Cause);
        var receivedOn = ReadDate(Columns.ReceivedOn, required: true);
        var parties = new List<ReferralParty>();
        parties.AddRange(
            CourtPartyReader.Read(Side.Applicant, Cell(Columns.Applicant), Cell(Columns.ApplicantNumber), Cell(Columns.ApplicantPhone),
                Error(Columns.Applicant), Error(Columns.ApplicantNumber), Error(Columns.ApplicantPhone), Warning(Columns.ApplicantNumber)));
        parties.AddRange(CourtPartyReader.Read(Side.Respondent, Cell(Columns.Respondent), Cell(Columns.RespondentNumber),
            Cell(Columns.RespondentPhone), Error(Columns.Respondent), Error(Columns.RespondentNumber), Error(Columns.RespondentPhone),
            Warning(Columns.RespondentNumber)));
        if (parties.Count > MaxParties)
            Error(Columns.Applicant)("", "parties.tooMany",
                new($"当事人超过 {MaxParties} 人。请拆分后移送。", $"More than {MaxParties} parties. Split the referral."));
        var category = ReadCategory();
        var amount = ReadAmount();
        var division = ReadDivision();
        var facts = Required(Columns.Facts);
        var track = ReadTrack(number, receivedOn);
        var procedure = ReadProcedure(track);
        var filedOn = ReadDate(Columns.FiledOn, required: false);
        var consent = ReadConsent();
        if (_errors.Count > 0 || number is null || receivedOn is null || track is null) return null;
        return new(number.ToString(), number.DivisionCode, cause, receivedOn.Value, track.Value, procedure, category, division, amount,
            facts, parties, Optional(Columns.WantedBody), filedOn, Optional(Columns.Judge), Optional(Columns.ServiceAddress), consent);
    }

    private CourtCaseNumber? ReadCaseNumber()
    {
        var text = Required(Columns.CaseNo);
        if (text.Length == 0) return null;
        if (CourtCaseNumber.TryParse(text, out var number)) return number;
        Error(Columns.CaseNo)(text, "courtCaseNo.invalid", new(
            "案号格式不正确。请按“（年份）法院代字类型代字序号号”填写，例如（2026）湘0104诉前调1号。",
            "The court's case number is malformed. Write it like （2026）湘0104诉前调1号."));
        return null;
    }

    private DateOnly? ReadDate(string column, bool required)
    {
        var text = required ? Required(column) : Cell(column);
        if (text.Length == 0) return null;
        if (!CourtText.TryDate(text, out var date))
        {
            Error(column)(text, "date.invalid", new(
                $"“{column}”不是有效日期。请按 2026-10-09 的格式填写真实日期。",
                $"{column} is no real date. Write it like 2026-10-09."));
            return null;
        }
        if (date <= _context.Today) return date;
        Error(column)(text, "date.future", new($"“{column}”晚于今天。请核对后更正。", $"{column} lies after today. Correct it."));
        return null;
    }

    private string? ReadCategory()
    {
        var text = Cell(Columns.Category);
        if (text.Length == 0) return null;
        var code = Category.ByChineseName(Written.Compact(text));
        if (code is null)
            Error(Columns.Category)(text, "category.unknown", new(
                "“纠纷类型”不在目录中。请填写目录中的名称，例如“邻里”“合同”；无法归类的填“其他”。",
                "纠纷类型 is not in the list. Use a name of the list such as 邻里 or 合同; use 其他 where none fits."));
        return code;
    }

    private decimal? ReadAmount()
    {
        var text = Cell(Columns.Amount);
        if (text.Length == 0) return null;
        if (CourtText.TryAmount(text, out var amount)) return amount;
        Error(Columns.Amount)(text, "amount.invalid", new(
            "“标的额(元)”不是有效金额。请填写以元为单位、最多两位小数的数字，例如 1234.50；不明的留空。",
            "标的额(元) is no valid amount. Write a number in yuan with at most two decimals, such as 1234.50; leave it empty when unknown."));
        return null;
    }

    private string ReadDivision()
    {
        var text = Written.Compact(Required(Columns.Division));
        if (text.Length > 0 && !(text.Length <= 12 && text.All(char.IsAsciiDigit) && _context.DivisionExists(text)))
            Error(Columns.Division)(text, "division.unknown", new(
                "“行政区划代码”不存在。请填写现行的区划代码，例如 430104。",
                "行政区划代码 is not a known division. Use a current code such as 430104."));
        return text;
    }

    // The number says how the court hands over; a heading of its own says it better.
    private Track? ReadTrack(CourtCaseNumber? number, DateOnly? receivedOn)
    {
        if (number?.TypeCode == "诉前调" && receivedOn >= new DateOnly(2025, 1, 1))
            Warning(Columns.CaseNo)(number.ToString(), "track.preFilingAfter2025", new(
                "2025年起不再编立“诉前调”案号，本件仍按委派调解收取。请与法院核对。",
                "No pre-filing numbers (诉前调) are given since 2025; the case is taken as delegated. Ask the court to check it."));
        var text = Written.Compact(Cell(Columns.Track));
        switch (text)
        {
            case "委派" or "委派调解": return Track.Delegated;
            case "委托" or "委托调解": return Track.Entrusted;
            case "" when number?.TypeCode == "诉前调": return Track.Delegated;
            case "" when number?.TypeCode == "民初": return Track.Entrusted;
            case "" when number is null: return null;
            case "":
                Error(Columns.CaseNo)(number.ToString(), "courtCaseNo.kind", new(
                    "从案号看不出是委派还是委托。请增加“移送类型”一列，填写“委派”或“委托”。",
                    "The number does not say whether the case is delegated or entrusted. Add the column 移送类型 with 委派 or 委托."));
                return null;
            default:
                Error(Columns.Track)(text, "track.invalid", new("“移送类型”只能填“委派”或“委托”。", "移送类型 must be 委派 or 委托."));
                return null;
        }
    }

    private Procedure? ReadProcedure(Track? track)
    {
        var text = Written.Compact(Cell(Columns.Procedure));
        switch (text)
        {
            case "普通" or "普通程序": return Procedure.Ordinary;
            case "简易" or "简易程序": return Procedure.Summary;
            case "" when track == Track.Entrusted:
                Warning(Columns.Procedure)("", "procedure.unknown", new(
                    "没有写明适用程序，按简易程序计算期限。如适用普通程序，请填写“适用程序”。",
                    "No procedure is given; the term is that of the summary procedure. Fill in 适用程序 if it is the ordinary one."));
                return Procedure.Summary;
            case "": return null;
            default:
                Error(Columns.Procedure)(text, "procedure.invalid", new("“适用程序”只能填“普通”或“简易”。", "适用程序 must be 普通 or 简易."));
                return null;
        }
    }

    private bool? ReadConsent()
    {
        var text = Written.Compact(Cell(Columns.Consent));
        switch (text)
        {
            case "": return null;
            case "是" or "同意" or "已同意" or "有": return true;
            case "否" or "不同意" or "未同意" or "无": return false;
            default:
                Error(Columns.Consent)(text, "consent.invalid", new("“当事人同意”只能填“是”或“否”。", "当事人同意 must be 是 or 否."));
                return null;
        }
    }

    private void CheckText(string column)
    {
        var text = Cell(column);
        var limit = column switch
        {
            Columns.Facts => MaxFacts,
            Columns.Applicant or Columns.ApplicantNumber or Columns.ApplicantPhone
                or Columns.Respondent or Columns.RespondentNumber or Columns.RespondentPhone => MaxFacts,
            _ => MaxShort,
        };
        if (text.Length > limit)
            Error(column)(text, "text.tooLong",
                new($"“{column}”超过 {limit} 个字。请缩短。", $"{column} has more than {limit} characters. Shorten it."));
        if (CourtText.HasUnreadable(text, severalLines: column is Columns.Facts or Columns.ServiceAddress))
            Error(column)(text, "text.control", new(
                $"“{column}”含有无法识别的字符或控制字符。请删除后重新填写。",
                $"{column} holds unreadable or control characters. Remove them and write it again."));
    }

    private string Required(string column)
    {
        var text = CourtText.Text(Cell(column));
        if (text.Length == 0)
            Error(column)("", "field.required", new($"“{column}”不能为空。请填写。", $"{column} is required. Fill it in."));
        return text;
    }

    private string? Optional(string column) => CourtText.Text(Cell(column)) is { Length: > 0 } text ? text : null;

    private Report Error(string column) => (value, code, message) => _errors.Add(new(column, Shown(value), code, message));

    private Report Warning(string column) => (value, code, message) => _warnings.Add(new(column, Shown(value), code, message));

    // A cell of two megabytes must not come back whole.
    private static string Shown(string value) => value.Length <= ShownValue ? value : value[..ShownValue] + "…";
}

/// <summary>Notes something about a cell: its value, the code, what to do.</summary>
internal delegate void Report(string value, string code, Message message);
