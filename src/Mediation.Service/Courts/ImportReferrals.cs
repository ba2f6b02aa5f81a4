using System.Text.Json;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Domain.Identities;
using Mediation.Service.Courts.Files;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Platform.Telemetry;
using MediatR;
using Microsoft.AspNetCore.Http.Timeouts;
using Npgsql;

namespace Mediation.Service.Courts;

/// <summary>
/// Takes in a court's batch file as it is (批量移送). A bad row never stops a good one; the same file again creates nothing;
/// what became of each row is kept for the result file.
/// </summary>
[Requires(Permission.ReferAsCourt)]
public sealed record ImportReferrals(ReadOnlyMemory<byte> File, bool DryRun) : IRequest<ImportReferrals.Answer>, IEndpoint
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

        /// <summary>The errors in the language of the court's file, for the result file.</summary>
        internal string Reasons { get; init; } = "";
    }

    public sealed record Issue(string Column, string Value, string Code, string Message)
    {
        public static Issue Of(CourtFileIssue issue) => new(issue.Column, issue.Value, issue.Code, issue.Message.In());
    }

    public sealed class Handler(NpgsqlDataSource db, Referrals referrals, ReferralBatches batches, CaseSession session, CaseNumbers numbers,
        Keys keys, TimeProvider clock)
        : IRequestHandler<ImportReferrals, Answer>
    {
        private const int CasesPerBatch = 100;

        public async Task<Answer> Handle(ImportReferrals request, CancellationToken cancellationToken)
        {
            var divisions = await DivisionsAsync(cancellationToken);
            var file = CourtFile.Read(request.File, new CourtFileContext(divisions.Contains, ShanghaiTime.DateOf(clock.GetUtcNow())));
            if (file.Problem is { } problem) throw new ProblemException(422, problem.Code, problem.Message);
            var known = await referrals.KnownAsync(file.Rows.Where(row => row.Draft is not null).Select(row => row.Draft!.CourtCaseNo),
                cancellationToken);
            var rows = file.Rows.Select(row => Judge(row, known)).ToArray();
            // In the order of the numbers: two who send the same rows in different order then wait for each other in one.
            var fresh = file.Rows.Where(row => rows[row.Row - 1] is null && row.Occurrence == FileOccurrence.First)
                .OrderBy(row => row.Draft!.CourtCaseNo, StringComparer.Ordinal);
            if (request.DryRun)
            {
                foreach (var row in fresh) rows[row.Row - 1] = Created(row, null, null);
            }
            else
            {
                await CreateAsync(fresh, rows, cancellationToken);
            }

            Row[] judged = [.. file.Rows.Select(row => rows[row.Row - 1] ?? AfterFirst(row, rows[row.FirstRow - 1]!))];
            var batch = request.DryRun ? (Guid?)null : await batches.KeepAsync(file, judged, cancellationToken);
            if (!request.DryRun)
                foreach (var same in judged.CountBy(row => row.Result)) Counted.Imported(same.Key.Camel(), same.Value);
            return new Answer(batch, judged.Length, judged.Count(row => row.Result == RowResult.Created),
                judged.Count(row => row.Result == RowResult.Repeated), judged.Count(row => row.Result == RowResult.Rejected),
                request.DryRun ? [.. judged.Select(row => row with { CaseNo = null })] : judged);
        }

        /// <summary>Null for a row that would be a new case, or hangs on an earlier row of the file.</summary>
        private Row? Judge(CourtFileRow row, ILookup<string, KnownReferral> known)
        {
            var outside = CourtCaseNumber.TryParse(row.CourtCaseNoRaw, out _) && referrals.CourtOf(row.CourtCaseNoRaw) is null
                ? [Issue("案号", row.CourtCaseNoRaw, Referrals.OutsideScope())]
                : Array.Empty<CourtFileIssue>();
            if (row.Draft is not { } draft || outside.Length > 0) return Rejected(row, [.. row.Errors, .. outside]);
            return known.Contains(draft.CourtCaseNo) ? Against(row, known[draft.CourtCaseNo]) : null;
        }

        /// <summary>Every round counts: a court sends the file again after it has referred a case anew.</summary>
        private static Row Against(CourtFileRow row, IEnumerable<KnownReferral> rounds) =>
            rounds.FirstOrDefault(known => known.Has(row.ContentHash)) is { } same ? Repeated(row, same.CaseNo, same.Id) : Conflict(row);

        /// <summary>
        /// A number that stood in an earlier row: the same again, or other content; where the first was refused, so is this.
        /// </summary>
        private static Row AfterFirst(CourtFileRow row, Row first) => first.Result switch
        {
            RowResult.Rejected => first with { Number = row.Row, Warnings = Warnings(row) },
            _ when row.Occurrence == FileOccurrence.Conflict => Conflict(row),
            _ => Repeated(row, first.CaseNo, first.CaseId),
        };

        /// <summary>While PostgreSQL writes some rows, the next are made ready.</summary>
        private async Task CreateAsync(IEnumerable<CourtFileRow> fresh, Row?[] rows, CancellationToken cancellationToken)
        {
            var writing = Task.CompletedTask;
            try
            {
                foreach (var some in fresh.Chunk(CasesPerBatch))
                {
                    var prepared = await PrepareAsync(some, rows, cancellationToken);
                    await writing;
                    writing = WriteAsync(some, prepared, rows, cancellationToken);
                }
            }
            finally
            {
                await writing;
            }
        }

        private async Task WriteAsync(CourtFileRow[] some, Prepared prepared, Row?[] rows, CancellationToken cancellationToken)
        {
            try
            {
                await WriteAsync(prepared, rows, cancellationToken);
            }
            catch (PostgresException taken) when (Referrals.IsTaken(taken))
            {
                // Somebody refers the same numbers at this moment: row by row, so that only theirs are repeats.
                foreach (var row in some) await CreateOneAsync(row, rows, cancellationToken);
            }
        }

        private async Task CreateOneAsync(CourtFileRow row, Row?[] rows, CancellationToken cancellationToken)
        {
            try
            {
                await WriteAsync(await PrepareAsync([row], rows, cancellationToken), rows, cancellationToken);
            }
            catch (PostgresException taken) when (Referrals.IsTaken(taken))
            {
                var known = await referrals.KnownAsync([row.Draft!.CourtCaseNo], cancellationToken);
                rows[row.Row - 1] = Against(row, known[row.Draft.CourtCaseNo]);
            }
        }

        private sealed record Prepared(CaseBatch Cases, List<Row> Rows);

        private async Task<Prepared> PrepareAsync(CourtFileRow[] some, Row?[] rows, CancellationToken cancellationToken)
        {
            var context = await session.ContextAsync(null, null, cancellationToken);
            await numbers.ReserveAsync(some.Length, cancellationToken);
            var prepared = new Prepared(new CaseBatch(keys), []);
            foreach (var row in some)
            {
                try
                {
                    var (draft, command) = await referrals.PrepareAsync(row.Draft!, [.. row.Draft!.Parties.Select(Referrals.ToRow)],
                        row.ContentHash, 1, null, cancellationToken);
                    var change = CaseSession.Decided(draft, command, context);
                    prepared.Cases.Add(change, draft);
                    prepared.Rows.Add(Created(row, change.After.CaseNo, draft.CaseId));
                }
                catch (ProblemException refused)
                {
                    // What the file's reader cannot know, e.g. that a court has no account here: this row alone.
                    rows[row.Row - 1] = Rejected(row, [Issue("案号", row.CourtCaseNoRaw, refused)]);
                }
            }

            return prepared;
        }

        private async Task WriteAsync(Prepared prepared, Row?[] rows, CancellationToken cancellationToken)
        {
            if (prepared.Rows.Count == 0) return;
            await using var batch = db.CreateBatch();
            prepared.Cases.AddTo(batch);
            await batch.ExecuteNonQueryAsync(cancellationToken);
            Counted.Opened(Channel.Court, prepared.Rows.Count);
            foreach (var row in prepared.Rows) rows[row.Number - 1] = row;
        }

        private async Task<HashSet<string>> DivisionsAsync(CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            return [.. await connection.QueryAsync<string>(
                new CommandDefinition("select code from division", cancellationToken: cancellationToken))];
        }

        private static Row Created(CourtFileRow row, string? caseNo, Guid? caseId) =>
            new(row.Row, row.Draft!.CourtCaseNo, RowResult.Created, caseNo, [], Warnings(row)) { CaseId = caseId };

        private static Row Repeated(CourtFileRow row, string? caseNo, Guid? caseId) =>
            new(row.Row, row.Draft!.CourtCaseNo, RowResult.Repeated, caseNo, [], Warnings(row)) { CaseId = caseId };

        private static Row Conflict(CourtFileRow row) => Rejected(row, [Issue("案号", row.CourtCaseNoRaw, Referrals.Conflict(""))]);

        private static Row Rejected(CourtFileRow row, IReadOnlyList<CourtFileIssue> errors) =>
            new(row.Row, row.CourtCaseNoRaw, RowResult.Rejected, null, [.. errors.Select(ImportReferrals.Issue.Of)], Warnings(row))
            {
                Reasons = string.Join(';',
                    errors.Select(error => error.Column.Length > 0 ? $"{error.Column}:{error.Message.Zh}" : error.Message.Zh)),
            };

        private static CourtFileIssue Issue(string column, string value, ProblemException problem) =>
            new(column, value, problem.Code, problem.Text);

        private static Issue[] Warnings(CourtFileRow row) => [.. row.Warnings.Select(ImportReferrals.Issue.Of)];
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/referrals/batch", (Delegate)HandleAsync)
        .WithName(nameof(ImportReferrals)).WithTags("Courts").WithMetadata(new RequestTimeoutAttribute(LimitsSetup.Files))
        .WithMetadata(new FileOf("text/csv", "案号,案由,申请人,被申请人\n(2026)湘0104诉前调1号,物业服务合同纠纷,张三,李四\n"),
            new QueryOf("dryRun", typeof(bool), "Answers the same and writes nothing."))
        .Produces<Answer>();

    private static async Task HandleAsync(HttpContext http)
    {
        var services = http.RequestServices;
        var body = await RequestBody.ReadAsync(http, RequestBody.MaxFile);
        if (http.Request.ContentType is not null) RequireFile(http);
        if (!Permissions.Has(services.GetRequiredService<CurrentCaller>().Value.Role, Permission.ReferAsCourt))
            throw ProblemException.Forbidden();
        var query = new QueryParameters(http.Request);
        var dryRun = query.OneOf("dryRun", "false", "true") == "true";
        query.Check();
        var (idempotency, db) = (services.GetRequiredService<Idempotency>(), services.GetRequiredService<NpgsqlDataSource>());
        idempotency.Begin(http, body);
        var answer = await idempotency.FindAsync(db, http.RequestAborted);
        if (answer is null)
        {
            var read = await services.GetRequiredService<IMediator>().Send(new ImportReferrals(body.Bytes, dryRun), http.RequestAborted);
            answer = await idempotency.KeepAloneAsync(db,
                new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(read, ApiJson.Output)), http.RequestAborted);
        }

        await answer.WriteAsync(http);
    }

    private static void RequireFile(HttpContext http)
    {
        var type = http.Request.ContentType!.Split(';')[0].Trim().ToLowerInvariant();
        if (type is not ("text/csv" or "text/plain" or "application/csv" or "application/octet-stream"
            or "application/vnd.ms-excel" or XlsxText.MediaType))
            throw new ProblemException(415, "mediaType.unsupported", new("请直接上传 CSV 或 XLSX 文件内容。", "Send the CSV or XLSX file itself."));
    }
}
