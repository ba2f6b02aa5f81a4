using System.Text.RegularExpressions;
using Mediation.Service.Registry;

namespace Mediation.Service.Demonstration;

/// <summary>A body of the demonstration; columns as in the table body.</summary>
public sealed record DemoBody(string Code, string Name, string Kind, string Level, string Division, bool Mediates, string[] Categories);

/// <summary>
/// The bodies of the demonstration: courts, centres and bureaus of all Hunan, so that every referral has a centre;
/// committees in full for Changsha and Xiangtan; the 44 units of the High-tech Zone.
/// </summary>
public static partial class DemoBodies
{
    public const string Zone = "430171";

    private static readonly string[] FullPrefectures = ["4301", "4303"];

    /// <summary>Townships whose villages and communities have their committees too.</summary>
    private static readonly string[] VillagesOf = ["430104001", "430104011", "430302001", "430121001", Zone + "001",
        Zone + "002", Zone + "003", Zone + "004"];

    private static readonly (string Suffix, string Name, string Category)[] Industries =
    [
        ("traffic", "道路交通事故", "13"), ("medical", "医疗", "12"), ("property", "物业", "14"), ("labour", "劳动争议", "10"), ("family", "婚姻家庭", "01"),
    ];

    private static readonly (string Suffix, string Name, string Category)[] CityIndustries =
        [("finance", "金融保险", "17"), ("ip", "知识产权", "18"), ("medical", "医疗", "12")];

    public static IReadOnlyList<DemoBody> All(IReadOnlyList<Division> divisions)
    {
        var byCode = divisions.ToDictionary(division => division.Code);
        return [.. divisions.SelectMany(division => Of(division, division.Parent is { } parent ? byCode[parent] : division))];
    }

    private static IEnumerable<DemoBody> Of(Division division, Division parent) => division.Kind switch
    {
        "province" => Government(division, "province", division.Name, "高级人民法院", "司法厅"),
        "prefecture" => Government(division, "city", division.Name, "中级人民法院", "司法局").Concat(
            IsFull(division.Code) ? Industry(division, "city", division.Name, CityIndustries) : []),
        "county" => County(division, FullName(division, parent)),
        "zone" => division.Code == Zone ? HighTechZone(division) : Government(division, "county", division.Name, null, "司法分局"),
        "township" when IsFull(division.Code) => Township(division, parent),
        "village" when VillagesOf.Contains(division.Parent) =>
            [Committee(division, "village", $"{parent.Name}{VillageEnding().Replace(division.Name, "")}")],
        _ => [],
    };

    private static IEnumerable<DemoBody> Government(Division division, string level, string name, string? court, string bureau)
    {
        yield return new($"{division.Code}-centre", $"{name}社会治安综合治理中心", "centre", level, division.Code, false, []);
        yield return new($"{division.Code}-bureau", name + bureau, "justiceBureau", level, division.Code, false, []);
        if (court is not null) yield return new($"{division.Code}-court", name + court, "court", level, division.Code, false, []);
    }

    private static IEnumerable<DemoBody> County(Division division, string name)
    {
        foreach (var body in Government(division, "county", name, "人民法院", "司法局")) yield return body;
        if (!IsFull(division.Code)) yield break;
        yield return new($"{division.Code}-police", $"{name}公安局", "police", "county", division.Code, false, []);
        yield return new($"{division.Code}-housing", $"{name}住房和城乡建设局", "department", "county", division.Code, false, []);
        foreach (var body in Industry(division, "county", name, Industries)) yield return body;
    }

    private static IEnumerable<DemoBody> Township(Division division, Division county)
    {
        yield return Committee(division, "township", county.Name + division.Name);
        if (county.Code == Zone)
            yield return new($"{division.Code}-station", $"{division.Name}诉源治理工作站", "station", "township", division.Code, true, []);
        else
            yield return new($"{division.Code}-justice", $"{county.Name}司法局{division.Name}司法所", "justiceOffice",
                "township", division.Code, false, []);
    }

    // One centre and four streets have a station each; with five industry, four street and thirty community committees: 44.
    private static IEnumerable<DemoBody> HighTechZone(Division zone) =>
    [
        .. Government(zone, "county", zone.Name, null, "司法分局"),
        new($"{zone.Code}-station", $"{zone.Name}诉源治理工作站", "station", "county", zone.Code, true, []),
        .. Industry(zone, "county", zone.Name, [Industries[0], Industries[2], Industries[3], CityIndustries[0], CityIndustries[1]]),
    ];

    private static IEnumerable<DemoBody> Industry(
        Division division, string level, string name, (string Suffix, string Name, string Category)[] industries) =>
        industries.Select(industry => new DemoBody($"{division.Code}-{industry.Suffix}", $"{name}{industry.Name}纠纷人民调解委员会",
            "industryCommittee", level, division.Code, true, [industry.Category]));

    private static DemoBody Committee(Division division, string level, string name) =>
        new($"{division.Code}-committee", $"{name}人民调解委员会", "committee", level, division.Code, true, []);

    // A district's bodies carry the city's name; those of a county or a county-level city do not.
    private static string FullName(Division county, Division prefecture) =>
        county.Name.EndsWith('区') ? prefecture.Name + county.Name : county.Name;

    private static bool IsFull(string code) => FullPrefectures.Any(prefecture => code.StartsWith(prefecture, StringComparison.Ordinal));

    [GeneratedRegex("(居民委员会|村民委员会|居委会|村委会)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex VillageEnding();
}
