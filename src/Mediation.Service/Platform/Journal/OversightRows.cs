using Mediation.Domain.Cases;
using Mediation.Service.Platform.Http;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>Rows that follow from an event about the watch over a case: until when a risk was set, and its letters.</summary>
internal static class OversightRows
{
    public static void Add(NpgsqlBatch batch, CaseChange change)
    {
        if (change.Events.Any(row => row.Event is CaseEvent.RiskSet or CaseEvent.RiskFellBack)) AddRiskEnd(batch, change.Before, change.After);
        foreach (var row in change.Events) AddLetter(batch, row);
    }

    private static void AddLetter(NpgsqlBatch batch, Recorded row)
    {
        switch (row.Event)
        {
            case CaseEvent.LetterSent e:
                CaseBatch.Put(batch, """
                    insert into letter (id, case_id, n, kind, issuer, year, number, addressee, sent_on, reply_by)
                    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
                    """, Guid.CreateVersion7(row.At), row.CaseId, e.N, e.Kind.Camel(), e.Issuer, e.Year, e.Number, e.To.Code, row.On, e.ReplyBy);
                break;
            case CaseEvent.LetterReplied e:
                CaseBatch.Put(batch, "update letter set replied_on = $3 where case_id = $1 and n = $2", row.CaseId, e.N, row.On);
                break;
            case CaseEvent.LetterClosed e:
                CaseBatch.Put(batch, "update letter set closed_on = $3 where case_id = $1 and n = $2", row.CaseId, e.N, row.On);
                break;
        }
    }

    private static void AddRiskEnd(NpgsqlBatch batch, Case? before, Case after)
    {
        if (after.RiskUntil is { } until)
            CaseBatch.Put(batch, "insert into risk_end (case_id, until_date) values ($1, $2) on conflict (case_id) do update set until_date = excluded.until_date", after.Id, until);
        else if (before?.RiskUntil is not null)
            CaseBatch.Put(batch, "delete from risk_end where case_id = $1", after.Id);
    }
}
