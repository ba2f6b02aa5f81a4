using System.Security.Cryptography;
using System.Text;
using Mediation.Service.Platform.Callers;

namespace Mediation.Service.Demonstration;

/// <summary>An account of the demonstration; roles as in the table app_user.</summary>
/// <param name="Listed">Named with its token in demo-accounts.json.</param>
public sealed record DemoPerson(string User, string DisplayName, string Role, DemoBody Body, string[] Specialities, bool Listed);

/// <summary>
/// Fictional people for every body of the demonstration. A name follows from the account's, so it is the same everywhere.
/// </summary>
public static class DemoPeople
{
    private const string Surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗郑梁谢宋唐许邓冯韩曹曾彭萧蔡潘田董袁于余叶蒋杜苏魏程吕丁沈任姚卢傅钟姜崔谭廖范汪陆金石戴贾韦夏邱方侯邹熊孟秦白江阎薛尹段雷";
    private const string Given = "安邦博才昌成春达德东芳飞丰刚光国海浩和恒红华慧吉佳建江杰金静军俊凯康兰乐磊丽亮林玲龙梅美敏明娜宁鹏平萍琴青清庆荣瑞珊诗书淑思松涛婷伟文霞翔晓欣星秀雪雅燕阳怡英永勇玉媛云泽珍志忠";

    private static readonly string[] Common = ["01", "02", "03", "04", "06", "08", "10", "11", "14"];

    private static readonly HashSet<string> ListedCourts = ["43", "4301", "4303", "430102", "430103", "430104", "430105", "430111",
        "430112", "430121", "430181", "430211", "430302", "430304", "430407"];
    private static readonly HashSet<string> ListedSupervisors = ["43", "4301", "4303", "430104", "430302", DemoBodies.Zone];
    private static readonly HashSet<string> ListedCentres = ["43", "4301", "430102", "430104", "430302", DemoBodies.Zone];
    private static readonly HashSet<string> ListedCommittees = ["430104001", "430302001"];
    private const string ListedVillage = "430104001001";

    public static IReadOnlyList<DemoPerson> All(IReadOnlyList<DemoBody> bodies) => [.. bodies.SelectMany(Of)];

    private static IEnumerable<DemoPerson> Of(DemoBody body)
    {
        switch (body.Kind)
        {
            case "court":
                yield return Person("court", body, ListedCourts.Contains(body.Division));
                break;
            case "centre":
                yield return Person("clerk", body, ListedCentres.Contains(body.Division), "clerk." + body.Division);
                yield return Person("head", body, false);
                break;
            case "justiceBureau":
                yield return Person("supervisor", body, ListedSupervisors.Contains(body.Division), "supervisor." + body.Division);
                if (body.Division is not ("43" or "4301")) break;
                yield return Person("auditor", body, true, "auditor." + body.Division);
                if (body.Division == "43") yield return Person("admin", body, true, "admin");
                break;
            case "department":
                yield return Person("liaison", body, body.Division == "430104");
                break;
            default:
                if (!body.Mediates) break;
                var listed = body.Kind == "committee" && ListedCommittees.Contains(body.Division);
                yield return Person("head", body, listed);
                yield return Person("mediator", body, listed || body.Division == ListedVillage, "mediator1." + Place(body));
                if (body.Level == "village") break;
                yield return Person("clerk", body, listed);
                yield return Person("mediator", body, listed, "mediator2." + Place(body));
                if (body is { Kind: "committee", Level: "township" }) yield return Person("grid", body, body.Division == "430104001");
                break;
        }
    }

    private static DemoPerson Person(string role, DemoBody body, bool listed, string? user = null)
    {
        user ??= $"{role}.{Place(body)}";
        var seed = SHA256.HashData(Encoding.UTF8.GetBytes(user));
        var name =
            $"{Surnames[seed[0] % Surnames.Length]}{Given[seed[1] % Given.Length]}{(seed[2] < 200 ? Given[seed[3] % Given.Length] : "")}";
        string[] specialities = role != "mediator" ? [] : body.Categories.Length > 0 ? body.Categories
            : [.. new[] { Common[seed[4] % Common.Length], Common[seed[5] % Common.Length] }.Distinct()];
        return new DemoPerson(user, name, role, body, specialities, listed);
    }

    // The division alone for the usual body of a role; the body's code where a division has several.
    private static string Place(DemoBody body) => body.Kind is "committee" or "court" or "department" ? body.Division : body.Code;
}
