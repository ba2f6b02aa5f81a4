using FluentValidation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Intake;

/// <summary>Counts what mediation kept from turning worse (防止矛盾激化): a crime, a mass petition, a brawl, a suicide.</summary>
[Requires(Permission.Survey)]
public sealed record RecordPrevented : IRequest<StoredAnswer>, IEndpoint
{
    public enum PreventedKind { Criminal, MassPetition, Brawl, Suicide }

    public string? Division { get; init; }
    public DateOnly? On { get; init; }
    public PreventedKind? Kind { get; init; }
    public int? Persons { get; init; }

    public static RecordPrevented Example =>
        new() { Division = "430104001", On = new DateOnly(2026, 11, 20), Kind = PreventedKind.Brawl, Persons = 4 };

    public sealed record Stored(Guid Id, string Division, DateOnly On, PreventedKind Kind, int Persons);

    public sealed class Validator : AbstractValidator<RecordPrevented>
    {
        public Validator()
        {
            RuleFor(request => request.Division).NotEmpty().MaximumLength(12);
            RuleFor(request => request.On).NotNull();
            RuleFor(request => request.Kind).NotNull();
            RuleFor(request => request.Persons).NotNull().InclusiveBetween(1, 100_000);
        }
    }

    public sealed class Handler(CountedRows rows) : IRequestHandler<RecordPrevented, StoredAnswer>
    {
        public Task<StoredAnswer> Handle(RecordPrevented request, CancellationToken cancellationToken) =>
            rows.AddAsync(request.Division!, request.On!.Value,
                id => new Stored(id, request.Division!, request.On.Value, request.Kind!.Value, request.Persons!.Value),
                id => new("insert into prevented (id, division, on_date, kind, persons, actor, at) values ($1, $2, $3, $4, $5, $6, $7)")
                {
                    Parameters = { new() { Value = id }, new() { Value = request.Division! }, new() { Value = request.On.Value },
                        new() { Value = request.Kind!.Value.Camel() }, new() { Value = request.Persons!.Value } },
                }, cancellationToken);
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/prevented", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<RecordPrevented>(http)).SendAsync<StoredAnswer>(answer => answer)))
        .WithName(nameof(RecordPrevented)).WithTags("Reports").WithMetadata(new BodyOf(typeof(RecordPrevented)))
        .Produces<Stored>(201).ProducesProblems(404, 409);
}
