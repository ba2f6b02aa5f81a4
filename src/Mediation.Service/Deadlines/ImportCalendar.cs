using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using MediatR;
using Npgsql;

namespace Mediation.Service.Deadlines;

/// <summary>
/// A year of the working calendar from its file: refused when a week or day is missing, and named. Running clocks that
/// go through the year are computed again, each with its event. The same file again changes nothing.
/// </summary>
/// <param name="File">The lines <c>date,kind,name</c> under that heading, in UTF-8.</param>
/// <param name="ExtraRestDays">Rest days added by a notice of their own, beyond the statutory ones.</param>
[Requires(Permission.ManagePolicies)]
public sealed partial record ImportCalendar(int Year, byte[] File, int ExtraRestDays = 0) : IRequest<ImportCalendar.Answer>, IEndpoint
{
    public const int MaxFile = 256 * 1024;

    /// <param name="Changed">False: the year was stored just so already, and no clock is computed again.</param>
    public sealed record Answer(int Year, int Holidays, int MakeUpWorkdays, bool Changed);

    public sealed class Handler(NpgsqlDataSource db, WorkingCalendarSource calendars, CurrentCaller caller, TimeProvider clock)
        : IRequestHandler<ImportCalendar, Answer>
    {
        public async Task<Answer> Handle(ImportCalendar request, CancellationToken cancellationToken)
        {
            var days = Read(request.File);
            var gaps = CalendarYear.Gaps(request.Year, days, request.ExtraRestDays);
            if (gaps.Count > 0)
                throw Refused("calendar.gaps", new("这一年的放假安排不完整，没有导入。", "The year is not whole and was not imported."), gaps);
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await connection.ExecuteAsync(new CommandDefinition("select pg_advisory_xact_lock(@Lock)", new { ReferenceData.Lock },
                transaction, cancellationToken: cancellationToken));
            var changed = await ChangesAsync(connection, transaction, request.Year, days, cancellationToken);
            if (changed)
            {
                await WriteAsync(connection, transaction, request.Year, days, cancellationToken);
                await transaction.CommitAsync(cancellationToken);
                calendars.Forget();
            }

            return new Answer(request.Year, days.Count(day => day.IsHoliday), days.Count(day => !day.IsHoliday), changed);
        }

        private static IReadOnlyList<CalendarDay> Read(byte[] file)
        {
            try
            {
                return WorkingCalendar.ParseDays(new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(file));
            }
            catch (FormatException wrong)
            {
                var line = Line().Match(wrong.Message).Value;
                throw Refused("file.malformed", new("文件无法读取，请按提示更正。", "The file cannot be read: correct the line named."),
                    [new($"第{line}行有误：首行为 date,kind,name；其后每行为日期（yyyy-MM-dd）、holiday 或 workday、名称，日期不重复。", wrong.Message)]);
            }
            catch (DecoderFallbackException)
            {
                throw Refused("file.malformed", new("文件不是 UTF-8 编码，请另存后再导入。", "The file is not in UTF-8: save it so and try again."),
                    [new("请使用 UTF-8 编码。", "Use UTF-8.")]);
            }
        }

        private static ProblemException Refused(string code, Message text, IReadOnlyList<Message> why) =>
            new(422, code, text) { Fields = new Dictionary<string, IReadOnlyList<Message>> { ["file"] = why } };

        private static async Task<bool> ChangesAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, int year,
            IReadOnlyList<CalendarDay> days, CancellationToken cancellationToken)
        {
            var stored = (await connection.QueryAsync<CalendarDay>(new CommandDefinition(
                "select day as date, is_holiday, name from calendar_day where day between @first and @last",
                new { first = new DateOnly(year - 1, 12, 1), last = new DateOnly(year, 12, 31) }, transaction,
                cancellationToken: cancellationToken))).ToHashSet();
            return !days.All(stored.Contains) || stored.Count(day => day.Date.Year == year) != days.Count(day => day.Date.Year == year)
                || !await connection.ExecuteScalarAsync<bool>(new CommandDefinition(
                    "select exists (select 1 from calendar_year where year = @year)", new { year }, transaction,
                    cancellationToken: cancellationToken));
        }

        private async Task WriteAsync(NpgsqlConnection connection, NpgsqlTransaction transaction, int year, IReadOnlyList<CalendarDay> days,
            CancellationToken cancellationToken)
        {
            var (user, now) = (caller.Value.User, clock.GetUtcNow());
            await using var batch = new NpgsqlBatch(connection, transaction);
            CaseBatch.Put(batch, "delete from calendar_day where day between $1 and $2",
                new DateOnly(year, 1, 1), new DateOnly(year, 12, 31));
            CaseBatch.Put(batch, """
                insert into calendar_day (day, is_holiday, name) select * from unnest($1, $2, $3)
                on conflict (day) do update set is_holiday = excluded.is_holiday, name = excluded.name
                """, days.Select(day => day.Date).ToArray(), days.Select(day => day.IsHoliday).ToArray(),
                days.Select(day => day.Name).ToArray());
            CaseBatch.Put(batch, """
                insert into calendar_year (year, imported_by, imported_at) values ($1, $2, $3)
                on conflict (year) do update set imported_by = excluded.imported_by, imported_at = excluded.imported_at
                """, year, user, now.UtcDateTime);
            RecountClocks.Ask(batch, RecountCause.Calendar, year.ToString(CultureInfo.InvariantCulture), user, now);
            await batch.ExecuteNonQueryAsync(cancellationToken);
        }
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapPut("/api/v1/calendar/{year:int:range(2000,2199)}", (Delegate)HandleAsync)
        .WithName(nameof(ImportCalendar)).WithTags("Registry")
        .WithMetadata(new FileOf("text/csv", "date,kind,name\n2027-01-01,holiday,元旦\n"),
            new QueryOf("extraRestDays", typeof(int), "Rest days added by a notice of their own, beyond the statutory ones."))
        .Produces<Answer>();

    private static async Task HandleAsync(HttpContext http)
    {
        var services = http.RequestServices;
        var body = await RequestBody.ReadAsync(http, MaxFile);
        if (http.Request.ContentType is not null) RequestBody.RequireMediaType(http, "text/csv", "text/plain", "application/octet-stream");
        if (!Permissions.Has(services.GetRequiredService<CurrentCaller>().Value.Role, Permission.ManagePolicies))
            throw ProblemException.Forbidden();
        var query = new QueryParameters(http.Request);
        var extra = 0;
        if (query.Text("extraRestDays", 2) is { } text
            && (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out extra) || extra > 30))
            query.Wrong("extraRestDays", new("应为 0 至 30。", "Give 0 to 30."));
        query.Check();
        var year = int.Parse((string)http.GetRouteValue("year")!, CultureInfo.InvariantCulture);
        var answer = await services.GetRequiredService<IMediator>().Send(new ImportCalendar(year, body.Bytes, extra), http.RequestAborted);
        await Results.Json(answer, ApiJson.Output).ExecuteAsync(http);
    }

    [GeneratedRegex("[0-9]+", RegexOptions.NonBacktracking)]
    private static partial Regex Line();
}
