using System.Text.Json;
using System.Text.Json.Serialization;
using Dapper;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Groups;

/// <summary>Brings cases of one cause together (批量案件). A case that cannot come in says why; the others do.</summary>
[Requires(Permission.GroupCases)]
public sealed record CreateGroup : IRequest<GroupAnswer>, IEndpoint
{
    public string? Name { get; init; }

    /// <summary>Case numbers or UUIDs.</summary>
    public IReadOnlyList<string>? Cases { get; init; }

    public static CreateGroup Example => new() { Name = "某公司欠薪", Cases = ["430104-2026-00000001", "430104-2026-00000002"] };

    public sealed class Validator : AbstractValidator<CreateGroup>
    {
        public Validator()
        {
            RuleFor(request => request.Name).NotEmpty().MaximumLength(60);
            RuleFor(request => request.Cases).CaseNumbers();
        }
    }

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock, GroupMembers members)
        : IRequestHandler<CreateGroup, GroupAnswer>
    {
        public async Task<GroupAnswer> Handle(CreateGroup request, CancellationToken cancellationToken)
        {
            var now = clock.GetUtcNow();
            var group = new CaseGroups.Group(Guid.CreateVersion7(now), request.Name!.Trim(), caller.Value.User, now);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition(
                "insert into case_group (id, name, created_by, created_at) values (@Id, @Name, @CreatedBy, @CreatedAt)",
                group, transaction, cancellationToken: cancellationToken));
            var rows = await members.AddAsync(group, request.Cases!, transaction, cancellationToken);
            if (rows.All(row => row.Result == RowResult.Refused))
            {
                throw new ProblemException(422, "group.noCase",
                    new("所列案件都不能加入批次，请逐项查看。", "None of these cases can come into a group; see each of them."))
                {
                    Fields = rows.Index().ToDictionary(row => $"cases[{row.Index}]", row => (IReadOnlyList<Message>)[new(
                        $"{row.Item.CaseNo}：{row.Item.Message}", $"{row.Item.CaseNo}: {row.Item.Message}")], StringComparer.Ordinal),
                };
            }

            await transaction.CommitAsync(cancellationToken);
            return GroupAnswer.Of(group, rows, 0);
        }
    }

    internal static StoredAnswer Kept(GroupAnswer answer) =>
        new(200, null, null, JsonSerializer.SerializeToUtf8Bytes(answer, ApiJson.Output));

    public static void Map(IEndpointRouteBuilder app) => app.MapPost("/api/v1/groups", (Delegate)(async (HttpContext http) =>
        await (await PlainRequest.ReadAsync<CreateGroup>(http))
            .SendAloneAsync<GroupAnswer>(answer => Kept(answer) with { Status = 201, Location = $"/api/v1/groups/{answer.Id}" })))
        .WithName(nameof(CreateGroup)).WithTags("Groups").WithMetadata(new BodyOf(typeof(CreateGroup)))
        .Produces<GroupAnswer>(201);
}

/// <summary>Adds cases to a group; each row says whether its case came in, and if not why.</summary>
[Requires(Permission.GroupCases)]
public sealed record AddToGroup : IRequest<GroupAnswer>, IEndpoint
{
    [JsonIgnore]
    public Guid Id { get; set; }

    /// <summary>Case numbers or UUIDs.</summary>
    public IReadOnlyList<string>? Cases { get; init; }

    public static AddToGroup Example => new() { Cases = ["430104-2026-00000003"] };

    public sealed class Validator : AbstractValidator<AddToGroup>
    {
        public Validator() => RuleFor(request => request.Cases).CaseNumbers();
    }

    public sealed class Handler(NpgsqlDataSource db, CaseGroups groups, GroupMembers members) : IRequestHandler<AddToGroup, GroupAnswer>
    {
        public async Task<GroupAnswer> Handle(AddToGroup request, CancellationToken cancellationToken)
        {
            var group = await groups.FindAsync(request.Id, cancellationToken);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            var rows = await members.AddAsync(group, request.Cases!, transaction, cancellationToken);
            await transaction.CommitAsync(cancellationToken);
            return GroupAnswer.Of(group, rows, 0);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/groups/{id:guid}/cases", (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<AddToGroup>(http, request => request.Id = GroupActs.IdOf(http)))
                .SendAloneAsync<GroupAnswer>(CreateGroup.Kept)))
            .WithName(nameof(AddToGroup)).WithTags("Groups").WithMetadata(new BodyOf(typeof(AddToGroup)))
            .Produces<GroupAnswer>().ProducesProblems(409);
}

/// <summary>Takes cases out of a group; what was done with them stays done.</summary>
[Requires(Permission.GroupCases)]
public sealed record RemoveFromGroup : IRequest<GroupAnswer>, IEndpoint
{
    [JsonIgnore]
    public Guid Id { get; set; }

    /// <summary>Case numbers or UUIDs.</summary>
    public IReadOnlyList<string>? Cases { get; init; }

    public static RemoveFromGroup Example => new() { Cases = ["430104-2026-00000003"] };

    public sealed class Validator : AbstractValidator<RemoveFromGroup>
    {
        public Validator() => RuleFor(request => request.Cases).CaseNumbers();
    }

    public sealed class Handler(CaseGroups groups, GroupMembers members) : IRequestHandler<RemoveFromGroup, GroupAnswer>
    {
        public async Task<GroupAnswer> Handle(RemoveFromGroup request, CancellationToken cancellationToken)
        {
            var group = await groups.FindAsync(request.Id, cancellationToken);
            return GroupAnswer.Of(group, await members.RemoveAsync(group, request.Cases!, cancellationToken), 0);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapPost("/api/v1/groups/{id:guid}/cases/remove", (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<RemoveFromGroup>(http, request => request.Id = GroupActs.IdOf(http)))
                .SendAloneAsync<GroupAnswer>(CreateGroup.Kept)))
            .WithName(nameof(RemoveFromGroup)).WithTags("Groups").WithMetadata(new BodyOf(typeof(RemoveFromGroup)))
            .Produces<GroupAnswer>();
}

internal static class CaseNumberRules
{
    public static IRuleBuilderOptions<T, IReadOnlyList<string>?> CaseNumbers<T>(this IRuleBuilder<T, IReadOnlyList<string>?> rule) =>
        rule.Must(cases => cases is { Count: > 0 and <= CaseGroups.Most } && cases.All(one => one is { Length: > 0 and <= 36 }))
            .Saying($"请填写 1 至 {CaseGroups.Most} 个案件编号。", $"Give 1 to {CaseGroups.Most} case numbers.");
}
