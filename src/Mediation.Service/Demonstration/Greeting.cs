using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Registry;

namespace Mediation.Service.Demonstration;

/// <summary>What a first start says: where it is, who can sign in, what to try next.</summary>
public static class Greeting
{
    public static async Task PrintAsync(string address, ServiceSettings settings)
    {
        await using var connection = await settings.Db.OpenConnectionAsync();
        var cases = await connection.ExecuteScalarAsync<long>("select count(*) from cases");
        var file = Path.Combine(settings.DataFolder, DemoAccountsFile.Name);
        Console.WriteLine($"""

            调解案件管理 Mediation: {address}
              数据 data: {settings.DataFolder} ({cases} 件案件 cases, {ShanghaiTime.DateOf(settings.Clock.GetUtcNow()):yyyy-MM-dd})
              演示账号 demo accounts (密码 password: {DemoAccountsFile.Password}):
                clerk.430104          综治中心工作人员 clerk of the centre of Yuelu
                mediator1.430104001   调解员 mediator of a street committee
                supervisor.4301       市级督导 supervisor of Changsha
                court.430104          法院 court
              其余账号及接口令牌 all accounts and API tokens: {file}

            接下来 next:
              1. 用 mediator1.430104001 登录,打开最先到期的案件。Sign in as the mediator and open the case that is due first.
              2. 用 court.430104 登录,导入 docs/samples/court-referrals-2026-10.csv。Sign in as the court and import its file.
              3. 用 supervisor.4301 登录,查看本月报表。Sign in as the supervisor and read this month's report.

            """);
    }
}
