using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Cases;

/// <summary>Every action, whether this caller may take it on this case now, and why not.</summary>
[Requires(Permission.ReadCases)]
public sealed record ListActions(string Case) : IRequest<ListActions.Answer>, IEndpoint
{
    public sealed record Answer(IReadOnlyList<Item> Items);

    /// <param name="Reason">Why it is not allowed.</param>
    /// <param name="Basis">The article behind the rule.</param>
    public sealed record Item(string Name, bool Allowed, string? Reason, string? Basis);

    public sealed class Handler(CaseSession session, CurrentCaller caller) : IRequestHandler<ListActions, Answer>
    {
        public async Task<Answer> Handle(ListActions request, CancellationToken cancellationToken)
        {
            var stored = await session.LoadAsync(request.Case, cancellationToken);
            var context = await session.ContextAsync(null, null, cancellationToken);
            return new Answer([.. Transitions.All.Select(row => Judge(row, stored.State, context))]);
        }

        private Item Judge(Transition row, Case state, DecideContext context)
        {
            if (Decide.Check(state, row.Action, context) is { } refusal)
                return new Item(row.Name, false, refusal.Message.In(), refusal.Basis?.In());
            return CaseActions.MayTake(caller.Value, row.Name, state)
                ? new Item(row.Name, true, null, null)
                : new Item(row.Name, false, new Message("您的角色不能执行此操作。", "Your role may not do this.").In(), null);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/cases/{id}/actions", async (string id, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new ListActions(id), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(ListActions)).WithTags("Cases").Produces<Answer>();
}
