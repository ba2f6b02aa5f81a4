using Mediation.Domain.Cases;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>Rows that follow from an event about the watch over a case: until when a risk was set.</summary>
internal static class OversightRows
{
    public static void Add(NpgsqlBatch batch, CaseChange change)
    {
        if (change.Events.Any(row => row.Event is CaseEvent.RiskSet or CaseEvent.RiskFellBack)) AddRiskEnd(batch, change.Before, change.After);
    }

    private static void AddRiskEnd(NpgsqlBatch batch, Case? before, Case after)
    {
        if (after.RiskUntil is { } until)
            CaseBatch.Put(batch, "insert into risk_end (case_id, until_date) values ($1, $2) on conflict (case_id) do update set until_date = excluded.until_date", after.Id, until);
        else if (before?.RiskUntil is not null)
            CaseBatch.Put(batch, "delete from risk_end where case_id = $1", after.Id);
    }
}
