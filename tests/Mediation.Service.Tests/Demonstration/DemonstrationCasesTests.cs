using System.Globalization;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Deadlines;
using Mediation.Service.Demonstration;
using Mediation.Service.Registry;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Demonstration;

/// <summary>Whatever the day of the first start, the demonstration is told to its end and has something of everything.</summary>
public sealed class DemonstrationCasesTests
{
    [Theory]
    [InlineData("2026-11-23T02:00:00Z")]
    [InlineData("2027-02-10T15:30:00Z")] // the spring festival of a year whose calendar is not published
    [InlineData("2028-02-29T18:00:00Z")] // already the first of March in Shanghai
    public async Task Every_status_and_every_way_back_is_there(string present)
    {
        await using var service = await TestService.StartAsync(new FixedTime(DateTimeOffset.Parse(present, CultureInfo.InvariantCulture)));
        await using var scope = service.Scope();
        var calendar = await scope.ServiceProvider.GetRequiredService<WorkingCalendarSource>().GetAsync(CancellationToken.None);

        var made = await new DemonstrationCases(service.Db, service.Settings.Keys,
            scope.ServiceProvider.GetRequiredService<BodyDirectory>())
            .LoadAsync(service.Clock, calendar, CancellationToken.None);

        await using var connection = await service.Db.OpenConnectionAsync();
        var statuses = (await connection.QueryAsync<string>("select distinct status from cases")).ToHashSet(StringComparer.Ordinal);
        var kinds = (await connection.QueryAsync<string>("select distinct kind from case_event")).ToHashSet(StringComparer.Ordinal);
        Assert.Equal(300, made);
        Assert.Equal(Enum.GetNames<Status>().Select(JsonNamingPolicy.CamelCase.ConvertName).Order(StringComparer.Ordinal),
            statuses.Order(StringComparer.Ordinal));
        Assert.Subset(kinds, new HashSet<string>(["reopened", "remediationStarted", "escalated", "extended", "resumed",
            "confirmationGranted", "papersReturned"], StringComparer.Ordinal));
        Assert.Equal(0, await connection.ExecuteScalarAsync<int>("select count(*) from case_event where at > @now",
            new { now = service.Clock.GetUtcNow() }));
        Assert.True(await connection.ExecuteScalarAsync<int>("select count(*) from survey") > 14);
        Assert.True(await connection.ExecuteScalarAsync<int>("select count(*) from prevented") > 0);
    }
}
