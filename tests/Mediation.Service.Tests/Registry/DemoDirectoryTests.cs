using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Deadlines;
using Mediation.Service.Demonstration;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Registry;
using Npgsql;

namespace Mediation.Service.Tests.Registry;

public sealed class DemoDirectoryTests : IAsyncLifetime
{
    private readonly string folder = Directory.CreateTempSubdirectory("mediation-registry-").FullName;
    private readonly FixedTime clock = FixedTime.Usual();
    private NpgsqlDataSource db = null!;

    public async ValueTask InitializeAsync() => db = Database.Open(await TestCluster.CreateDatabaseAsync());

    public async ValueTask DisposeAsync()
    {
        await db.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Loads_every_division_of_the_file_and_the_zones()
    {
        await ReferenceData.LoadAsync(db);

        var counts = (await QueryAsync<(string, int)>("select kind, count(*)::int from division group by kind")).ToDictionary();
        Assert.Equal(new Dictionary<string, int>
        {
            ["province"] = 1,
            ["prefecture"] = 14,
            ["county"] = 122,
            ["zone"] = 13,
            ["township"] = 2008 + 4,
            ["village"] = 29534 + 30,
        }, counts);
        Assert.Equal(("zone", "4301"), await SingleAsync<(string, string)>("select kind, parent from division where code = '430171'"));
    }

    [Fact]
    public async Task Loads_nothing_a_second_time()
    {
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);

        Assert.Equal(31_691 + 35, await ReferenceData.LoadDivisionsAsync(connection));
        Assert.Equal(0, await ReferenceData.LoadDivisionsAsync(connection));
        Assert.Equal(320, await ReferenceData.LoadCalendarAsync(connection));
        Assert.Equal(0, await ReferenceData.LoadCalendarAsync(connection));
    }

    [Fact]
    public async Task The_calendar_knows_holidays_and_make_up_workdays()
    {
        await ReferenceData.LoadAsync(db);

        var calendar = await new WorkingCalendarSource(db, clock).GetAsync(TestContext.Current.CancellationToken);

        Assert.False(calendar.IsWorkday(new DateOnly(2018, 1, 1)));
        Assert.True(calendar.IsWorkday(new DateOnly(2018, 2, 11)));
        Assert.True(calendar.IsPublished(2026));
        Assert.False(calendar.IsPublished(2027));
    }

    [Fact]
    public async Task The_high_tech_zone_has_its_44_units()
    {
        await LoadAsync();

        var units = (await QueryAsync<(string, string, int)>("""
            select kind, level, count(*)::int from body where division >= '430171' and division < '430172' and mediates group by kind, level
            """)).ToDictionary(row => (row.Item1, row.Item2), row => row.Item3);

        Assert.Equal(5, units[("station", "county")] + units[("station", "township")]);
        Assert.Equal(5, units[("industryCommittee", "county")]);
        Assert.Equal(4, units[("committee", "township")]);
        Assert.Equal(30, units[("committee", "village")]);
        Assert.Equal(44, units.Values.Sum());
    }

    [Fact]
    public async Task Every_township_of_Changsha_has_a_committee_and_every_county_level_unit_of_Hunan_a_centre()
    {
        await LoadAsync();

        Assert.Equal(0, await SingleAsync<int>("""
            select count(*)::int from division d where kind = 'township' and code like '4301%'
                and not exists (select 1 from body b where b.division = d.code and b.kind = 'committee')
            """));
        Assert.Equal(135, await SingleAsync<int>("select count(*)::int from body where kind = 'centre' and level = 'county'"));
        Assert.Equal(122, await SingleAsync<int>("select count(*)::int from body where kind = 'court' and level = 'county'"));
    }

    [Fact]
    public async Task Every_mediating_body_has_a_head_and_a_mediator_in_term()
    {
        await LoadAsync();

        Assert.Empty(await QueryAsync<string>("""
            select code from body b where mediates and not (
                exists (select 1 from app_user u where u.body = b.code and u.role = 'head')
                and exists (select 1 from mediator m where m.body = b.code and term_from <= '2026-10-21' and term_until > '2026-10-21'))
            """));
    }

    [Fact]
    public async Task The_nearest_centre_upwards_is_found_from_any_depth()
    {
        await LoadAsync();
        var directory = new BodyDirectory(db, clock);

        Assert.Equal("430104-centre", (await directory.CentreOfAsync("430104001001", default))!.Code);
        Assert.Equal("430171-centre", (await directory.CentreOfAsync("430171003", default))!.Code);
        Assert.Equal("4304-centre", (await directory.CentreOfAsync("4304", default))!.Code);
        Assert.Equal("43-centre", (await directory.CentreOfAsync("43", default))!.Code);
        Assert.Null(await directory.CentreOfAsync("430199", default));
    }

    [Fact]
    public async Task The_directory_answers_with_bodies_mediators_and_names()
    {
        await LoadAsync();
        var directory = new BodyDirectory(db, clock);

        var body = await directory.FindBodyAsync("430104-traffic", default);
        Assert.Equal((Level.County, "430104", true), (body!.Level, body.Division, body.Mediates));
        Assert.Equal(["13"], body.Categories);
        var mediator = await directory.FindMediatorAsync("mediator1.430104001", default);
        Assert.Equal("430104001-committee", mediator!.Body);
        Assert.Equal(new DateOnly(2028, 10, 20), mediator.TermUntil);
        Assert.Equal(mediator.DisplayName, await directory.NameOfUserAsync("mediator1.430104001", default));
        Assert.Equal("岳麓区", await directory.NameOfDivisionAsync("430104", default));
        Assert.Equal("nobody", await directory.NameOfUserAsync("nobody", default));
        Assert.Null(await directory.FindMediatorAsync("head.430104001", default));
    }

    [Fact]
    public async Task The_accounts_file_names_everyone_that_clients_count_on()
    {
        var accounts = await LoadAsync();

        var keys = accounts.Select(account => $"{account.Role} {account.Division}").ToList();
        foreach (var wanted in (string[])["court 43", "court 430102", "court 430104", "court 430302", "supervisor 43", "supervisor 4301",
            "supervisor 430104", "supervisor 4303", "clerk 430104", "liaison 430104", "grid 430104001", "auditor 43", "admin 43"])
            Assert.Contains(wanted, keys);
        foreach (var committee in (string[])["430104001-committee", "430302001-committee"])
            Assert.Equal(["clerk", "head", "mediator", "mediator"],
                accounts.Where(account => account.Body == committee && account.Role != "grid").Select(account => account.Role).Order());
        Assert.Contains(accounts, account => account is { Role: "mediator", Body: "430104001001-committee" });
    }

    [Fact]
    public async Task A_second_start_keeps_tokens_and_what_people_have_changed()
    {
        var first = await LoadAsync();
        await QueryAsync<int>("update app_user set display_name = 'changed' where name = 'admin'");

        var second = await LoadAsync();

        Assert.Equal(first, second);
        Assert.Equal("changed", await SingleAsync<string>("select display_name from app_user where name = 'admin'"));
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(folder, DemoAccountsFile.Name)));
    }

    [Fact]
    public async Task A_lost_file_revokes_the_old_tokens()
    {
        var first = await LoadAsync();
        File.Delete(Path.Combine(folder, DemoAccountsFile.Name));

        var second = await LoadAsync();

        Assert.Empty(first.Select(account => account.Token).Intersect(second.Select(account => account.Token)));
        Assert.Equal(second.Count, await SingleAsync<int>("select count(*)::int from api_token where revoked_at is null"));
    }

    private Task<IReadOnlyList<DemoAccountsFile.Entry>> LoadAsync() => DemoDirectory.LoadAsync(db, folder, clock);

    private async Task<IEnumerable<T>> QueryAsync<T>(string sql)
    {
        await using var connection = await db.OpenConnectionAsync();
        return await connection.QueryAsync<T>(sql);
    }

    private async Task<T> SingleAsync<T>(string sql)
    {
        await using var connection = await db.OpenConnectionAsync();
        return await connection.QuerySingleAsync<T>(sql);
    }
}
