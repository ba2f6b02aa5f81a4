using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Escalation;

/// <summary>
/// Who is notified of an event: an escalation's rung, whoever was asked or has asked, and those above at once when the risk turns red.
/// </summary>
internal sealed class NoticeRows : ICaseProjection
{
    // A clock may come back to an earlier due day; the event's number keeps a sweep from running twice.
    private static readonly RowShape Escalations = new("escalation", """
        case_id uuid, clock text, started_on date, due_on date, step integer, time integer, rung text, body text,
        person text, at timestamptz
        """, onConflict: "on conflict do nothing");

    private static readonly RowShape Notices = new("notice", """
        id uuid, case_id uuid, seq integer, body text, person text, kind text, created_at timestamptz, clock text,
        started_on date, due_on date,
        step integer, time integer, ask text, outside text[]
        """, onConflict: "on conflict do nothing");

    public IReadOnlyList<RowShape> Shapes => [Escalations, Notices];

    public void Add(CaseBatch rows, CaseChange change, CaseDraft? draft)
    {
        foreach (var row in change.Events) Add(rows, row, change.After);
    }

    private static void Add(CaseBatch rows, Recorded row, Case after)
    {
        switch (row.Event)
        {
            case CaseEvent.Escalated escalated:
                AddStep(rows, row, escalated);
                break;
            case CaseEvent.NoticeAnswered said:
                rows.Add(CaseBatch.Command("""
                    update notice set read_at = coalesce(read_at, $2), read_by = coalesce(read_by, $3), answer_text = $4,
                        answered_at = $2, answered_by = $3
                    where id = $1
                    """, said.Notice, row.At.UtcDateTime, row.Actor, said.Text.Id));
                break;
            case CaseEvent.LetterSent letter:
                Notify(rows, row, letter.To.Code, null, "letterSent");
                break;
            case CaseEvent.LetterReplied replied:
                Notify(rows, row, after.Letters[replied.N - 1].Issuer, null, "letterReplied");
                break;
            case CaseEvent.WhistleAnswered answered:
                Notify(rows, row, after.Whistles[answered.N - 1].From, null, "whistleAnswered");
                break;
            case CaseEvent.WhistleBlown whistle:
                foreach (var department in whistle.Departments) Notify(rows, row, department.Code, null, "whistleBlown");
                break;
            case CaseEvent.Overdue
                when row.Event.Clocks is [{ Name: ClockName.LetterReply or ClockName.WhistleAnswer, Subject: { } n } asked]:
                // Whoever asked learns at once that no answer came; the ladder tells those above.
                Notify(rows, row, asked.Name == ClockName.LetterReply ? after.Letters[n - 1].Issuer : after.Whistles[n - 1].From,
                    null, "unanswered");
                break;
            case CaseEvent.RiskSet { Risk: Risk.Red } or CaseEvent.RiskFellBack { Risk: Risk.Red }:
                Notify(rows, row, after.Centre.Code, null, "riskRed");
                if (after.Body is { } body) Notify(rows, row, body.Code, null, "riskRed");
                if (after.Lead is { } lead) Notify(rows, row, after.Centre.Code, lead, "riskRed");
                break;
            case CaseEvent.LeadNamed named:
                Notify(rows, row, after.Centre.Code, named.Person, after.Risk == Risk.Red ? "riskRed" : "leadNamed");
                break;
        }
    }

    private static void AddStep(CaseBatch rows, Recorded row, CaseEvent.Escalated escalated)
    {
        var clock = escalated.Clocks.Single();
        object?[] step = [row.CaseId, escalated.Clock, clock.StartedOn, clock.DueOn, escalated.Step, escalated.Time ?? 1];
        // A clock that came back to its due day within one batch would tell the same step twice.
        if (rows.Has(Escalations, other => other.AsSpan(0, step.Length).SequenceEqual(step))) return;
        rows.Add(Escalations, [.. step, escalated.Rung.Camel(), escalated.To, escalated.Person, row.At.UtcDateTime]);
        Notify(rows, row, escalated.To, escalated.Person, "escalated", escalated, clock);
    }

    private static void Notify(
        CaseBatch rows, Recorded row, string body, string? person, string kind, CaseEvent.Escalated? step = null, Clock? clock = null)
    {
        rows.Notify(body, person);
        rows.Add(Notices,
        [
            Guid.CreateVersion7(row.At), row.CaseId, row.Seq, body, person, kind, row.At.UtcDateTime, step?.Clock, clock?.StartedOn,
            clock?.DueOn, step?.Step, step is null ? null : step.Time ?? 1, step?.Ask?.Camel(),
            step?.Channels?.Select(channel => channel.Camel()).ToArray(),
        ]);
    }
}
