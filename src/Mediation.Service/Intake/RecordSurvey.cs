using FluentValidation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Intake;

/// <summary>Counts disputes found by going round (排查): what the return needs besides the cases.</summary>
[Requires(Permission.Survey)]
public sealed record RecordSurvey : IRequest<StoredAnswer>, IEndpoint
{
    public string? Division { get; init; }
    public DateOnly? On { get; init; }
    public int? Rounds { get; init; }
    public int? Found { get; init; }

    public static RecordSurvey Example => new() { Division = "430104001", On = new DateOnly(2026, 11, 20), Rounds = 2, Found = 5 };

    public sealed record Stored(Guid Id, string Division, DateOnly On, int Rounds, int Found);

    public sealed class Validator : AbstractValidator<RecordSurvey>
    {
        public Validator()
        {
            RuleFor(request => request.Division).NotEmpty().MaximumLength(12);
            RuleFor(request => request.On).NotNull();
            RuleFor(request => request.Rounds).NotNull().InclusiveBetween(1, 10_000);
            RuleFor(request => request.Found).NotNull().InclusiveBetween(0, 100_000);
        }
    }

    public sealed class Handler(CountedRows rows) : IRequestHandler<RecordSurvey, StoredAnswer>
    {
        public Task<StoredAnswer> Handle(RecordSurvey request, CancellationToken cancellationToken) =>
            rows.AddAsync(request.Division!, request.On!.Value,
                id => new Stored(id, request.Division!, request.On.Value, request.Rounds!.Value, request.Found!.Value),
                id => new("insert into survey (id, division, on_date, rounds, found, actor, at) values ($1, $2, $3, $4, $5, $6, $7)")
                {
                    Parameters = { new() { Value = id }, new() { Value = request.Division! }, new() { Value = request.On.Value },
                        new() { Value = request.Rounds!.Value }, new() { Value = request.Found!.Value } },
                }, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/surveys", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<RecordSurvey>(http)).SendAsync<StoredAnswer>(answer => answer)))
        .WithName(nameof(RecordSurvey)).WithTags("Reports").WithMetadata(new BodyOf(typeof(RecordSurvey)))
        .Produces<Stored>(201).ProducesProblems(404, 409);
}
