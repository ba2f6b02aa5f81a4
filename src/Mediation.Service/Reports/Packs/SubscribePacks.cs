using System.Text.Json;
using Dapper;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Packs;

/// <summary>The caller wants to be told of each published month of a scope, or no longer.</summary>
[Requires(Permission.ReadReports)]
public sealed record SubscribePacks : IRequest<SubscribePacks.Done>, IEndpoint
{
    /// <summary>Whose months; the caller's own by default.</summary>
    public string? Division { get; set; }

    public string? Body { get; set; }

    public bool Subscribed { get; set; } = true;

    public sealed record Done(string Scope, bool Subscribed);

    public static SubscribePacks Example => new() { Division = "430104" };

    public sealed class Handler(ReportScopes scopes, NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock)
        : IRequestHandler<SubscribePacks, Done>
    {
        public async Task<Done> Handle(SubscribePacks request, CancellationToken cancellationToken)
        {
            var scope = await scopes.FindAsync(request.Division, request.Body, cancellationToken);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(request.Subscribed
                ? "insert into report_subscription (user_name, scope, created_at) values (@User, @Code, @now) on conflict do nothing"
                : "delete from report_subscription where user_name = @User and scope = @Code",
                new { caller.Value.User, scope.Code, now = clock.GetUtcNow() }, cancellationToken: cancellationToken));
            return new Done(scope.Code, request.Subscribed);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/reports/subscriptions", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<SubscribePacks>(http))
            .SendAloneAsync<Done>(done => new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(done, ApiJson.Output)))))
        .WithName(nameof(SubscribePacks)).WithTags("Reports").WithMetadata(new BodyOf(typeof(SubscribePacks)))
        .Produces<Done>().ProducesProblems(404);
}
