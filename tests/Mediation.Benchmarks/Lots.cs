using Dapper;
using Mediation.Service.Accounts;

namespace Mediation.Benchmarks;

internal sealed record OpenCaseRow(Guid Id, int Version, string Status, string Body);

internal sealed record Viewer(string User, string Body, string Token);

/// <summary>
/// What both sides draw from: which cases, which bodies, whose tokens. pgbench draws from the table bench_lot, the service's
/// load from memory. Cases to be changed are parted, so that neither spoils the other's versions.
/// </summary>
internal sealed class Lots
{
    public const int Draws = 500;

    public IReadOnlyList<Guid> Cases { get; private init; } = [];

    /// <summary>Cases that can be suspended or resumed, by the head of the body that holds them.</summary>
    public IReadOnlyList<OpenCaseRow> Changeable { get; private init; } = [];

    /// <summary>How many cases of bench_change fall to each client of pgbench.</summary>
    public int ChangeDraws { get; private init; }

    /// <summary>Heads of the bodies with most cases.</summary>
    public IReadOnlyDictionary<string, Viewer> Heads { get; private init; } = new Dictionary<string, Viewer>();

    public IReadOnlyList<Viewer> Mediators { get; private init; } = [];
    public IReadOnlyList<Viewer> Clerks { get; private init; } = [];
    public IReadOnlyList<Viewer> Supervisors { get; private init; } = [];
    public IReadOnlyList<Viewer> Courts { get; private init; } = [];
    public IReadOnlyList<string> Townships { get; private init; } = [];

    /// <summary>Case numbers.</summary>
    public IReadOnlyList<string> Numbers { get; private init; } = [];

    /// <summary>Two characters of names.</summary>
    public IReadOnlyList<string> Names { get; private init; } = [];

    /// <summary>The province, its cities and counties.</summary>
    public IReadOnlyList<string> Places { get; private init; } = [];

    public Viewer Province { get; private init; } = new("", "", "");

    public static async Task<Lots> DrawAsync(CaseDatabase database)
    {
        await using var db = database.Connect();
        var cases = (await db.QueryAsync<Guid>("select id from cases tablesample bernoulli (@share) order by random() limit @most",
            new { share = Math.Min(100, 4_000_000.0 / database.Cases), most = Draws * PgBench.Group }, commandTimeout: 0)).AsList();
        var bodies = (await db.QueryAsync<string>("""
            select c.body from cases c where c.is_open and c.mediator is not null and exists (select 1 from app_user u
                where u.body = c.body and u.role = 'head')
            group by c.body order by count(*) desc limit 200
            """, commandTimeout: 0)).AsList();
        var open = (await db.QueryAsync<OpenCaseRow>("""
            select id, version, status, body from cases where is_open and body = any(@bodies) and mediator is not null
                and status in ('assigned', 'inSession', 'suspended')
                and version < 200 and risk < 2 and not major order by random() limit 40000 -- a red or major case wants its leader first
            """, new { bodies }, commandTimeout: 0)).AsList();
        var half = open.Count / 2;
        await db.ExecuteAsync("""
            drop table if exists bench_lot;
            create table bench_lot (list text, n integer, items text[], primary key (list, n));
            grant select on bench_lot to mediation_app
            """);
        await WriteAsync("get", cases.ConvertAll(id => id.ToString()));
        await WriteAsync("list", bodies);
        await db.ExecuteAsync("""
            drop table if exists bench_change;
            create table bench_change as select row_number() over () - 1 as n, id from unnest(@ids) as id;
            create unique index on bench_change (n); grant select on bench_change to mediation_app; analyze bench_change
            """, new { ids = open.Take(half / Options.Connections * Options.Connections).Select(row => row.Id).ToArray() });
        var townships =
            (await db.QueryAsync<string>("select code from division where kind = 'township' and code like '4301%' order by code")).AsList();
        var places = (await db.QueryAsync<string>("select code from division where length(code) <= 6 order by code")).AsList();
        await WriteAsync("report", places);
        await db.ExecuteAsync("analyze bench_lot; delete from api_token where label = 'benchmark'");
        return new Lots
        {
            Cases = cases,
            Changeable = [.. open.Skip(half)],
            ChangeDraws = half / Options.Connections,
            Townships = townships,
            Places = places,
            Numbers = (await db.QueryAsync<string>("select case_no from cases where id = any(@cases)", new { cases })).AsList(),
            Names = (await db.QueryAsync<string>(
                "select distinct left(name, 2) from case_party where case_id = any(@cases) and kind = 'person' limit 300", new
                {
                    cases
                })).AsList(),
            Heads = (await IssueAsync("role = 'head' and body = any(@bodies)", bodies)).ToDictionary(viewer => viewer.Body),
            Mediators = await IssueAsync("role = 'mediator' and name in (select mediator from cases where is_open and body = any(@bodies) "
                + "group by 1 order by count(*) desc limit 200)", bodies),
            Clerks = await IssueAsync("role = 'clerk' and name like 'clerk.43010%'", bodies),
            Supervisors = await IssueAsync("role = 'supervisor' and division like '4301%'", bodies),
            Courts = await IssueAsync("role = 'court' and division like '43010%' and length(division) = 6", bodies),
            Province = (await IssueAsync("role = 'supervisor' and division = '43'", bodies))[0],
        };

        async Task WriteAsync(string list, List<string> items)
        {
            if (items.Count == 0) throw new InvalidOperationException($"The database holds nothing for {list}: seed more cases.");
            var rows = Enumerable.Range(1, Draws).Select(n => new
            {
                list,
                n,
                items = Enumerable.Range(0, PgBench.Group).Select(at => items[(((n - 1) * PgBench.Group) + at) % items.Count]).ToArray(),
            });
            await db.ExecuteAsync("insert into bench_lot (list, n, items) values (@list, @n, @items)", rows);
        }

        async Task<List<Viewer>> IssueAsync(string where, List<string> bodiesOf)
        {
            var users =
                (await db.QueryAsync<(string User, string Body)>($"select name, body from app_user where active and {where} order by name",
                    new { bodies = bodiesOf }, commandTimeout: 0)).AsList();
            var issued = new List<Viewer>();
            foreach (var (user, body) in users)
                issued.Add(new Viewer(user, body,
                    await Tokens.IssueAsync(db, user, "benchmark", null, TimeProvider.System, CancellationToken.None)));
            return issued;
        }
    }

    public static Dictionary<string, string> Variables(string list) =>
        new(StringComparer.Ordinal) { ["list"] = list, ["draws"] = $"{Draws}" };
}
