using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;

namespace Mediation.Service.Tests.Past;

/// <summary>
/// Whole journals of an earlier version, with every kind of event that it knew: read, folded and written again to the byte.
/// </summary>
public sealed class PastJournalTests
{
    private static readonly IReadOnlyList<JsonElement> Lines = PastVersion.Lines(PastVersion.First, "journal.jsonl.gz");
    private static readonly IReadOnlyList<string> Kinds = File.ReadAllLines(PastVersion.PathOf(PastVersion.First, "kinds.txt"));
    private static readonly IReadOnlyList<string> Members = File.ReadAllLines(PastVersion.PathOf(PastVersion.First, "members.txt"));

    private static IEnumerable<JsonElement> Events => Lines.Where(line => line.TryGetProperty("Kind", out _));

    private static IEnumerable<string> Folds =>
        Lines.Where(line => line.TryGetProperty("State", out _)).Select(line => line.GetProperty("State").GetString()!);

    [Fact]
    public void Every_kind_that_it_knew_is_a_kind_still_and_stands_in_its_journals()
    {
        Assert.Equal([], Kinds.Except(KindsAndMembers.Kinds()));
        Assert.Equal(Kinds, Events.Select(line => line.GetProperty("Kind").GetString()!).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_event_is_written_again_to_the_byte() =>
        Assert.All(Events, line => Assert.Equal(line.GetProperty("Body").GetString(),
            CaseJson.Serialize(CaseJson.Parse(line.GetProperty("Kind").GetString()!, line.GetProperty("Body").GetString()!))));

    [Fact]
    public void Every_journal_folds_to_the_bytes_that_were_stored()
    {
        var count = 0;
        foreach (var (journal, state) in Journals())
        {
            Assert.Equal(state, CaseJson.Serialize(Evolve.Fold(journal)));
            count++;
        }

        Assert.True(count > 5);
    }

    [Fact]
    public void Every_stored_fold_is_written_again_to_the_byte() => Assert.All(Folds, state =>
    {
        var read = CaseJson.ParseCase(state);
        Assert.False(read.IsOfNewerVersion);
        Assert.Equal(state, CaseJson.Serialize(read));
    });

    [Fact]
    public void A_member_of_the_stored_fold_keeps_its_name_and_a_new_one_is_absent_at_its_default()
    {
        var today = KindsAndMembers.Members();
        Assert.Equal([], Members.Except(today));
        // As each case stood after each of its events: what is there for a while only is there too.
        var written = Journals()
            .SelectMany(row => row.Journal.Select((_, last) => CaseJson.Serialize(Evolve.Fold(row.Journal.Take(last + 1)))))
            .SelectMany(state => NamesIn(JsonSerializer.Deserialize<JsonElement>(state), "")).ToHashSet(StringComparer.Ordinal);
        Assert.Equal([], today.Except(Members).Where(written.Contains));
        // Whatever holds members was there to hold a new one; the one left is of a type that stands elsewhere too.
        Assert.Equal(["missingItems"], Members.Where(member =>
            Members.Any(other => other.StartsWith(member + ".", StringComparison.Ordinal))).Where(member => !written.Contains(member)));
    }

    [Fact]
    public void A_frozen_document_has_the_digest_that_was_published()
    {
        var documents = PastVersion.Lines(PastVersion.First, "documents.jsonl.gz");
        Assert.Equal(["index", "month", "pack"],
            documents.Select(line => line.GetProperty("What").GetString()!).Distinct().Order(StringComparer.Ordinal));
        Assert.All(documents, line => Assert.Equal(line.GetProperty("Digest").GetString(),
            Convert.ToHexStringLower(
                SHA256.HashData(Encoding.UTF8.GetBytes(line.GetProperty("Before").GetString()! + line.GetProperty("Text").GetString())))));
    }

    [Fact]
    public void A_measure_with_a_first_month_is_not_counted_before_it_and_the_others_as_ever()
    {
        var first = new Dictionary<string, DateOnly> { [Tally.Attempts] = new(2026, 11, 1), [Tally.Referred] = new(2026, 11, 1) };
        List<(DateOnly On, Fact Fact)> always = [], later = [];
        foreach (var (journal, _) in Journals())
        {
            Case? before = null;
            foreach (var recorded in journal)
            {
                var after = Evolve.Apply(before, recorded);
                always.AddRange(Facts.Of(before, recorded, after).Select(fact => (recorded.On, fact)));
                later.AddRange(Facts.Of(before, recorded, after, first).Select(fact => (recorded.On, fact)));
                before = after;
            }
        }

        Assert.Equal(always.Where(row => !first.ContainsKey(row.Fact.Measure) || row.On >= new DateOnly(2026, 11, 1)), later);
        Assert.Contains(always, row => row.Fact.Measure == Tally.Referred && row.On < new DateOnly(2026, 11, 1));
        Assert.DoesNotContain(later, row => row.Fact.Measure == Tally.Referred && row.On < new DateOnly(2026, 11, 1));
    }

    [Fact]
    public void No_flow_has_a_first_month_and_each_begins_with_its_first_day()
    {
        Assert.All(Tally.FirstMonths, measure => Assert.Equal((0, 1), (Tally.Sign(measure.Key), measure.Value.Day)));
        Assert.False(Tally.FirstMonths.ContainsKey(Tally.Moved));
    }

    private static IEnumerable<(IReadOnlyList<Recorded> Journal, string State)> Journals()
    {
        var journal = new List<Recorded>();
        foreach (var line in Lines)
        {
            if (line.TryGetProperty("State", out var state))
            {
                yield return (journal, state.GetString()!);
                journal = [];
                continue;
            }

            journal.Add(new Recorded(line.GetProperty("Case").GetGuid(), line.GetProperty("Seq").GetInt32(),
                line.GetProperty("At").GetDateTimeOffset(), DateOnly.Parse(line.GetProperty("On").GetString()!,
                    CultureInfo.InvariantCulture), line.GetProperty("Actor").GetString()!, line.GetProperty("OnBehalfOf").GetString(),
                CaseJson.Parse(line.GetProperty("Kind").GetString()!, line.GetProperty("Body").GetString()!)));
        }
    }

    private static IEnumerable<string> NamesIn(JsonElement json, string under) => json.ValueKind switch
    {
        JsonValueKind.Object =>
            json.EnumerateObject().SelectMany(member => NamesIn(member.Value, under + member.Name + ".").Prepend(under + member.Name)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(item => NamesIn(item, under)),
        _ => [],
    };
}
