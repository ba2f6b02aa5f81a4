using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Intake;

/// <summary>What is stored of a receipt beside its case; nobody can read the code from it.</summary>
public sealed record ReceiptRow(byte[] FormHash, byte[] ContentHash, byte[] CodeHash, DateTimeOffset At);

/// <summary>Keeps the receipt of a dispute that was reported without an account.</summary>
internal sealed class ReceiptRows : ICaseProjection
{
    private static readonly RowShape Receipts = new("public_receipt",
        "case_id uuid, form_hash bytea, content_hash bytea, code_hash bytea, at timestamptz");

    public IReadOnlyList<RowShape> Shapes => [Receipts];

    public void Add(CaseBatch rows, CaseChange change, CaseDraft? draft)
    {
        if (draft?.Find<ReceiptRow>() is { } receipt)
            rows.Add(Receipts, [change.After.Id, receipt.FormHash, receipt.ContentHash, receipt.CodeHash, receipt.At]);
    }
}
