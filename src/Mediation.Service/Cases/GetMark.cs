using Dapper;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Cases;

/// <summary>
/// What the caller keeps about a case for himself: whether he follows it (关注), and his own note (备注). Nobody else sees either.
/// </summary>
[Requires(Permission.ReadCases)]
public sealed record GetMark(string Case) : IRequest<GetMark.Answer>, IEndpoint
{
    /// <param name="Note">Null when there is none.</param>
    public sealed record Answer(bool Followed, string? Note);

    public sealed class Handler(NpgsqlDataSource db, CaseSession session, CurrentCaller caller, Keys keys)
        : IRequestHandler<GetMark, Answer>
    {
        public async Task<Answer> Handle(GetMark request, CancellationToken cancellationToken)
        {
            var id = (await session.LoadAsync(request.Case, cancellationToken)).State.Id;
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var row = await connection.QuerySingleOrDefaultAsync<Row>(new CommandDefinition(
                "select followed, note_cipher as note from case_mark where user_name = @user and case_id = @id",
                new { user = caller.Value.User, id }, cancellationToken: cancellationToken));
            return new Answer(row?.Followed ?? false, row?.Note is { } note ? keys.Decrypt(note) : null);
        }

        private sealed record Row(bool Followed, byte[]? Note);
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/cases/{id}/mark", async (string id, HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            return Results.Json(await mediator.Send(new GetMark(id), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetMark)).WithTags("Cases").Produces<Answer>();
}
