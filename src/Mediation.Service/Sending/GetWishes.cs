using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Sending;

/// <summary>The caller's own addresses, and by which channels he wants to be told beside the inbox.</summary>
[Requires(Permission.OwnAccount)]
public sealed record GetWishes : IRequest<GetWishes.Wishes>, IEndpoint
{
    /// <param name="Language">Of the messages: zh-CN or en.</param>
    /// <param name="Digest">Once a day by mail what is due, overdue and unread.</param>
    public sealed record Wishes(string? Mail, string? Phone, IReadOnlyList<LadderChannel> Channels, string Language, bool Digest);

    public sealed class Handler(NpgsqlDataSource db, CurrentCaller caller, Keys keys) : IRequestHandler<GetWishes, Wishes>
    {
        public async Task<Wishes> Handle(GetWishes request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var (mail, phone, channels, language, digest) =
                await connection.QuerySingleAsync<(byte[]? Mail, byte[]? Phone, string[] Channels, string Language, bool Digest)>(
                    new CommandDefinition("select mail_cipher, phone_cipher, told_by, language, digest from app_user where name = @User",
                        new { caller.Value.User }, cancellationToken: cancellationToken));
            return new Wishes(Text(mail), Text(phone), [.. channels.Select(channel => Enum.Parse<LadderChannel>(channel, true)).Order()],
                language, digest);

            string? Text(byte[]? cipher) => cipher is null ? null : keys.Decrypt(cipher);
        }
    }

    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/api/v1/account/messages", async (HttpContext http, IMediator mediator) =>
        {
            new QueryParameters(http.Request).Check();
            http.Response.Headers.CacheControl = "no-store";
            return Results.Json(await mediator.Send(new GetWishes(), http.RequestAborted), ApiJson.Output);
        }).WithName(nameof(GetWishes)).WithTags("Accounts").Produces<Wishes>();
}
