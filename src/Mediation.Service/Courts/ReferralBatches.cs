using System.Text.Json;
using Mediation.Domain.Identities;
using Mediation.Service.Courts.Files;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Npgsql;

namespace Mediation.Service.Courts;

/// <summary>Keeps a court's file row by row with what became of each, for the result file.</summary>
public sealed class ReferralBatches(NpgsqlDataSource db, CurrentCaller caller, Keys keys, TimeProvider clock)
{
    public async Task<Guid> KeepAsync(CourtFileResult file, IReadOnlyList<ImportReferrals.Row> rows, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        await using var batch = db.CreateBatch();
        batch.BatchCommands.Add(new("insert into referral_batch (id, user_name, received_at, headings) values ($1, $2, $3, $4)")
        {
            Parameters = { new() { Value = id }, new() { Value = caller.Value.User }, new() { Value = now.UtcDateTime },
                new() { Value = file.Headings.ToArray() } },
        });
        batch.BatchCommands.Add(new("""
            insert into referral_batch_row (batch_id, row, cells, court_case_no, result, case_id, reasons)
            select $1, n, cells, nullif(no, ''), result, nullif(case_id, '00000000-0000-0000-0000-000000000000'::uuid), reasons
            from unnest($2, $3, $4, $5, $6, $7) as r(n, cells, no, result, case_id, reasons)
            """)
        {
            Parameters =
            {
                new() { Value = id }, new() { Value = rows.Select(row => row.Number).ToArray() },
                new() { Value = file.Rows.Select(row => keys.Encrypt(JsonSerializer.Serialize(row.Cells))).ToArray() },
                // What is no case number may hold a name, or a character that PostgreSQL has no text for.
                new()
                {
                    Value = rows.Select(row => CourtCaseNumber.TryParse(row.CourtCaseNo, out var number) ? number.ToString() : "").ToArray()
                },
                new() { Value = rows.Select(row => row.Result.Camel()).ToArray() },
                new() { Value = rows.Select(row => row.CaseId ?? Guid.Empty).ToArray() },
                new() { Value = rows.Select(row => row.Reasons).ToArray() },
            },
        });
        await batch.ExecuteNonQueryAsync(cancellationToken);
        return id;
    }
}
