using System.Net.Http.Json;
using System.Text.Json;
using Dapper;

namespace Mediation.Service.Tests.Cases;

public sealed class RepeatVisitTests
{
    private const string Identity = "430104209001010015";

    [Fact]
    public async Task Who_comes_with_the_same_kind_of_matter_within_180_days_comes_again()
    {
        await using var service = await TestService.StartAsync();
        var clerk = service.As("clerk.430104");

        Assert.False(await RepeatedAsync(Identity));
        Assert.True(await RepeatedAsync(Identity));
        Assert.True(await RepeatedAsync("430104209002020020", Identity)); // one of several applicants is enough
        Assert.False(await RepeatedAsync("430104209003030028"));
        service.Clock.Advance(TimeSpan.FromDays(181));
        Assert.False(await RepeatedAsync(Identity));

        async Task<bool> RepeatedAsync(params string[] applicants)
        {
            var answer = await clerk.PostAsJsonAsync("/api/v1/cases", new
            {
                channel = "walkIn",
                category = "02",
                division = "430104001",
                summary = "楼上漏水",
                parties = applicants.Select(number => new { side = "applicant", kind = "person", name = "测试甲", identityNumber = number })
                    .Append(new { side = "respondent", kind = "person", name = "测试乙", identityNumber = (string)null! }),
            });
            var body = await answer.Content.ReadAsStringAsync();
            Assert.True(answer.IsSuccessStatusCode, body);
            await using var db = await service.Db.OpenConnectionAsync();
            return await db.ExecuteScalarAsync<bool>("select coalesce((state ->> 'repeat')::boolean, false) from cases where id = @id",
                new { id = JsonDocument.Parse(body).RootElement.GetProperty("id").GetGuid() });
        }
    }

    [Fact]
    public async Task A_company_against_which_eighty_households_come_makes_none_of_them_come_again()
    {
        await using var service = await TestService.StartAsync();
        var clerk = service.As("clerk.430104");
        for (var n = 1; n <= 5; n++)
        {
            var answer = await clerk.PostAsJsonAsync("/api/v1/cases", new
            {
                channel = "walkIn",
                category = "02",
                division = "430104001",
                summary = "房屋逾期交付",
                parties = new object[]
                {
                    new { side = "applicant", kind = "person", name = $"测试户主{n}" },
                    new
                    {
                        side = n == 5 ? "applicant" : "respondent",
                        kind = "organisation",
                        name = "某某置业有限公司",
                        creditCode = "91350100M000100Y43"
                    },
                    new { side = "respondent", kind = "organisation", name = "某某物业有限公司" },
                },
            });
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
        }

        await using var db = await service.Db.OpenConnectionAsync();
        Assert.Equal(0, await db.ExecuteScalarAsync<long>("select count(*) from cases where (state ->> 'repeat')::boolean"));
    }
}
