using System.Security.Cryptography;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Escalation;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Registry;
using MediatR;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests;

/// <summary>A database of its own with cases written as the service writes them, at the time that the test's clock shows.</summary>
public sealed class TestCases : IAsyncDisposable
{
    public static readonly BodyRef Centre = new("430104-C", "430104", Level.County);
    public static readonly BodyRef Body = new("430104-B", "430104", Level.Township);
    public const string Mediator = "mediator1";

    /// <summary>Nine in the morning in Shanghai.</summary>
    public static readonly DateTimeOffset Monday = new(2026, 11, 23, 1, 0, 0, TimeSpan.Zero);

    private readonly WebApplication app;
    private int count;

    private TestCases(string owner, WebApplication app, ServiceSettings settings, FixedTime clock) =>
        (Owner, this.app, Settings, Clock) = (owner, app, settings, clock);

    /// <summary>A superuser's connection string: for what nobody may do.</summary>
    public string Owner { get; }
    public ServiceSettings Settings { get; }
    public FixedTime Clock { get; }
    public NpgsqlDataSource Db => Settings.Db;
    public Keys Keys => Settings.Keys;
    public IServiceProvider Services => app.Services;

    /// <param name="now">Monday 23 November 2026, nine in the morning in Shanghai, by default.</param>
    public static async Task<TestCases> CreateAsync(DateTimeOffset? now = null)
    {
        var (owner, clock) = (await TestCluster.CreateDatabaseAsync(), new FixedTime(now ?? Monday));
        var settings = new ServiceSettings(Database.Open(owner), new Keys(RandomNumberGenerator.GetBytes(32)), clock, Path.GetTempPath(),
            Demonstration: false, Jobs: false);
        return new TestCases(owner, ServiceApp.Build([], settings), settings, clock);
    }

    /// <summary>Registered and taken in by a body with a mediator: its term, first session and inactivity clocks run.</summary>
    public async Task<Case> AcceptedAsync()
    {
        var registered = await RegisteredAsync();
        return await ActAsync(registered.Id, new CaseCommand.Accept(Body, new MediatorCheck(Mediator, Body.Code, null, false), null));
    }

    public async Task<Case> RegisteredAsync()
    {
        var draft = Draft(Guid.CreateVersion7(Clock.GetUtcNow()), null);
        var number = Interlocked.Increment(ref count);
        var facts = new CaseEvent.Registered($"430104-2026-{number:D8}", Channel.WalkIn, Initiation.Application,
            Track.People, "02", "430104001",
            Body, Centre, draft.Text("summary", "楼上漏水"), [
                draft.Party(
                    new PartyRow("p1", Side.Applicant, PartyKind.Person, "测试甲", false, Keys.NewItemKey()) { Phone = "19900000001" }),
                draft.Party(new PartyRow("p2", Side.Respondent, PartyKind.Person, "测试乙", false, Keys.NewItemKey())),
            ])
        { Amount = 3200.50m };
        return await WriteAsync(draft, new CaseCommand.Register(facts));
    }

    public Task<Case> ConsentedAsync(Guid id) => ActAsync(id, Consent);

    public static CaseCommand Consent(CaseDraft draft) => new CaseCommand.RecordConsent("p1", true, draft.Text("consent", "当面表示同意"));

    public Task<Case> ActAsync(Guid id, CaseCommand command) => ActAsync(id, _ => command);

    /// <param name="command">May put texts aside in the draft.</param>
    public async Task<Case> ActAsync(Guid id, Func<CaseDraft, CaseCommand> command)
    {
        var draft = Draft(id, await LoadAsync(id));
        return await WriteAsync(draft, command(draft));
    }

    public async Task<StoredCase> LoadAsync(Guid id)
    {
        await using var connection = await Db.OpenConnectionAsync();
        var (head, state) = await connection.QuerySingleAsync<(byte[], string)>(
            "select head_hash, state::text from cases where id = @id", new { id });
        return new StoredCase(CaseJson.ParseCase(state), head, [], new Dictionary<Guid, string>());
    }

    public Task<SweepClocks.Result> SweepAsync() => SendAsync(new SweepClocks());

    public async Task<T> SendAsync<T>(IRequest<T> request)
    {
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }

    /// <summary>As the superuser, with the journal's triggers off: what only a broken or hostile database does.</summary>
    public async Task CorruptAsync(string sql, object? parameters = null)
    {
        await using var connection = new NpgsqlConnection(Owner);
        await connection.OpenAsync();
        await connection.ExecuteAsync("set session_replication_role = replica");
        Assert.True(await connection.ExecuteAsync(sql, parameters) > 0, "Nothing was corrupted.");
    }

    public async Task<T> ScalarAsync<T>(string sql, object? parameters = null)
    {
        await using var connection = await Db.OpenConnectionAsync();
        return (await connection.ExecuteScalarAsync<T>(sql, parameters))!;
    }

    public CaseDraft Draft(Guid id, StoredCase? before) =>
        new(id, before, Clock, Services.GetRequiredService<BodyDirectory>(), Services.GetRequiredService<CaseNumbers>(),
            new Caller("clerk1", "Clerk", Role.Clerk, Body.Code, "committee", "430104"), Keys);

    /// <summary>The batch that a use case would send, not sent yet.</summary>
    public NpgsqlBatch BatchOf(CaseDraft draft, CaseCommand command, out Case after)
    {
        var context = new DecideContext(Clock.GetUtcNow(), ShanghaiTime.DateOf(Clock.GetUtcNow()), "clerk1",
            new WorkingCalendar([]), DeadlinePolicies.Default);
        var change = CaseSession.Decided(draft, command, context);
        var batch = Db.CreateBatch();
        var rows = new CaseBatch(Keys);
        rows.Add(change, draft);
        rows.AddTo(batch);
        after = change.After;
        return batch;
    }

    private async Task<Case> WriteAsync(CaseDraft draft, CaseCommand command)
    {
        await using var batch = BatchOf(draft, command, out var after);
        await batch.ExecuteNonQueryAsync();
        return after;
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        await Settings.Db.DisposeAsync();
    }
}
