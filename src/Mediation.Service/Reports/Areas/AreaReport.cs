using System.Globalization;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Reports.Figures;
using MediatR;
using Npgsql;

namespace Mediation.Service.Reports.Areas;

/// <summary>What the rows stand for: townships and streets, or villages and communities.</summary>
public enum AreaUnit { Township, Village }

/// <summary>
/// The areas of a division in a period: lawsuits, petitions, three zeros, the watch list; where and of what more came in than
/// before, and how often the same parties came.
/// </summary>
/// <param name="Period">Month, quarter, half-year, year or court year; begun.</param>
/// <param name="Division">One's own, or one below it; a prefecture or narrower, for villages a county or narrower.</param>
/// <param name="Unit">Townships by default; of a township its villages.</param>
[Requires(Permission.ReadReports)]
public sealed record AreaReport(string? Period, string? Division, AreaUnit? Unit) : IRequest<AreaReport.Answer>, IEndpoint
{
    /// <param name="WithoutLawsuit">Areas without one.</param>
    /// <param name="WithoutPetition">Areas without one.</param>
    /// <param name="WithThreeZeros">Areas without petition, accident and criminal case, all months reported.</param>
    /// <param name="IsOver">A running period is not compared with a whole one.</param>
    public sealed record Answer(
        string Period, string Before, string Scope, string Name, AreaUnit Unit, bool IsOver, int WithoutLawsuit,
        int WithoutPetition, int WithThreeZeros, IReadOnlyList<Area> Areas, IReadOnlyList<Rising> Categories, RepeatedParties Repeated,
        IReadOnlyList<Listing> Watched);

    /// <param name="Before">Registered in the period before.</param>
    /// <param name="Significant">
    /// Whether chance alone is an unlikely cause of the difference (5 %); absent where that cannot be said.
    /// </param>
    /// <param name="Hot">Significantly more than before.</param>
    /// <param name="ThreeZeros">Absent while a month is not reported.</param>
    public sealed record Area(
        string Code, string Name, long Registered, long Before, double? Change, bool? Significant, bool Hot, long Lawsuits, long Petitions,
        long? Accidents, long? Crimes, bool? ThreeZeros, bool Watched, string Cases);

    public sealed record Rising(
        string Category, string Name, long Now, long Before, double? Change, bool? Significant, bool Rises, string Cases);

    /// <summary>
    /// Persons by identity number and enterprises by credit code; those without either are not told apart and not counted.
    /// </summary>
    /// <param name="Groups">The cases of each, without saying who; at most fifty.</param>
    public sealed record RepeatedParties(long Parties, long Cases, IReadOnlyList<IReadOnlyList<string>> Groups);

    public sealed record Listing(
        string Division, string Name, DateOnly ListedOn, string ListReason, string ListedBy, DateOnly? DelistedOn,
        string? DelistReason, string? DelistedBy);

    public sealed class Handler(ReportScopes scopes, ReportFigures figures, NpgsqlDataSource db, CurrentCaller caller, TimeProvider clock)
        : IRequestHandler<AreaReport, Answer>
    {
        public async Task<Answer> Handle(AreaReport request, CancellationToken cancellationToken)
        {
            var today = ShanghaiTime.DateOf(clock.GetUtcNow());
            var period = Known(request.Period, clock, today);
            var scope = await scopes.FindDivisionAsync(request.Division, cancellationToken);
            var unit = request.Unit ?? (scope.Code.Length < 9 ? AreaUnit.Township : AreaUnit.Village);
            if (scope.Code.Length < (unit == AreaUnit.Village ? 6 : 4) || (unit == AreaUnit.Township && scope.Code.Length > 9))
                throw ProblemException.Invalid("division", new("乡镇(街道)请选择市(州)或以下的区划，村(社区)请选择县(市、区)或以下的区划。",
                    "For townships choose a prefecture or narrower, for villages a county or narrower."));
            var isOver = period.LastDay < today;
            var (low, high) = CaseScope.Subtree(scope.Code);
            var reader = CaseScope.Of(caller.Value);
            var asked = new
            {
                low,
                high,
                length = unit == AreaUnit.Village ? 12 : 9,
                period.First,
                Last = period.LastMonth,
                period.LastDay,
                period.Months,
                Earlier = period.Before.First,
                scopeLow = reader.Low,
                scopeHigh = reader.High,
                scopeBody = reader.Body,
            };
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var areas = (await connection.QueryAsync<Row>(new CommandDefinition(Areas, asked, cancellationToken: cancellationToken)))
                .Select(row => row.ToArea(period, isOver)).ToList();
            var watched = (await connection.QueryAsync<Listing>(new CommandDefinition("""
                select l.division, d.name, l.listed_on, l.list_reason, l.listed_by, l.delisted_on,
                    l.delist_reason, l.delisted_by
                from area_listing l join division d on d.code = l.division
                where l.division >= @low and l.division < @high order by l.delisted_on is not null, l.listed_on desc, l.division limit 200
                """, asked, cancellationToken: cancellationToken))).AsList();
            var groups = (await connection.QueryAsync<string[]>(new CommandDefinition($"""
                select array_agg(distinct c.case_no order by c.case_no)
                from cases c join case_party p on p.case_id = c.id
                where c.division >= @low and c.division < @high and c.opened_on between @First and @LastDay and {reader.Sql}
                    and (p.identity_hash is not null or p.credit_code is not null)
                group by coalesce(p.identity_hash, convert_to(p.credit_code, 'UTF8')) having count(distinct c.id) > 1
                order by count(distinct c.id) desc, 1
                """, asked, cancellationToken: cancellationToken))).AsList();
            return new Answer(period.ToString(), period.Before.ToString(), scope.Code, scope.Name, unit, isOver,
                areas.Count(area => area.Lawsuits == 0), areas.Count(area => area.Petitions == 0),
                areas.Count(area => area.ThreeZeros == true), areas, await CategoriesAsync(scope, period, isOver, cancellationToken),
                new RepeatedParties(groups.Count, groups.SelectMany(group => group).Distinct(StringComparer.Ordinal).Count(),
                    [.. groups.Take(50)]), watched);
        }

        private async Task<IReadOnlyList<Rising>> CategoriesAsync(
            ReportScope scope, Domain.Measures.Period period, bool isOver, CancellationToken cancellationToken)
        {
            var now = await CountedAsync(scope, period, cancellationToken);
            var before = await CountedAsync(scope, period.Before, cancellationToken);
            return
            [
                .. from code in now.Keys.Union(before.Keys, StringComparer.Ordinal)
                   let counts = (Now: now.GetValueOrDefault(code), Before: before.GetValueOrDefault(code))
                   let significant = isOver ? Difference.IsSignificant(counts.Now, counts.Before) : null
                   where counts != default
                   orderby counts.Now descending, code
                   select new Rising(code, Category.Name(code)?.In() ?? code, counts.Now, counts.Before,
                       new Change(counts.Now, counts.Before).Fraction, significant, significant == true && counts.Now > counts.Before,
                       Link(scope.Code, period, "&category=" + code)),
            ];
        }

        private async Task<Dictionary<string, long>> CountedAsync(
            ReportScope scope, Domain.Measures.Period period, CancellationToken cancellationToken) =>
            (await figures.ReadAsync(scope, period, ReportBy.Category, cancellationToken)).Rows.Where(line => line.Key is not null)
                .ToDictionary(line => line.Key!, line => line.Count(Tally.Registered), StringComparer.Ordinal);
    }

    // The figures of narrow places are summed from the entries; what is not folded yet stands in the deltas.
    private const string Areas = """
        with entry as (
            select division, month, measure, channel, amount from tally_entry
            where division >= @low and division < @high and month between @Earlier and @Last and from_division is null
                and measure in ('registered', 'filedLater')
            union all
            select division, month, measure, channel, amount from tally_delta
            where division >= @low and division < @high and month between @Earlier and @Last and from_division is null
                and measure in ('registered', 'filedLater')),
        counted as (
            select left(division, @length) as code, sum(amount) filter (where measure = 'registered' and month >= @First) as registered,
                sum(amount) filter (where measure = 'registered' and month < @First) as earlier,
                sum(amount) filter (where measure = 'filedLater' and month >= @First) as lawsuits,
                sum(amount) filter (where measure = 'registered' and month >= @First and channel = 'petition') as petitions
            from entry group by 1),
        reported as (
            select division as code, sum(accidents) as accidents, sum(crimes) as crimes from (
                select distinct on (division, month) division, accidents, crimes from area_count
                where division >= @low and division < @high and month between @First and @Last order by division, month, n desc) latest
            group by division having count(*) = @Months)
        select d.code, d.name, coalesce(n.registered, 0)::bigint as registered, coalesce(n.earlier, 0)::bigint as earlier,
            coalesce(n.lawsuits, 0)::bigint as lawsuits,
            coalesce(n.petitions, 0)::bigint as petitions, r.accidents, r.crimes,
            exists (select 1 from area_listing l where l.division = d.code and l.listed_on <= @LastDay
                and (l.delisted_on is null or l.delisted_on >= @First)) as watched
        from division d left join counted n on n.code = d.code left join reported r on r.code = d.code
        where d.code >= @low and d.code < @high and length(d.code) = @length order by coalesce(n.registered, 0) desc, d.code
        """;

    private sealed class Row
    {
        public string Code { get; init; } = "";
        public string Name { get; init; } = "";
        public long Registered { get; init; }
        public long Earlier { get; init; }
        public long Lawsuits { get; init; }
        public long Petitions { get; init; }
        public long? Accidents { get; init; }
        public long? Crimes { get; init; }
        public bool Watched { get; init; }

        public Area ToArea(Domain.Measures.Period period, bool isOver)
        {
            var significant = isOver ? Difference.IsSignificant(Registered, Earlier) : null;
            return new Area(Code, Name, Registered, Earlier, new Change(Registered, Earlier).Fraction, significant,
                significant == true && Registered > Earlier, Lawsuits, Petitions, Accidents, Crimes,
                new AreaScore(Petitions, Accidents, Crimes).HasThreeZeros, Watched, Link(Code, period, ""));
        }
    }

    /// <summary>The list of the cases that were registered.</summary>
    internal static string Link(string division, Domain.Measures.Period period, string more) => string.Create(CultureInfo.InvariantCulture,
        $"/?division={division}&openedFrom={period.First:yyyy-MM-dd}&openedTo={period.LastDay:yyyy-MM-dd}&tab=all"
            + $"&closed=all&sort=-opened{more}");

    /// <summary>The month before this one.</summary>
    internal static Domain.Measures.Period Usual(DateOnly today) => AskedPeriod.MonthOf(new DateOnly(today.Year, today.Month, 1)).Before;

    /// <exception cref="ProblemException">400 for what is no period or has not begun.</exception>
    private static Domain.Measures.Period Known(string? text, TimeProvider clock, DateOnly today)
    {
        if (text is null) return Usual(today);
        return Domain.Measures.Period.Parse(text) is null ? throw ProblemException.Invalid("period", AskedPeriod.NoPeriod)
            : AskedPeriod.Begun(text, clock);
    }

    public static void Map(IEndpointRouteBuilder app) => app.MapGet("/api/v1/reports/areas", async (HttpContext http, IMediator mediator) =>
    {
        if (!Permissions.Has(http.RequestServices.GetRequiredService<CurrentCaller>().Value.Role, Permission.ReadReports))
            throw ProblemException.Forbidden();
        var query = new QueryParameters(http.Request);
        var request = new AreaReport(query.Text("period", 7), query.Text("division", 12), query.Enum<AreaUnit>("unit"));
        query.Check();
        return Results.Json(await mediator.Send(request, http.RequestAborted), ApiJson.Output);
    }).WithName(nameof(AreaReport)).WithTags("Reports").Produces<Answer>().ProducesProblems(404);
}
