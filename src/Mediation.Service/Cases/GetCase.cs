using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Cases;

/// <summary>One case with its clocks and why each is due when it is.</summary>
[Requires(Permission.ReadCases)]
public sealed record GetCase(string Case) : IRequest<CaseAnswer>, IEndpoint
{
    public sealed class Handler(CaseSession session) : IRequestHandler<GetCase, CaseAnswer>
    {
        public Task<CaseAnswer> Handle(GetCase request, CancellationToken cancellationToken) =>
            session.ShowAsync(request.Case, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/cases/{id}", async (string id, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            await (await mediator.Send(new GetCase(id), http.RequestAborted)).WriteAsync(http);
        }).WithName(nameof(GetCase)).WithTags("Cases").Produces<CaseView>();
}
