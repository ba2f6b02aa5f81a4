using Mediation.Domain.Cases;
using Mediation.Domain.Identities;

namespace Mediation.Service.Demonstration;

/// <summary>Fictional people and matters. Identity numbers have birth dates in 2090 or later, phones begin with 199000.</summary>
/// <param name="among">The categories to choose from; null for all alike.</param>
public sealed class CaseWords(Random random, IReadOnlyList<string>? among = null)
{
    private const string Surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑";
    private const string Given = "安邦博才昌成春达德东芳飞丰刚光国海浩和恒红华慧吉佳";

    private static readonly Dictionary<string, (string Kind, string[] Matters)> ByCategory = new(StringComparer.Ordinal)
    {
        ["01"] = ("婚姻家庭", ["赡养费分担协商不成", "离婚后子女抚养费拖欠", "分家析产意见不一"]),
        ["02"] = ("邻里", ["楼上漏水损坏吊顶", "空调外机噪声扰民", "公共通道堆放杂物", "宠物伤人赔偿争议"]),
        ["03"] = ("房屋宅基地", ["宅基地边界争议", "房屋租赁押金不退"]),
        ["04"] = ("合同", ["装修工程款拖欠", "买卖货款未付清", "民间借款逾期未还"]),
        ["06"] = ("损害赔偿", ["施工受伤赔偿争议", "电动车碰撞受伤赔偿"]),
        ["07"] = ("山林土地", ["承包地界址不清", "林木砍伐赔偿争议"]),
        ["08"] = ("征地拆迁", ["拆迁安置面积争议", "青苗补偿分配不均"]),
        ["10"] = ("劳动争议", ["拖欠三个月工资", "加班费计算争议", "离职补偿协商不成"]),
        ["11"] = ("消费", ["预付卡退费被拒", "家具质量问题退换"]),
        ["12"] = ("医疗", ["手术效果争议", "误诊延误治疗争议"]),
        ["13"] = ("道路交通", ["追尾事故修车费争议", "行人受伤误工费争议"]),
        ["14"] = ("物业", ["物业费长期拖欠", "电梯维修费分摊争议", "停车位收费争议"]),
        ["17"] = ("金融保险", ["信用卡欠款还款安排", "车险理赔金额争议"]),
    };

    public static IReadOnlyCollection<string> Categories => ByCategory.Keys;

    /// <summary>As often as in a county's published monthly return, each category as many times as cases there.</summary>
    public static IReadOnlyList<string> AsReturned { get; } =
    [
        .. new[] { ("01", 160), ("02", 278), ("03", 67), ("04", 44), ("06", 76), ("07", 18), ("08", 28), ("10", 13), ("11", 7), ("12", 55),
            ("13", 33), ("14", 1), ("17", 4) }
            .SelectMany(row => Enumerable.Repeat(row.Item1, row.Item2)),
    ];

    public string Category() => Pick(among ?? [.. Categories]);

    public string Matter(string category) => Pick(ByCategory[category].Matters);

    public string Name() => $"{Surnames[random.Next(Surnames.Length)]}{Given[random.Next(Given.Length)]}"
        + (random.Next(3) == 0 ? "" : Given[random.Next(Given.Length)]);

    public string Company(string category) =>
        $"湖南{Given[random.Next(Given.Length)]}{Given[random.Next(Given.Length)]}" + ByCategory[category].Kind switch
        {
            "物业" => "物业服务有限公司",
            "医疗" => "医院有限公司",
            "金融保险" => "保险代理有限公司",
            "劳动争议" => "建筑劳务有限公司",
            _ => "商贸有限公司",
        };

    public string Phone() => $"199000{random.Next(10_000, 99_999)}";

    public string IdentityNumber(string county)
    {
        var start = $"{county}{2090 + random.Next(9)}{random.Next(1, 13):00}{random.Next(1, 29):00}{random.Next(1, 999):000}";
        return "0123456789X".Select(check => start + check).First(number => ResidentNumber.TryParse(number, out _, out _));
    }

    public Platform.Journal.PartyRow Person(string id, Side side, string county) =>
        new(id, side, PartyKind.Person, Name(), false, Platform.Keys.NewItemKey())
        {
            IdentityNumber = random.Next(4) == 0 ? null : IdentityNumber(county),
            Phone = Phone(),
        };

    public Platform.Journal.PartyRow Organisation(string id, Side side, string category) =>
        new(id, side, PartyKind.Organisation, Company(category), false, Platform.Keys.NewItemKey()) { Phone = Phone() };

    public T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
