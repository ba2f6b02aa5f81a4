using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Domain.Identities;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.People;

/// <summary>From where somebody was looked for.</summary>
public enum LookupPlace { Search, Intake, Program }

/// <summary>By which number.</summary>
public enum LookupBy { IdentityNumber, Phone }

/// <summary>
/// The cases in which a person is a party, by his whole identity or telephone number, as far as the caller may see them, the
/// newest first. A POST, so that the number stands in no address; and each look is kept with who took it.
/// </summary>
[Requires(Permission.FindPeople)]
public sealed record FindPerson : IRequest<FindPerson.Answer>, IEndpoint
{
    public const int Most = 50;

    /// <summary>18 characters; this or the telephone number.</summary>
    public string? IdentityNumber { get; init; }

    public string? Phone { get; init; }

    [JsonIgnore]
    public LookupPlace Place { get; init; } = LookupPlace.Program;

    public static FindPerson Example => new() { IdentityNumber = "430104209103244939" };

    /// <param name="More">There are more cases than are listed.</param>
    public sealed record Answer(IReadOnlyList<Item> Items, bool More);

    /// <param name="IdentityNumber">First three and last four characters.</param>
    /// <param name="Phone">First three and last four digits.</param>
    public sealed record Item(
        string CaseNo, Status Status, string Category, DateTimeOffset OpenedAt, Side Side, string Name, string? IdentityNumber,
        string? Phone, string? Address);

    public sealed class Validator : AbstractValidator<FindPerson>
    {
        public Validator()
        {
            RuleFor(request => request.IdentityNumber).MaximumLength(30)
                .Must(number => string.IsNullOrWhiteSpace(number) || ResidentNumber.TryParse(number, out _, out _))
                .Saying("公民身份号码有误，请核对 18 位号码及校验码。", "Not a valid resident number: check its 18 characters and the check digit.");
            RuleFor(request => request.Phone).MaximumLength(30)
                .Must(phone => string.IsNullOrWhiteSpace(phone) || PhoneNumber.Normalise(phone).Length is >= 7 and <= 20)
                .Saying("请填写完整的电话号码。", "Give the whole telephone number.");
            RuleFor(request => request.IdentityNumber)
                .Must((request, number) => string.IsNullOrWhiteSpace(number) != string.IsNullOrWhiteSpace(request.Phone))
                .Saying("请填写身份号码或电话号码，只填一项。", "Give the identity number or the telephone number, one of the two.");
        }
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, Keys keys, TimeProvider clock)
        : IRequestHandler<FindPerson, Answer>
    {
        public async Task<Answer> Handle(FindPerson request, CancellationToken cancellationToken)
        {
            var scope = CaseScope.Of(caller.Value);
            var by = string.IsNullOrWhiteSpace(request.IdentityNumber) ? LookupBy.Phone : LookupBy.IdentityNumber;
            var hash = keys.SearchHash(by == LookupBy.Phone ? PhoneNumber.Normalise(request.Phone)
                : ResidentNumber.TryParse(request.IdentityNumber, out var number, out _) ? number.Value
                : throw new InvalidOperationException("Not validated."));
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var rows = (await connection.QueryAsync<Row>(new CommandDefinition($"""
                select c.case_no, c.status, c.category, c.opened_at, p.side, p.name, p.identity_cipher, p.phone_cipher, p.address
                from case_party p join cases c on c.id = p.case_id
                where p.{(by == LookupBy.Phone ? "phone_hash" : "identity_hash")} = @hash and {scope.Sql}
                order by c.opened_at desc, c.case_no, p.id limit {Most + 1}
                """, new { hash, scopeLow = scope.Low, scopeHigh = scope.High, scopeBody = scope.Body },
                cancellationToken: cancellationToken))).AsList();
            var found = rows.Take(Most).Select(row => new Item(row.CaseNo, row.Status, row.Category, row.OpenedAt, row.Side, row.Name,
                row.IdentityCipher is null ? null : ResidentNumber.Mask(keys.Decrypt(row.IdentityCipher)),
                row.PhoneCipher is null ? null : PhoneNumber.Mask(keys.Decrypt(row.PhoneCipher)), row.Address)).ToList();
            // Nothing is shown of which it is not known who saw it.
            await connection.ExecuteAsync(new CommandDefinition("""
                insert into person_lookup (id, at, user_name, division, place, by, hash, found)
                values (@id, @now, @user, @division, @place, @by, @hash, @found)
                """, new
            {
                id = Guid.CreateVersion7(clock.GetUtcNow()),
                now = clock.GetUtcNow().UtcDateTime,
                user = caller.Value.User,
                division = caller.Value.Division,
                place = request.Place.Camel(),
                by = by.Camel(),
                hash,
                found = found.Count,
            }, cancellationToken: cancellationToken));
            return new Answer(found, rows.Count > Most);
        }

        private sealed record Row(
            string CaseNo, Status Status, string Category, DateTimeOffset OpenedAt, Side Side, string Name, byte[]? IdentityCipher,
            byte[]? PhoneCipher, string? Address);
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/people/find", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<FindPerson>(http))
            .SendAloneAsync<Answer>(
                answer => new StoredAnswer(200, null, null, JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Output)))))
        .WithName(nameof(FindPerson)).WithTags("Cases").WithMetadata(new BodyOf(typeof(FindPerson)))
        .Produces<Answer>();
}
