using Mediation.Domain.Cases;
using Mediation.Service.Platform.Http;

namespace Mediation.Service.Platform.Journal;

/// <summary>Rows that follow from an event about the watch over a case: until when a risk was set, and its letters.</summary>
internal static class OversightRows
{
    public static readonly RowShape Letters = new("letter", """
        id uuid, case_id uuid, n integer, kind text, issuer text, year integer, number integer, addressee text, sent_on date, reply_by date
        """);

    public static readonly RowShape RiskEnds = new("risk_end", "case_id uuid, until_date date",
        onConflict: "on conflict (case_id) do update set until_date = excluded.until_date");

    public static void Add(CaseBatch batch, CaseChange change)
    {
        if (change.Events.Any(row => row.Event is CaseEvent.RiskSet or CaseEvent.RiskFellBack)) AddRiskEnd(batch, change.Before, change.After);
        foreach (var row in change.Events) AddLetter(batch, row);
    }

    /// <summary>A letter's row as the check of the fold reads it.</summary>
    public static object?[] LetterValues(Guid caseId, Letter letter) =>
    [
        caseId, letter.N, letter.Kind.Camel(), letter.Issuer, letter.Year, letter.Number, letter.To.Code, letter.SentOn, letter.ReplyBy,
        letter.RepliedOn, letter.ClosedOn,
    ];

    private static void AddLetter(CaseBatch batch, Recorded row)
    {
        switch (row.Event)
        {
            case CaseEvent.LetterSent e:
                batch.Add(Letters, [Guid.CreateVersion7(row.At), row.CaseId, e.N, e.Kind.Camel(), e.Issuer, e.Year, e.Number, e.To.Code, row.On, e.ReplyBy]);
                break;
            case CaseEvent.LetterReplied e:
                batch.Add(CaseBatch.Command("update letter set replied_on = $3 where case_id = $1 and n = $2", row.CaseId, e.N, row.On));
                break;
            case CaseEvent.LetterClosed e:
                batch.Add(CaseBatch.Command("update letter set closed_on = $3 where case_id = $1 and n = $2", row.CaseId, e.N, row.On));
                break;
        }
    }

    private static void AddRiskEnd(CaseBatch batch, Case? before, Case after)
    {
        if (after.RiskUntil is { } until)
            batch.Add(RiskEnds, [after.Id, until]);
        else if (before?.RiskUntil is not null)
            batch.Add(CaseBatch.Command("delete from risk_end where case_id = $1", after.Id));
    }
}
