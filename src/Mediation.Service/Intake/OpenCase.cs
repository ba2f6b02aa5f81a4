using System.Text.Json.Serialization;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using MediatR;

namespace Mediation.Service.Intake;

/// <summary>Takes a dispute in, whatever way it came (登记); it stands at the desk of the caller's body.</summary>
[Requires(Permission.Intake)]
public sealed record OpenCase : IRequest<CaseAnswer>, IEndpoint
{
    public Channel? Channel { get; init; }
    public Initiation? Initiation { get; init; }
    public Track? Track { get; init; }
    public string? Category { get; init; }
    public string? Division { get; init; }
    public string? Summary { get; init; }
    public string? Description { get; init; }

    /// <summary>Yuan, at most two decimals.</summary>
    public decimal? Amount { get; init; }

    public DateOnly? OccurredOn { get; init; }
    public int? PersonsInvolved { get; init; }
    public bool? Major { get; init; }
    public SourceInput? Source { get; init; }

    /// <summary>Papers that are still to be brought (容缺受理).</summary>
    public IReadOnlyList<string>? MissingItems { get; init; }

    public IReadOnlyList<PartyInput>? Parties { get; init; }

    /// <summary>Of a report by the public; written with the case.</summary>
    [JsonIgnore]
    public ReceiptRow? Receipt { get; init; }

    public sealed record SourceInput(string? Unit, string? TicketNo);

    public static OpenCase Example => new()
    {
        Channel = Domain.Cases.Channel.WalkIn,
        Category = "02",
        Division = "430104001",
        Summary = "楼上漏水,协商未果",
        Amount = 3200.50m,
        Parties =
        [
            new()
            { Side = Side.Applicant, Kind = PartyKind.Person, Name = "张三", IdentityNumber = "430104209103244939", Phone = "19900000001" },
            new() { Side = Side.Respondent, Kind = PartyKind.Person, Name = "李四" },
        ],
    };

    public sealed class Validator : AbstractValidator<OpenCase>
    {
        public Validator(TimeProvider clock)
        {
            RuleFor(request => request.Channel).NotNull();
            RuleFor(request => request.Category).NotEmpty().Must(code => code is null || Domain.Category.Exists(code))
                .Saying("纠纷类型代码不存在，请从 01 至 19、99 中选择。", "Unknown category: choose 01 to 19 or 99.");
            RuleFor(request => request.Track).Must(track => track is not (Domain.Track.Delegated or Domain.Track.Entrusted))
                .Saying("法院委派、委托案件请由法院移送。", "Delegated and entrusted cases come as a court's referral.");
            RuleFor(request => request.Division).NotEmpty().MaximumLength(12);
            RuleFor(request => request.Summary).NotEmpty().MaximumLength(200);
            RuleFor(request => request.Description).MaximumLength(5000);
            RuleFor(request => request.Amount).Money();
            RuleFor(request => request.OccurredOn).Must(on => on is null || on <= ShanghaiTime.DateOf(clock.GetUtcNow()))
                .Saying("发生日期不能晚于今天。", "May not lie after today.");
            RuleFor(request => request.PersonsInvolved).InclusiveBetween(1, 100_000);
            RuleFor(request => request.Source!.Unit).MaximumLength(100).When(request => request.Source is not null);
            RuleFor(request => request.Source!.TicketNo).MaximumLength(100).When(request => request.Source is not null);
            RuleFor(request => request.MissingItems)
                .Must(items => items is null || (items.Count <= 20 && items.All(item => item is { Length: > 0 and <= 100 })))
                .Saying("最多 20 项，每项 1 至 100 个字。", "At most 20 items of 1 to 100 characters.");
            RuleFor(request => request.Parties).NotEmpty().Must(parties => parties is null or { Count: <= 200 })
                .Saying("请填写 1 至 200 名当事人。", "Give 1 to 200 parties.");
            RuleForEach(request => request.Parties).NotNull().SetValidator(new PartyInput.Validator());
            RuleFor(request => request.Parties).Must(parties => parties is null || parties.Any(party => party?.Side == Side.Respondent))
                .Saying("至少要有一名被申请人。", "Name at least one respondent.");
            RuleFor(request => request.Parties)
                .Must((request, parties) => parties is null || request.Initiation == Domain.Cases.Initiation.OwnInitiative
                    || parties.Any(party => party?.Side == Side.Applicant))
                .Saying("至少要有一名申请人，或由调解组织主动调解。", "Name at least one applicant, or let the body start on its own initiative.");
        }
    }

    public sealed class Handler(CaseSession session, CaseOpening opening, BodyDirectory directory, CaseNumbers numbers,
        CurrentCaller caller, TimeProvider clock, Platform.Keys keys)
        : IRequestHandler<OpenCase, CaseAnswer>
    {
        public async Task<CaseAnswer> Handle(OpenCase request, CancellationToken cancellationToken)
        {
            var centre = await opening.CentreAsync(request.Division!, cancellationToken);
            var own = await directory.FindBodyAsync(caller.Value.Body, cancellationToken);
            var desk = caller.Value.Role == Role.Supervisor || own is null ? centre : new BodyRef(own.Code, own.Division, own.Level);
            var draft = new CaseDraft(Guid.CreateVersion7(clock.GetUtcNow()), null, clock, directory, numbers, caller.Value, keys);
            if (request.Receipt is { } receipt) draft.Put(receipt);
            var rows = request.Parties!.Select((party, index) => party.ToRow($"p{index + 1}")).ToList();
            var source = request.Source is { } given ? $"{given.Unit} {given.TicketNo}" : null;
            var facts = new CaseEvent.Registered(
                await numbers.NextAsync(request.Division!, draft.Today.Year, cancellationToken), request.Channel!.Value,
                request.Initiation ?? ByDefault(request.Channel.Value), request.Track ?? Domain.Track.People, request.Category!,
                request.Division!, desk, centre, draft.Text("summary", request.Summary!), [.. rows.Select(draft.Party)])
            {
                Description = draft.OptionalText("description", request.Description),
                Amount = request.Amount,
                OccurredOn = request.OccurredOn,
                PersonsInvolved = request.PersonsInvolved,
                Major = request.Major ?? false,
                MissingItems = draft.OptionalText("missingItems", string.Join('、', request.MissingItems ?? [])),
                Source = draft.OptionalText("source", source),
                Repeat = await opening.IsRepeatAsync(rows, request.Category!, cancellationToken),
            };
            var context = await session.ContextAsync(null, null, cancellationToken);
            return await session.ActAsync(draft, new CaseCommand.Register(facts), context, 201, cancellationToken);
        }

        private static Initiation ByDefault(Channel channel) => channel switch
        {
            Domain.Cases.Channel.Court or Domain.Cases.Channel.Police or Domain.Cases.Channel.Petition
                or Domain.Cases.Channel.Transfer => Domain.Cases.Initiation.Entrusted,
            Domain.Cases.Channel.Grid => Domain.Cases.Initiation.OwnInitiative,
            _ => Domain.Cases.Initiation.Application,
        };
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/cases", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<OpenCase>(http)).SendAsync<CaseAnswer>(answer => answer.Kept)))
        .WithName(nameof(OpenCase)).WithTags("Cases").WithMetadata(new BodyOf(typeof(OpenCase)))
        .Produces<CaseView>(201);
}
