using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>What a change adds to the figures of its month: appended, never updated, so that writers never wait for each other.</summary>
internal static class TallyRows
{
    private const string Insert = """
        insert into tally_delta (month, measure, days, amount, division, body, category, channel, initiation, court, track, level,
            from_division, from_body, from_category, from_level)
        select $1, f.measure, f.days, f.amount, $2::text, $3::text, $4::text, $5::text, $6::text, $7::text, $8::text, $9::text,
            $10::text, $11::text, $12::text, $13::text
        from unnest($14, $15, $16) as f (measure, days, amount)
        """;

    /// <summary>Facts of one place and month share a statement: with rare exceptions one, and none for an event that counts nothing.</summary>
    public static void Add(NpgsqlBatch batch, CaseChange change)
    {
        foreach (var rows in Facts(change).GroupBy(row => (row.Month, row.Fact.At, row.Fact.From), row => row.Fact))
        {
            var (month, at, from) = rows.Key;
            CaseBatch.Put(batch, Insert, month, at.Division, at.Body, at.Category, at.Channel.Camel(), at.Initiation.Camel(), at.Court,
                at.Track.Camel(), at.Level?.Camel(), from?.Division, from?.Body, from?.Category, from?.Level?.Camel(),
                rows.Select(fact => fact.Measure).ToArray(), rows.Select(fact => fact.Days).ToArray(), rows.Select(fact => fact.Amount).ToArray());
        }
    }

    internal static IEnumerable<(DateOnly Month, Fact Fact)> Facts(CaseChange change)
    {
        var before = change.Before;
        foreach (var row in change.Events)
        {
            var after = Evolve.Apply(before, row);
            foreach (var fact in Domain.Measures.Facts.Of(before, row, after))
                yield return (new DateOnly(row.On.Year, row.On.Month, 1), fact);
            before = after;
        }
    }
}
