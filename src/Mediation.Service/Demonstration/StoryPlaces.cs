using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Npgsql;

namespace Mediation.Service.Demonstration;

/// <summary>A mediation body with its people, as far as the stories need them.</summary>
public sealed record StoryBody(BodyRef Ref, IReadOnlyList<string> Categories, string Head, IReadOnlyList<MediatorCheck> Mediators);

/// <summary>Where the stories happen: mediation bodies of Changsha, Xiangtan and the zone, their centres and courts.</summary>
public sealed class StoryPlaces
{
    private readonly Dictionary<string, BodyRef> centres;
    private readonly Dictionary<string, string> clerks;
    private readonly Dictionary<string, string> courts;

    private StoryPlaces(IReadOnlyList<StoryBody> bodies, Dictionary<string, BodyRef> centres, Dictionary<string, string> clerks,
        Dictionary<string, string> courts) =>
        (Bodies, this.centres, this.clerks, this.courts) = (bodies, centres, clerks, courts);

    public IReadOnlyList<StoryBody> Bodies { get; }

    /// <summary>The nearest centre up the tree, and a clerk of it.</summary>
    public (BodyRef Centre, string Clerk) CentreOf(string division)
    {
        foreach (var length in new[] { 9, 6, 4, 2 }.Where(length => length <= division.Length))
            if (centres.TryGetValue(division[..length], out var centre)) return (centre, clerks[centre.Code]);
        throw new InvalidOperationException($"No centre above {division}.");
    }

    /// <summary>The court of the county, or of a county of the same prefecture where the zone has none; with its account.</summary>
    public (string Court, string Account) CourtOf(string division)
    {
        var code = courts.Keys.Where(code => code.StartsWith(division[..6], StringComparison.Ordinal)).DefaultIfEmpty(
            courts.Keys.Where(code => code.StartsWith(division[..4] + "04", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal).First()).First();
        return (code, courts[code]);
    }

    /// <summary>
    /// The same places with the bodies so often that, of a hundred cases, 74 begin in villages and 16 in townships, as
    /// ten years of a province.
    /// </summary>
    public StoryPlaces ByLevel()
    {
        return new StoryPlaces([.. Slots(7366, Level.Village), .. Slots(1626, Level.Township), .. Slots(1008, Level.County, Level.City)],
            centres, clerks, courts);

        IEnumerable<StoryBody> Slots(int count, params Level[] levels)
        {
            var there = Bodies.Where(body => levels.Contains(body.Ref.Level)).ToList();
            return Enumerable.Range(0, there.Count == 0 ? 0 : count).Select(slot => there[slot % there.Count]);
        }
    }

    public static async Task<StoryPlaces> LoadAsync(NpgsqlConnection connection)
    {
        var mediators = (await connection.QueryAsync<(string User, string Body, DateOnly Until)>(
            "select m.user_name, m.body, m.term_until from mediator m order by m.user_name"))
            .ToLookup(row => row.Body, row => new MediatorCheck(row.User, row.Body, row.Until, Conflict: false), StringComparer.Ordinal);
        var people = (await connection.QueryAsync<(string Name, string Role, string Body)>(
            "select name, role, body from app_user where role in ('clerk', 'head', 'court') order by name")).ToList();
        var heads = people.Where(person => person.Role == "head")
            .ToLookup(person => person.Body, person => person.Name, StringComparer.Ordinal);
        var rows =
            (await connection.QueryAsync<(string Code, string Kind, Level Level, string Division, bool Mediates, string[] Categories)>("""
                select code, kind, level, division, mediates, categories from body
                where division >= '4301' and division < '4302' or division >= '4303' and division < '4304' or kind = 'centre' order by code
                """)).ToList();
        var bodies = rows.Where(row => row.Mediates && heads.Contains(row.Code) && mediators.Contains(row.Code) && row.Division.Length >= 6)
            .Select(row => new StoryBody(Ref(row), row.Categories, heads[row.Code].First(), [.. mediators[row.Code]])).ToList();
        return new StoryPlaces(bodies,
            rows.Where(row => row.Kind == "centre").ToDictionary(row => row.Division, Ref, StringComparer.Ordinal),
            people.Where(person => person.Role == "clerk").GroupBy(person => person.Body)
                .ToDictionary(group => group.Key, group => group.First().Name, StringComparer.Ordinal),
            people.Where(person => person.Role == "court" && person.Body.Length > 8).GroupBy(person => person.Body)
                .ToDictionary(group => group.Key, group => group.First().Name, StringComparer.Ordinal));

        static BodyRef Ref((string Code, string Kind, Level Level, string Division, bool Mediates, string[] Categories) row) =>
            new(row.Code, row.Division, row.Level);
    }
}
