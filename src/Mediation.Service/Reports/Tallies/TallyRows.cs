using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Reports.Tallies;

/// <summary>What a change adds to the figures of its month: appended, never updated, so that writers never wait for each other.</summary>
internal sealed class TallyRows : ICaseProjection
{
    public static readonly RowShape Deltas = new("tally_delta", """
        month date, measure text, days integer, amount numeric, division text, body text, category text, channel text,
        initiation text, court text,
        track text, level text, from_division text, from_body text, from_category text, from_level text, case_id uuid
        """);

    public IReadOnlyList<RowShape> Shapes => [Deltas];

    public void Add(CaseBatch rows, CaseChange change, CaseDraft? draft)
    {
        foreach (var (month, fact) in Facts(change)) rows.Add(Deltas, Values(change.Events[0].CaseId, month, fact));
    }

    /// <summary>In the order of <see cref="Deltas"/>; the table of entries has the same columns.</summary>
    public static object?[] Values(Guid caseId, DateOnly month, Fact fact)
    {
        var (at, from) = (fact.At, fact.From);
        return
        [
            month, fact.Measure, fact.Days, fact.Amount, at.Division, at.Body, at.Category, at.Channel.Camel(), at.Initiation.Camel(),
            at.Court, at.Track.Camel(), at.Level?.Camel(), from?.Division, from?.Body, from?.Category, from?.Level?.Camel(), caseId,
        ];
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
