using System.Text.Json;
using Dapper;
using MediatR;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Accounts;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Npgsql;

namespace Mediation.Service.Courts;

/// <summary>
/// Takes in a court's batch file as it is (批量移送). A bad row never stops a good one; the same file again creates nothing;
/// what became of each row is kept for the result file.
/// </summary>
[Requires(Permission.ReferAsCourt)]
public sealed record ImportReferrals(ReadOnlyMemory<byte> File, bool DryRun) : IRequest<ImportReferrals.Answer>
{
    public enum RowResult { Created, Repeated, Rejected }

    /// <param name="Batch">For the result file; null for a dry run.</param>
    public sealed record Answer(Guid? Batch, int Read, int Created, int Repeated, int Rejected, IReadOnlyList<Row> Rows);

    /// <param name="Number">Data rows count from 1.</param>
    public sealed record Row(
        [property: System.Text.Json.Serialization.JsonPropertyName("row")] int Number, string CourtCaseNo, RowResult Result, string? CaseNo,
        IReadOnlyList<Issue> Errors, IReadOnlyList<Issue> Warnings)
    {
        internal Guid? CaseId { get; init; }
    }

    public sealed record Issue(string Column, string Value, string Code, string Message)
    {
        public static Issue Of(CourtFileIssue issue) => new(issue.Column, issue.Value, issue.Code, issue.Message.In());
    }

    public sealed class Handler(NpgsqlDataSource db, Referrals referrals, CaseSession session, CurrentCaller caller, Keys keys, TimeProvider clock)
        : IRequestHandler<ImportReferrals, Answer>
    {
        private const int CasesPerBatch = 100;

        public async Task<Answer> Handle(ImportReferrals request, CancellationToken cancellationToken)
        {
            var divisions = await DivisionsAsync(cancellationToken);
            var file = CourtFile.Read(request.File, new CourtFileContext(divisions.Contains, ShanghaiTime.DateOf(clock.GetUtcNow())));
            if (file.Problem is { } problem) throw new ProblemException(422, problem.Code, problem.Message);
            var known = await referrals.KnownAsync(file.Rows.Where(row => row.Draft is not null).Select(row => row.Draft!.CourtCaseNo), cancellationToken);
            var rows = new Row[file.Rows.Count];
            var fresh = new List<CourtFileRow>();
            foreach (var row in file.Rows)
            {
                if (Judge(row, known) is { } judged) rows[row.Row - 1] = judged;
                else fresh.Add(row);
            }

            foreach (var some in fresh.Chunk(CasesPerBatch)) await CreateAsync(some, rows, request.DryRun, cancellationToken);
            foreach (var row in file.Rows.Where(row => row.Draft is not null && row.Occurrence != FileOccurrence.First))
                rows[row.Row - 1] = AfterFirst(row, rows[row.FirstRow - 1]);
            var batch = request.DryRun ? (Guid?)null : await KeepAsync(file, rows, cancellationToken);
            return new Answer(batch, rows.Length, rows.Count(row => row.Result == RowResult.Created), rows.Count(row => row.Result == RowResult.Repeated),
                rows.Count(row => row.Result == RowResult.Rejected), rows);
        }

        /// <summary>Null for a row that would be a new case, or hangs on an earlier row of the file.</summary>
        private Row? Judge(CourtFileRow row, ILookup<string, KnownReferral> known)
        {
            if (row.Draft is not { } draft) return Rejected(row, row.Errors);
            try
            {
                referrals.CourtOf(draft.CourtCaseNo);
            }
            catch (ProblemException outside)
            {
                return Rejected(row, [new CourtFileIssue("案号", row.CourtCaseNoRaw, outside.Code, outside.Text)]);
            }

            if (known[draft.CourtCaseNo].FirstOrDefault(case_ => case_.Round == 1) is { } earlier) return Against(row, earlier);
            return row.Occurrence == FileOccurrence.First ? null : Rejected(row, []);
        }

        private static Row Against(CourtFileRow row, KnownReferral earlier) =>
            earlier.Content is { } content && content.AsSpan().SequenceEqual(row.ContentHash)
                ? new Row(row.Row, row.Draft!.CourtCaseNo, RowResult.Repeated, earlier.CaseNo, [], Warnings(row)) { CaseId = earlier.Id }
                : Conflict(row);

        /// <summary>A number that stood in an earlier row: the same again, or other content; where the first was refused, so is this.</summary>
        private static Row AfterFirst(CourtFileRow row, Row first) => first.Result switch
        {
            RowResult.Rejected => new Row(row.Row, row.Draft!.CourtCaseNo, RowResult.Rejected, null, first.Errors, Warnings(row)),
            _ when row.Occurrence == FileOccurrence.Conflict => Conflict(row),
            _ => new Row(row.Row, row.Draft!.CourtCaseNo, RowResult.Repeated, first.CaseNo, [], Warnings(row)) { CaseId = first.CaseId },
        };

        private async Task CreateAsync(CourtFileRow[] some, Row[] rows, bool dryRun, CancellationToken cancellationToken)
        {
            if (dryRun)
            {
                foreach (var row in some) rows[row.Row - 1] = new Row(row.Row, row.Draft!.CourtCaseNo, RowResult.Created, null, [], Warnings(row));
                return;
            }

            try
            {
                await WriteAsync(some, rows, cancellationToken);
            }
            catch (PostgresException taken) when (Referrals.IsTaken(taken))
            {
                // Somebody refers the same numbers at this moment: row by row, so that only theirs are repeats.
                foreach (var row in some) await CreateOneAsync(row, rows, cancellationToken);
            }
        }

        private async Task CreateOneAsync(CourtFileRow row, Row[] rows, CancellationToken cancellationToken)
        {
            try
            {
                await WriteAsync([row], rows, cancellationToken);
            }
            catch (PostgresException taken) when (Referrals.IsTaken(taken))
            {
                var known = await referrals.KnownAsync([row.Draft!.CourtCaseNo], cancellationToken);
                rows[row.Row - 1] = Against(row, known[row.Draft.CourtCaseNo].First(case_ => case_.Round == 1));
            }
        }

        private async Task WriteAsync(CourtFileRow[] some, Row[] rows, CancellationToken cancellationToken)
        {
            var context = await session.ContextAsync(null, null, cancellationToken);
            await using var batch = db.CreateBatch();
            var written = new List<Row>();
            foreach (var row in some)
            {
                var (draft, command) = await referrals.PrepareAsync(row.Draft!, [.. row.Draft!.Parties.Select(Referrals.ToRow)], row.ContentHash, 1, null, cancellationToken);
                var change = CaseSession.Decided(draft, command, context);
                CaseBatch.Add(batch, change, draft, keys);
                written.Add(new Row(row.Row, row.Draft.CourtCaseNo, RowResult.Created, change.After.CaseNo, [], Warnings(row)) { CaseId = draft.CaseId });
            }

            await batch.ExecuteNonQueryAsync(cancellationToken);
            foreach (var row in written) rows[row.Number - 1] = row;
        }

        private async Task<Guid> KeepAsync(CourtFileResult file, Row[] rows, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            var id = Guid.CreateVersion7(now);
            await using var batch = db.CreateBatch();
            batch.BatchCommands.Add(new("insert into referral_batch (id, user_name, received_at, headings) values ($1, $2, $3, $4)")
            {
                Parameters = { new() { Value = id }, new() { Value = caller.Value.User }, new() { Value = now.UtcDateTime }, new() { Value = file.Headings.ToArray() } },
            });
            batch.BatchCommands.Add(new("""
                insert into referral_batch_row (batch_id, row, cells, court_case_no, result, case_id, reasons)
                select $1, n, cells, no, result, nullif(case_id, '00000000-0000-0000-0000-000000000000'::uuid), reasons
                from unnest($2, $3, $4, $5, $6, $7) as r(n, cells, no, result, case_id, reasons)
                """)
            {
                Parameters =
                {
                    new() { Value = id }, new() { Value = rows.Select(row => row.Number).ToArray() },
                    new() { Value = file.Rows.Select(row => keys.Encrypt(JsonSerializer.Serialize(row.Cells))).ToArray() },
                    new() { Value = rows.Select(row => row.CourtCaseNo).ToArray() }, new() { Value = rows.Select(row => row.Result.Camel()).ToArray() },
                    new() { Value = rows.Select(row => row.CaseId ?? Guid.Empty).ToArray() },
                    new() { Value = rows.Select(row => string.Join(';', row.Errors.Select(error => $"{error.Column}:{error.Message}"))).ToArray() },
                },
            });
            await batch.ExecuteNonQueryAsync(cancellationToken);
            return id;
        }

        private async Task<HashSet<string>> DivisionsAsync(CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return [.. await connection.QueryAsync<string>(new CommandDefinition("select code from division", cancellationToken: cancellationToken))];
        }

        private static Row Rejected(CourtFileRow row, IEnumerable<CourtFileIssue> errors) =>
            new(row.Row, row.Draft?.CourtCaseNo ?? row.CourtCaseNoRaw, RowResult.Rejected, null, [.. errors.Select(Issue.Of)], Warnings(row));

        private static Row Conflict(CourtFileRow row) =>
            Rejected(row, [new CourtFileIssue("案号", row.CourtCaseNoRaw, "referral.conflict", Referrals.Conflict("").Text)]);

        private static Issue[] Warnings(CourtFileRow row) => [.. row.Warnings.Select(Issue.Of)];
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/referrals/batch", async (HttpContext http, IMediator mediator) =>
    {
        var body = await RequestBody.ReadAsync(http, RequestBody.MaxFile);
        if (http.Request.ContentType is not null) RequireFile(http);
        if (!Permissions.Has(http.RequestServices.GetRequiredService<CurrentCaller>().Value.Role, Permission.ReferAsCourt)) throw ProblemException.Forbidden();
        var query = new QueryParameters(http.Request);
        var dryRun = query.OneOf("dryRun", "false", "true") == "true";
        query.Check();
        return Results.Json(await mediator.Send(new ImportReferrals(body.Bytes, dryRun), http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(ImportReferrals)).WithTags("Courts")
        .WithMetadata(new FileOf("text/csv", "案号,案由,申请人,被申请人\n(2026)湘0104诉前调1号,物业服务合同纠纷,张三,李四\n"),
            new QueryOf("dryRun", typeof(bool), "Answers the same and writes nothing."))
        .Produces<Answer>().ProducesProblems(400, 401, 403, 413, 415, 422, 429);

    private static void RequireFile(HttpContext http)
    {
        var type = http.Request.ContentType!.Split(';')[0].Trim().ToLowerInvariant();
        if (type is not ("text/csv" or "text/plain" or "application/csv" or "application/octet-stream" or "application/vnd.ms-excel"))
            throw new ProblemException(415, "mediaType.unsupported", new("请直接上传 CSV 文件内容(text/csv)。", "Send the CSV file itself (text/csv)."));
    }
}
