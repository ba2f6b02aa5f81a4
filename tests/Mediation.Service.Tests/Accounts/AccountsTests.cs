using Dapper;
using Mediation.Service.Accounts;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests.Accounts;

public sealed class AccountsTests : IAsyncLifetime
{
    private const string Password = "a-long-password";
    private readonly FixedTime clock = FixedTime.Usual();
    private NpgsqlDataSource db = null!;
    private ServiceProvider services = null!;

    public async ValueTask InitializeAsync()
    {
        db = Database.Open(await TestCluster.CreateDatabaseAsync());
        var keys = new Keys(new byte[32]);
        var container = new ServiceCollection().AddSingleton(db).AddSingleton<TimeProvider>(clock).AddSingleton(keys).AddLogging()
            .AddMediator().AddScoped<CurrentCaller>();
        AccountsSetup.AddServices(container, new ConfigurationManager(),
            new ServiceSettings(db, keys, clock, DataFolder: "", Demonstration: true));
        services = container.BuildServiceProvider();
        await using var connection = await db.OpenConnectionAsync();
        await connection.ExecuteAsync("""
            insert into division values ('43', '湖南省', 'province', null);
            insert into body (code, name, kind, level, division, mediates) values ('43-centre', '中心', 'centre', 'province', '43', false);
            insert into app_user values ('someone', '某人', 'clerk', '43-centre', '43', @hash, 'stamp', true)
            """, new { hash = new PasswordHasher<string>().HashPassword("", Password) });
    }

    public async ValueTask DisposeAsync()
    {
        await services.DisposeAsync();
        await db.DisposeAsync();
    }

    [Fact]
    public async Task The_right_password_signs_in_whatever_the_case_of_the_name()
    {
        var account = await SignInAsync(" SomeOne ", Password);

        Assert.Equal(new Caller("someone", "某人", Role.Clerk, "43-centre", "centre", "43"), account.Caller);
        Assert.Equal(account.Caller, Caller.From(account.ToPrincipal()));
    }

    [Fact]
    public async Task A_wrong_password_and_an_unknown_name_get_the_same_answer()
    {
        var wrong = await Assert.ThrowsAsync<ProblemException>(() => SignInAsync("someone", "wrong"));
        var unknown = await Assert.ThrowsAsync<ProblemException>(() => SignInAsync("nobody", "wrong"));

        Assert.Equal((401, "signIn.failed"), (wrong.Status, wrong.Code));
        Assert.Equal((wrong.Status, wrong.Code, wrong.Text), (unknown.Status, unknown.Code, unknown.Text));
    }

    [Theory]
    [InlineData("someone")]
    [InlineData("nobody")]
    public async Task Ten_failures_lock_a_name_for_a_quarter_of_an_hour(string user)
    {
        for (var attempt = 0; attempt < 10; attempt++)
            Assert.Equal("signIn.failed", (await Assert.ThrowsAsync<ProblemException>(() => SignInAsync(user, "wrong"))).Code);
        Assert.Equal("signIn.locked", (await Assert.ThrowsAsync<ProblemException>(() => SignInAsync(user, Password))).Code);

        clock.Advance(TimeSpan.FromMinutes(14));
        Assert.Equal("signIn.locked", (await Assert.ThrowsAsync<ProblemException>(() => SignInAsync(user, Password))).Code);
        clock.Advance(TimeSpan.FromMinutes(1));
        if (user == "someone") Assert.Equal("someone", (await SignInAsync(user, Password)).Caller.User);
        else Assert.Equal("signIn.failed", (await Assert.ThrowsAsync<ProblemException>(() => SignInAsync(user, Password))).Code);
    }

    [Fact]
    public async Task Signing_in_forgets_earlier_failures()
    {
        for (var round = 0; round < 2; round++)
        {
            for (var attempt = 0; attempt < 9; attempt++) await Assert.ThrowsAsync<ProblemException>(() => SignInAsync("someone", "wrong"));
            await SignInAsync("someone", Password);
        }
    }

    [Fact]
    public async Task A_closed_account_does_not_sign_in()
    {
        await ExecuteAsync("update app_user set active = false");

        Assert.Equal("signIn.failed", (await Assert.ThrowsAsync<ProblemException>(() => SignInAsync("someone", Password))).Code);
    }

    [Fact]
    public async Task A_changed_password_replaces_the_old_one_and_its_stamp()
    {
        var changed = await ChangeAsync(Password, "another-password");

        Assert.NotEqual("stamp", changed.Stamp);
        Assert.Equal(changed.Stamp, (await SignInAsync("someone", "another-password")).Stamp);
        await Assert.ThrowsAsync<ProblemException>(() => SignInAsync("someone", Password));
    }

    [Theory]
    [InlineData("wrong", "another-password", "current")]
    [InlineData(Password, "too-short", "next")]
    public async Task A_bad_change_names_its_field(string current, string next, string field)
    {
        var problem = await Assert.ThrowsAsync<ProblemException>(() => ChangeAsync(current, next));

        Assert.Equal([field], problem.Fields.Keys);
    }

    [Fact]
    public async Task A_token_says_who_asks_until_it_is_revoked()
    {
        var accounts = services.GetRequiredService<AccountStore>();
        var token = await IssueAsync(null);
        Assert.Equal("someone", (await accounts.FindByTokenAsync(token, default))!.User);
        Assert.Null(await accounts.FindByTokenAsync(token + "x", default));

        await using (var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken))
            Assert.True(
                await Tokens.RevokeAsync(connection, await connection.QuerySingleAsync<Guid>("select id from api_token"), clock, default));
        clock.Advance(AccountStore.TokenCache);

        Assert.Null(await accounts.FindByTokenAsync(token, default));
    }

    [Fact]
    public async Task A_token_ends_with_its_day_and_with_its_account()
    {
        var accounts = services.GetRequiredService<AccountStore>();
        var brief = await IssueAsync(clock.GetUtcNow().AddSeconds(3));
        var lasting = await IssueAsync(null);
        Assert.NotNull(await accounts.FindByTokenAsync(brief, default));

        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Null(await accounts.FindByTokenAsync(brief, default));

        await ExecuteAsync("update app_user set active = false");
        Assert.Null(await accounts.FindByTokenAsync(lasting, default));
    }

    [Fact]
    public async Task The_clear_token_is_not_stored()
    {
        var token = await IssueAsync(null);

        Assert.Matches("^med_[A-Za-z0-9_-]{43}$", token);
        await using var connection = await db.OpenConnectionAsync(TestContext.Current.CancellationToken);
        Assert.DoesNotContain(token, await connection.QuerySingleAsync<string>("select row_to_json(t)::text from api_token t"),
            StringComparison.Ordinal);
    }

    private async Task<string> IssueAsync(DateTimeOffset? expiresAt)
    {
        await using var connection = await db.OpenConnectionAsync();
        return await Tokens.IssueAsync(connection, "someone", "test", expiresAt, clock, default);
    }

    private async Task ExecuteAsync(string sql)
    {
        await using var connection = await db.OpenConnectionAsync();
        await connection.ExecuteAsync(sql);
    }

    private async Task<Account> SignInAsync(string user, string password)
    {
        await using var scope = services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new SignIn.Command(user, password));
    }

    private async Task<Account> ChangeAsync(string current, string next)
    {
        await using var scope = services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = new Caller("someone", "某人",
            Role.Clerk, "43-centre", "centre", "43");
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(new ChangeOwnPassword.Command(current, next));
    }
}
