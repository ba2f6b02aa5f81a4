using Dapper;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Month;

/// <summary>Who did what with a month's return, and which returns below wait for a signature.</summary>
[Requires(Permission.ReadReports)]
public sealed record MonthHistory(string Month, string? Division, string? Body) : IRequest<MonthHistory.Answer>, IEndpoint
{
    /// <param name="Steps">The oldest first.</param>
    /// <param name="Below">Returns of the subtree that were handed in for this month, the scope's own left out.</param>
    public sealed record Answer(IReadOnlyList<Step> Steps, IReadOnlyList<Return> Below);

    public sealed record Step(MonthStep What, string Actor, DateTimeOffset At, string? Reason);

    /// <param name="Filter">The parameter that names it.</param>
    public sealed record Return(string Scope, string Name, ScopeKind Filter, MonthState State);

    public sealed class Handler(ReportScopes scopes, NpgsqlDataSource db) : IRequestHandler<MonthHistory, Answer>
    {
        public async Task<Answer> Handle(MonthHistory request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            var asked = new { scope.Code, scope.High, month = AskedPeriod.FirstDay(request.Month) };
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var steps = await connection.QueryAsync<(string Step, string Actor, DateTime At, string? Reason)>(new CommandDefinition(
                "select step, actor, at, reason from report_step where month = @month and scope = @Code order by n", asked,
                cancellationToken: cancellationToken));
            var below = scope.Kind != ScopeKind.Division
                ? [] : await connection.QueryAsync<(string Scope, string Name, string Kind, string State)>(new CommandDefinition("""
                    select r.scope, coalesce(b.name, d.name), case when b.code is null then 'division' else 'body' end, r.state
                    from report_month r
                    left join body b on b.code = r.scope
                    left join division d on d.code = r.scope
                    where r.month = @month and r.scope <> @Code and r.scope >= @Code and r.scope < @High and r.state <> 'closed'
                        and coalesce(b.kind, '') <> 'court'
                    order by r.scope
                    """, asked, cancellationToken: cancellationToken));
            return new Answer([.. steps.Select(step =>
                new Step(Enum.Parse<MonthStep>(step.Step, ignoreCase: true), step.Actor, new DateTimeOffset(step.At), step.Reason))],
                [.. below.Select(row => new Return(row.Scope, row.Name, Enum.Parse<ScopeKind>(row.Kind, ignoreCase: true),
                    Enum.Parse<MonthState>(row.State, ignoreCase: true)))]);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/reports/monthly/{month}/steps", async (string month, HttpContext http, IMediator mediator) =>
        {
            var (division, body) = AskedPeriod.OfMonth(month, http, new QueryParameters(http.Request));
            return Results.Json(await mediator.Send(new MonthHistory(month, division, body), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(MonthHistory)).WithTags("Reports").Produces<Answer>();
}
