using Mediation.Domain.Cases;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Lights;

/// <summary>Until which day a risk was set, for the job that lets it fall back.</summary>
internal sealed class RiskEndRows : ICaseProjection
{
    private static readonly RowShape Ends = new("risk_end", "case_id uuid, until_date date",
        onConflict: "on conflict (case_id) do update set until_date = excluded.until_date");

    public IReadOnlyList<RowShape> Shapes => [Ends];

    public IReadOnlyList<FoldedTable> Folded { get; } =
    [
        new("risk_end", "select case_id, until_date from risk_end where case_id = any($1)",
            state => state.RiskUntil is { } until ? [[state.Id, until]] : [], Key: 0),
    ];

    public void Add(CaseBatch rows, CaseChange change, CaseDraft? draft)
    {
        if (!change.Events.Any(row => row.Event is CaseEvent.RiskSet or CaseEvent.RiskFellBack)) return;
        if (change.After.RiskUntil is { } until) rows.Add(Ends, [change.After.Id, until]);
        else if (change.Before?.RiskUntil is not null)
            rows.Add(CaseBatch.Command("delete from risk_end where case_id = $1", change.After.Id));
    }
}
