using System.Text.Json;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Courts;

/// <summary>
/// A batch as the court sent it, row by row in its order, with what became of each behind (回传文件): for courts whose
/// network is closed. Only the caller's own batches.
/// </summary>
[Requires(Permission.ReferAsCourt)]
public sealed record ReferralResult(Guid? Batch, bool AsWorkbook = false) : IRequest<byte[]>, IEndpoint
{
    private static readonly Dictionary<string, string> Stages = new(StringComparer.Ordinal)
    {
        ["intake"] = "登记受理",
        ["referral"] = "分派",
        ["mediation"] = "调解",
        ["closure"] = "结案",
    };

    private sealed record Found(
        byte[] Cells, string Result, string Reasons, string? CaseNo, string? Stage, string? State, string? BodyName);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, Keys keys) : IRequestHandler<ReferralResult, byte[]>
    {
        public async Task<byte[]> Handle(ReferralResult request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var batch = await connection.QueryFirstOrDefaultAsync<(Guid Id, string[] Headings)?>(new CommandDefinition("""
                select id, headings from referral_batch where user_name = @User and (@Batch::uuid is null or id = @Batch)
                order by received_at desc, id desc limit 1
                """, new { caller.Value.User, request.Batch }, cancellationToken: cancellationToken)) ?? throw ProblemException.NotFound();
            var rows = await connection.QueryAsync<Found>(new CommandDefinition("""
                select r.cells, r.result, r.reasons, c.case_no, c.stage, c.state::text as state, b.name as body_name
                from referral_batch_row r left join cases c on c.id = r.case_id left join body b on b.code = c.body
                where r.batch_id = @Id order by r.row
                """, new { batch.Id }, cancellationToken: cancellationToken));
            return request.AsWorkbook
                ? ResultFile.Xlsx(batch.Headings, rows.Select(ToRow)) : ResultFile.Csv(batch.Headings, rows.Select(ToRow));
        }

        private ResultRow ToRow(Found row)
        {
            var state = row.State is null ? null : CaseJson.ParseCase(row.State);
            return new ResultRow(JsonSerializer.Deserialize<List<string>>(keys.Decrypt(row.Cells))!, row.CaseNo,
                row.Result switch { "created" => "已导入", "repeated" => "重复", _ => "未导入" }, row.Reasons,
                row.Stage is null ? null : Stages[row.Stage], state is null ? null : Transitions.Label(state.Status).Zh,
                state?.Outcome is { } outcome ? Words(outcome) : null, state?.ClosedOn, row.BodyName,
                state?.Agreement?.Form switch
                {
                    AgreementForm.Written => "书面",
                    AgreementForm.Oral => "口头",
                    AgreementForm.Reconciled => "和好",
                    _ => null
                },
                state?.Confirmation?.State switch
                {
                    ConfirmationState.Requested => "已申请",
                    ConfirmationState.Granted => "已确认",
                    ConfirmationState.NotAccepted => "不予受理",
                    ConfirmationState.Rejected => "驳回",
                    ConfirmationState.Withdrawn => "撤回",
                    _ => null,
                });
        }

        private static string Words(Outcome outcome) => outcome switch
        {
            Outcome.Settled => "调解成功",
            Outcome.Partial => "部分成功",
            Outcome.Failed => "调解不成",
            Outcome.Withdrawn => "撤回",
            Outcome.Terminated => "其他终结",
            Outcome.Recalled => "法院收回",
            Outcome.NotAccepted => "不予受理",
            _ => "引导其他途径",
        };
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/referrals/result.csv", async (HttpContext http, IMediator mediator) =>
            Results.File(await mediator.Send(Read(http, asWorkbook: false), http.RequestAborted),
                "text/csv; charset=utf-8", "referral-result.csv"))
            .WithName(nameof(ReferralResult)).WithTags("Courts").Produces<string>(200, "text/csv").ProducesProblems(404);
        app.MapGet("/api/v1/referrals/result.xlsx", async (HttpContext http, IMediator mediator) =>
            Results.File(await mediator.Send(Read(http, asWorkbook: true), http.RequestAborted),
                XlsxText.MediaType, "referral-result.xlsx"))
            .WithName("ReferralResultWorkbook").WithSummary("The same rows as a workbook").WithTags("Courts")
            .WithMetadata(new QueryOf("batch", typeof(Guid), "Another than the newest."))
            .Produces<byte[]>(200, XlsxText.MediaType).ProducesProblems(404);
    }

    private static ReferralResult Read(HttpContext http, bool asWorkbook)
    {
        var query = new QueryParameters(http.Request);
        Guid? batch = null;
        if (query.Text("batch") is { } text)
        {
            if (Guid.TryParseExact(text, "D", out var id)) batch = id;
            else query.Wrong("batch", new("批次编号不正确。", "Not the id of a batch."));
        }

        query.Check();
        return new ReferralResult(batch, asWorkbook);
    }
}
