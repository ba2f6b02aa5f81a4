using Mediation.Domain.Cases;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Letters;

/// <summary>A row for each letter, so that those of a body are found without its cases.</summary>
internal sealed class LetterRows : ICaseProjection
{
    private static readonly RowShape Sent = new("letter", """
        id uuid, case_id uuid, n integer, kind text, issuer text, year integer, number integer, addressee text, sent_on date, reply_by date
        """);

    public IReadOnlyList<RowShape> Shapes => [Sent];

    public IReadOnlyList<FoldedTable> Folded { get; } =
    [
        new("letter", """
            select case_id, n, kind, issuer, year, number, addressee, sent_on, reply_by, replied_on, closed_on from letter
            where case_id = any($1)
            """,
            state => state.Letters.Select(letter => new object?[]
            {
                state.Id, letter.N, letter.Kind.Camel(), letter.Issuer, letter.Year, letter.Number, letter.To.Code, letter.SentOn,
                letter.ReplyBy, letter.RepliedOn, letter.ClosedOn,
            }), Key: 1),
    ];

    public void Add(CaseBatch rows, CaseChange change, CaseDraft? draft)
    {
        foreach (var row in change.Events)
        {
            switch (row.Event)
            {
                case CaseEvent.LetterSent e:
                    rows.Add(Sent, [Guid.CreateVersion7(row.At), row.CaseId, e.N, e.Kind.Camel(), e.Issuer, e.Year, e.Number,
                        e.To.Code, row.On, e.ReplyBy]);
                    break;
                case CaseEvent.LetterReplied e:
                    rows.Add(CaseBatch.Command("update letter set replied_on = $3 where case_id = $1 and n = $2", row.CaseId, e.N, row.On));
                    break;
                case CaseEvent.LetterClosed e:
                    rows.Add(CaseBatch.Command("update letter set closed_on = $3 where case_id = $1 and n = $2", row.CaseId, e.N, row.On));
                    break;
            }
        }
    }
}
