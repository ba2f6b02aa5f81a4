using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Packs;

/// <summary>
/// The paper for the month's dispatch meeting: as it was frozen with the month, or a draft of today while the month is not published.
/// </summary>
[Requires(Permission.ReadReports)]
public sealed record GetMeetingPack(string Month, string? Division, string? Body) : IRequest<GetMeetingPack.Answer>, IEndpoint
{
    /// <param name="Digest">SHA-256 in hex over the month's digest and the pack's document; null for a draft.</param>
    /// <param name="Subscribed">Whether the caller is told when a month of this scope is published.</param>
    public sealed record Answer(MeetingPack Pack, string? Digest, bool Subscribed)
    {
        /// <summary>The frozen bytes of which the digest speaks; null for a draft.</summary>
        [JsonIgnore]
        public string? Text { get; init; }
    }

    public sealed class Handler(ReportScopes scopes, MeetingPacks packs, NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock)
        : IRequestHandler<GetMeetingPack, Answer>
    {
        public async Task<Answer> Handle(GetMeetingPack request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var values = new { scope.Code, month = AskedPeriod.FirstDay(request.Month), user = caller.Value.User, now = clock.GetUtcNow() };
            if (values.month > ShanghaiTime.DateOf(values.now))
                throw ProblemException.Invalid("month",
                    new("月份尚未开始。请选择本月或以前的月份。", "The month has not begun. Choose this month or an earlier one."));
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var subscribed = await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                "select exists (select 1 from report_subscription where user_name = @user and scope = @Code)", values,
                cancellationToken: cancellationToken));
            var frozen = await connection.QueryFirstOrDefaultAsync<(string Document, string Digest)?>(new CommandDefinition(
                "select document, digest from report_pack where scope = @Code and month = @month", values,
                cancellationToken: cancellationToken));
            if (frozen is not { } kept)
                return new Answer(await packs.ComposeAsync(scope, values.month, cancellationToken), null, subscribed);
            await connection.ExecuteAsync(new CommandDefinition("""
                update report_receipt set read_at = @now where user_name = @user and scope = @Code and month = @month and read_at is null
                """, values, cancellationToken: cancellationToken));
            return new Answer(JsonSerializer.Deserialize<MeetingPack>(kept.Document, ApiJson.Output)!, kept.Digest, subscribed)
            { Text = kept.Document };
        }
    }

    public static void Map(IEndpointRouteBuilder app)
    {
        app.MapGet("/api/v1/reports/monthly/{month}/pack", async (string month, HttpContext http, IMediator mediator) =>
        {
            var answer = await mediator.Send(Read(month, http), http.RequestAborted);
            var json = JsonSerializer.SerializeToNode(answer, ApiJson.Output)!.AsObject();
            // Frozen it is answered as it was written, not as today's types would write it.
            if (answer.Text is { } frozen) json["pack"] = JsonNode.Parse(frozen);
            return Results.Json(json, ApiJson.Output);
        }).WithName(nameof(GetMeetingPack)).WithTags("Reports").Produces<Answer>();
        app.MapGet("/api/v1/reports/monthly/{month}/pack.pdf",
            async (string month, HttpContext http, IMediator mediator, PackPrinter printer) =>
            {
                var answer = await mediator.Send(Read(month, http), http.RequestAborted);
                return Results.File(await printer.PrintAsync(http, answer), "application/pdf", $"pack-{month}.pdf");
            }).WithName("MeetingPackPdf").WithSummary("The pack as PDF, where the service finds a Chromium").WithTags("Reports")
            .WithMetadata(AskedPeriod.Parameters)
            .Produces<byte[]>(200, "application/pdf");
    }

    private static GetMeetingPack Read(string month, HttpContext http)
    {
        var (division, body) = AskedPeriod.OfMonth(month, http, new QueryParameters(http.Request));
        return new GetMeetingPack(month, division, body);
    }
}
