using System.Globalization;
using System.Text;
using Mediation.Service.Courts.Files;

namespace Mediation.Benchmarks;

/// <summary>Fictional people. Their numbers have birth dates after 2090.</summary>
internal static class People
{
    private const string Surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑";
    private const string Given = "安邦博才昌成春达德东芳飞丰刚光国海浩和恒红华慧吉佳建江杰金静";
    private static readonly string[] Categories = ["01", "02", "03", "04", "06", "08", "10", "14"];
    private static readonly int[] Weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];

    public static string Name(Random random) =>
        string.Concat(Surnames[random.Next(Surnames.Length)], Given[random.Next(Given.Length)], Given[random.Next(Given.Length)]);

    public static string Category(Random random) => Categories[random.Next(Categories.Length)];

    public static string Phone(Random random) => "199" + random.Next(10_000_000, 99_999_999).ToString(CultureInfo.InvariantCulture);

    public static string Number(Random random)
    {
        var number = string.Create(CultureInfo.InvariantCulture,
            $"4301042{random.Next(91, 100):000}{random.Next(1, 13):00}{random.Next(1, 29):00}{random.Next(1, 1000):000}");
        var sum = number.Select((digit, at) => (digit - '0') * Weights[at]).Sum();
        return number + "10X98765432"[sum % 11];
    }

    /// <summary>A court's batch file; each row a new dispute.</summary>
    public static byte[] CourtFile(string court, int rows, int from, Random random)
    {
        var text = new StringBuilder("案号,案由,收到日期,申请人,申请人证件号码,申请人联系电话,被申请人,被申请人证件号码,被申请人联系电话,纠纷类型,标的额(元),行政区划代码,事实与理由\n");
        for (var row = 0; row < rows; row++)
        {
            var (one, other) = (Name(random), Name(random));
            text.Append(CultureInfo.InvariantCulture,
                $"(2026)湘{court[2..6]}诉前调{from + row}号,买卖合同纠纷,2026-10-08,{one},{Number(random)},{Phone(random)},{other},{Number(random)},"
                    + $"{Phone(random)},合同纠纷,{random.Next(1000, 90_000)}.5,{court[..6]},\"{one}与{other}因买卖合同纠纷协商未果,请求调解。\"\n");
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
