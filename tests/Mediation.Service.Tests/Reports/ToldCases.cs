using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Measures;
using Mediation.Service.Deadlines;
using Mediation.Service.Demonstration;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Registry;
using Mediation.Service.Reports.Tallies;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests.Reports;

/// <summary>How a told case ends; open ones wait for their mediator.</summary>
internal enum Ending { Settled, Failed, Withdrawn, Open }

/// <param name="On">The day it came in; it ends two days later.</param>
/// <param name="Copies">How many cases have this story.</param>
internal sealed record Told(DateOnly On, string Category, Ending Ending, int Copies = 1, bool Major = false);

/// <summary>
/// Published totals as cases. Each story is decided by the domain, step by step, and written as the service writes it. For
/// 120,000 of them the database copies the stored case and its journal under numbers of their own; what the domain counts
/// of the story counts as often. Telling every one afresh takes minutes and says no more: the recount from the journals,
/// which a test asks for, would name each difference.
/// </summary>
internal sealed class ToldCases(TestService service, string division, string body, Level level)
{
    private static int numbers;
    private readonly BodyRef place = new(body, division, level);
    private readonly List<(Guid Case, DateOnly Month, Fact Fact)> facts = [];
    private readonly Caller teller = new("system", "system", Role.Admin, "", "", "");

    public async Task TellAsync(IEnumerable<Told> stories)
    {
        await using var scope = service.Scope();
        var directory = scope.ServiceProvider.GetRequiredService<BodyDirectory>();
        var calendar = await scope.ServiceProvider.GetRequiredService<WorkingCalendarSource>().GetAsync(CancellationToken.None);
        await using var connection = await service.Db.OpenConnectionAsync();
        await using var batch = new NpgsqlBatch(connection);
        var rows = new CaseBatch(service.Settings.Keys);
        var copies = new Dictionary<Guid, int>();
        foreach (var (told, index) in stories.Select((told, index) => (told, index)))
        {
            var story = Tell(index, told, directory, calendar);
            var change = story.End(rows);
            if (told.Copies == 1) continue;
            copies.Add(story.Case!.Id, told.Copies - 1);
            facts.AddRange(TallyRows.Facts(change)
                .Select(row => (story.Case!.Id, row.Month, row.Fact with { Amount = row.Fact.Amount * (told.Copies - 1) })));
        }

        rows.AddTo(batch);
        await batch.ExecuteNonQueryAsync();
        if (copies.Count > 0) await CopyAsync(connection, copies);
    }

    /// <summary>The copies have journals and no figures yet: written as `seed` writes them.</summary>
    public static async Task CountAsync(TestService service, params ToldCases[] all)
    {
        await using var connection = await service.Db.OpenConnectionAsync();
        var sums = new TallySums(new TallySums.Lines());
        foreach (var (_, month, fact) in all.SelectMany(told => told.facts)) sums.Add(month, fact);
        TallyEntries.Copy(connection, all.SelectMany(told => told.facts));
        sums.CopyTo(connection, DateOnly.MaxValue);
    }

    private static async Task CopyAsync(NpgsqlConnection connection, Dictionary<Guid, int> copies)
    {
        var told = string.Join(", ", CaseBatch.Folds.Names.Split(',', StringSplitOptions.TrimEntries)[2..]);
        await connection.ExecuteAsync($"""
            set statement_timeout = 0;
            create temp table copy as select gen_random_uuid() as id, c.original, n
            from unnest(@Ids, @Counts) c (original, count) cross join lateral generate_series(1, c.count) n;
            insert into cases (id, case_no, {told}) select c.id, k.case_no || '-' || c.n, {told} from copy c
                join cases k on k.id = c.original;
            insert into case_event (case_id, seq, kind, at, happened_on, actor, on_behalf_of, body, prev_hash, hash)
            select c.id, e.seq, e.kind, e.at, e.happened_on, e.actor, e.on_behalf_of, e.body, e.prev_hash, e.hash from copy c
                join case_event e on e.case_id = c.original;
            drop table copy;
            reset statement_timeout;
            set role none;
            analyze cases; -- or every block of journals is found by reading all of them
            analyze case_event;
            set role mediation_app;
            """, new { Ids = copies.Keys.ToArray(), Counts = copies.Values.ToArray() }, commandTimeout: 0);
    }

    private GeneratedCase Tell(int index, Told told, BodyDirectory directory, WorkingCalendar calendar)
    {
        var at = ShanghaiTime.StartOf(told.On).AddHours(9).AddSeconds(index);
        var end = at.AddDays(2);
        var draft = new CaseDraft(Guid.CreateVersion7(at), null, new FixedTime(at), directory, new CaseNumbers(service.Db),
            teller, service.Settings.Keys);
        var story = new GeneratedCase(draft, new StoryWorld(calendar, end));
        var text = draft.Text("summary", "一起纠纷");
        var party = new PartyRow("p1", Side.Applicant, PartyKind.Person, "甲", false, Keys.NewItemKey());
        var other = new PartyRow("p2", Side.Respondent, PartyKind.Person, "乙", false, Keys.NewItemKey());
        story.Act(at, "system", new CaseCommand.Register(new CaseEvent.Registered(
            $"{division[..6]}-{told.On.Year}-{Interlocked.Increment(ref numbers):00000000}", Channel.Grid, Initiation.OwnInitiative,
            Track.People, told.Category, division, place, place, text, [draft.Party(party), draft.Party(other)])
        { Major = told.Major }));
        story.Act(at.AddMinutes(5), "system",
            new CaseCommand.Accept(place, new MediatorCheck("system", body, null, Conflict: false), null));
        if (told.Ending == Ending.Open) return story;
        foreach (var id in told.Ending == Ending.Settled ? ["p1", "p2"] : Array.Empty<string>())
            story.Act(at.AddMinutes(6), "system", new CaseCommand.RecordConsent(id, true, text));
        story.Act(end, "system", told.Ending switch
        {
            Ending.Settled => new CaseCommand.Settle(new AgreementDraft(AgreementForm.Reconciled, null, null, [], null, Sealed: false,
                ShanghaiTime.DateOf(end), [])),
            Ending.Withdrawn => new CaseCommand.Withdraw("p1", text),
            _ => new CaseCommand.Fail(FailReason.Deadlock),
        });
        return story;
    }
}
