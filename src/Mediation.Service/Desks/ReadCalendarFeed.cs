using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Accounts;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Microsoft.Extensions.Localization;
using Microsoft.Net.Http.Headers;
using Npgsql;

namespace Mediation.Service.Desks;

/// <summary>
/// A mediator's deadlines and sessions as a calendar that programs fetch. Whoever has the secret address reads it, so it
/// holds numbers of cases and what is due, and nothing of persons or places.
/// </summary>
/// <param name="Secret">
/// Of the address. What is unknown, was taken back, or is of an account that may no longer conduct cases is 404.
/// </param>
/// <param name="Site">Where the pages are, e.g. <c>https://mediation.example</c>.</param>
[Anyone("The secret address is the right to read it.")]
public sealed record ReadCalendarFeed(string Secret, string Site) : IRequest<string>, IEndpoint
{
    /// <summary>How long what has ended is still listed as cancelled, so that every calendar takes it away.</summary>
    private const int DaysBack = 30;

    public override string ToString() => nameof(ReadCalendarFeed); // never the secret

    public sealed class Handler(NpgsqlDataSource db, TimeProvider clock) : IRequestHandler<ReadCalendarFeed, string>
    {
        public async Task<string> Handle(ReadCalendarFeed request, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var owner = await connection.QueryFirstOrDefaultAsync<Owner>(new CommandDefinition("""
                select u.name, u.role, u.body, u.language from calendar_feed f join app_user u on u.name = f.user_name
                where f.hash = @hash and u.active
                """, new { hash = AccountStore.Hash(request.Secret) }, cancellationToken: cancellationToken));
            if (owner is null || !Permissions.Has(owner.Role, Permission.Conduct)) throw ProblemException.NotFound();
            var texts = Texts.In(owner.Language);
            var since = ShanghaiTime.DateOf(clock.GetUtcNow()).AddDays(-DaysBack);
            // Closed cases too: a promise and a follow-up fall due after the closure, for two years at most.
            const string Own = """
                own as (
                    select id, case_no, version, updated_at, state from cases where mediator = @Name and is_open
                    union all
                    select id, case_no, version, updated_at, state from cases where body = @Body and mediator = @Name
                        and closed_on >= @closed)
                """;
            var asked = new { owner.Name, owner.Body, since, start = ShanghaiTime.StartOf(since).UtcDateTime, closed = since.AddYears(-2) };
            var deadlines = await connection.QueryAsync<Deadline>(new CommandDefinition($"""
                with {Own}
                select o.id, o.case_no, o.version, o.updated_at as changed, k.key, k.due_on, k.state = 'running' as runs
                from own o join clock k on k.case_id = o.id
                where k.due_on >= @since or k.state = 'running' order by k.due_on, o.case_no, k.key limit 1000
                """, asked, cancellationToken: cancellationToken));
            var sessions = await connection.QueryAsync<Meeting>(new CommandDefinition($"""
                with {Own}
                select o.id, o.case_no, o.version, o.updated_at as changed, (s ->> 'n')::int as n,
                    (s ->> 'startsAt')::timestamptz as starts_at,
                    (s ->> 'minutes')::int as minutes, s ->> 'kind' as kind, s ->> 'state' = 'cancelled' as cancelled
                from own o cross join lateral json_array_elements(coalesce(o.state -> 'sessions', '[]')) s
                where (s ->> 'startsAt')::timestamptz >= @start order by 6, 2, 5 limit 1000
                """, asked, cancellationToken: cancellationToken));
            return ICalendar.Write(texts["Feed.Name"],
                deadlines.Select(row => Entry(row, request.Site, texts)).Concat(sessions.Select(row => Entry(row, request.Site, texts))));
        }

        private static CalendarEntry Entry(Deadline row, string site, IStringLocalizer<Texts> texts) => new(
            $"{row.Id:D}-{row.Key.Replace(':', '-')}@mediation", row.Version, row.Changed, texts["Feed.Due", row.CaseNo,
                texts["ClockName." + row.Key.Split(':')[0]]], row.DueOn, default, 0, !row.Runs, $"{site}/cases/{row.CaseNo}");

        private static CalendarEntry Entry(Meeting row, string site, IStringLocalizer<Texts> texts) => new(
            string.Create(CultureInfo.InvariantCulture, $"{row.Id:D}-session-{row.N}@mediation"), row.Version, row.Changed,
            texts["Feed.Session", row.CaseNo, texts["SessionKind." + row.Kind]], null, row.StartsAt, row.Minutes, row.Cancelled,
            $"{site}/cases/{row.CaseNo}");
    }

    private sealed record Owner(string Name, Role Role, string Body, string Language);

    private sealed record Deadline(Guid Id, string CaseNo, int Version, DateTimeOffset Changed, string Key, DateOnly DueOn, bool Runs);

    private sealed record Meeting(Guid Id, string CaseNo, int Version, DateTimeOffset Changed, int N, DateTimeOffset StartsAt,
        int Minutes, string Kind, bool Cancelled);

    // Outside the API, where every path wants a token.
    public static void Map(IEndpointRouteBuilder app) =>
        app.MapGet("/open/calendar/{secret}.ics", async (string secret, HttpContext http, IMediator mediator) =>
        {
            var text = Encoding.UTF8.GetBytes(
                await mediator.Send(new ReadCalendarFeed(secret, $"{http.Request.Scheme}://{http.Request.Host}"), http.RequestAborted));
            http.Response.Headers.CacheControl = "private, no-cache";
            return Results.File(text, "text/calendar; charset=utf-8",
                entityTag: new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(text))}\""));
        }).AllowAnonymous().ExcludeFromDescription();
}
