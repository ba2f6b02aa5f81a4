using Mediation.Domain.Cases;
using Mediation.Domain.Identities;

namespace Mediation.Service.Courts.Files;

/// <summary>The headings of a court's batch file.</summary>
internal static class CourtFileColumns
{
    public const string CaseNo = "案号";
    public const string Cause = "案由";
    public const string ReceivedOn = "收到日期";
    public const string Applicant = "申请人";
    public const string ApplicantNumber = "申请人证件号码";
    public const string ApplicantPhone = "申请人联系电话";
    public const string Respondent = "被申请人";
    public const string RespondentNumber = "被申请人证件号码";
    public const string RespondentPhone = "被申请人联系电话";
    public const string Category = "纠纷类型";
    public const string Amount = "标的额(元)";
    public const string Division = "行政区划代码";
    public const string Facts = "事实与理由";
    public const string Track = "移送类型";
    public const string Procedure = "适用程序";
    public const string FiledOn = "立案日期";
    public const string Judge = "承办法官";
    public const string Consent = "当事人同意";
    public const string ServiceAddress = "送达地址";
    public const string WantedBody = "特邀调解组织";

    private static readonly string[] Required =
    [
        CaseNo, Cause, ReceivedOn, Applicant, ApplicantNumber, ApplicantPhone, Respondent, RespondentNumber,
        RespondentPhone, Category, Amount, Division, Facts,
    ];

    private static readonly string[] Optional = [Track, Procedure, FiledOn, Judge, Consent, ServiceAddress, WantedBody];

    /// <summary>
    /// Finds each column by its heading, in any order. The refusal names what is missing and counts what is unknown: a
    /// file without headings has a party's data in its first line, which must not come back in a message.
    /// </summary>
    public static Refusal? Find(IReadOnlyList<string> headings, out Dictionary<string, int> columns)
    {
        columns = new(StringComparer.Ordinal);
        var unknown = new List<int>();
        for (var position = 0; position < headings.Count; position++)
        {
            // 标的额（元） and 标的额(元) are one heading.
            var heading = Written.Compact(headings[position]);
            if (heading.Length == 0 && position >= Required.Length) continue;
            if (!(Required.Contains(heading, StringComparer.Ordinal) || Optional.Contains(heading, StringComparer.Ordinal))
                || !columns.TryAdd(heading, position))
                unknown.Add(position + 1);
        }
        var found = columns;
        var missing = Required.Where(heading => !found.ContainsKey(heading)).ToList();
        if (missing.Count == 0 && unknown.Count == 0) return null;
        var names = string.Join('、', missing);
        var positions = string.Join(", ", unknown.Take(20));
        return new("file.columns", new(
            "表头不符合要求。" + (missing.Count > 0 ? $"缺少:{names}。" : "") + (unknown.Count > 0 ? $"无法识别或重复的列:第 {positions} 列。" : "")
                + "请使用样例文件的表头,并保存为 CSV。",
            "The headings are not as expected." + (missing.Count > 0 ? $" Missing: {names}." : "")
                + (unknown.Count > 0 ? $" Unknown or repeated columns: {positions}." : "")
                + " Use the headings of the sample file and save it as CSV."));
    }
}
