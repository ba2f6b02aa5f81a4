using Dapper;
using Mediation.Domain.Deadlines;
using Mediation.Service.Accounts;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Registry;
using Microsoft.AspNetCore.Identity;
using Npgsql;

namespace Mediation.Service.Demonstration;

/// <summary>Divisions, calendar, bodies, people and their accounts for the demonstration; what is there already stays as it is.</summary>
public static class DemoDirectory
{
    private const int TermYears = 3; // a mediator's appointment: people's mediation law art. 13

    public static async Task<IReadOnlyList<DemoAccountsFile.Entry>> LoadAsync(
        NpgsqlDataSource db, string dataFolder, TimeProvider clock, CancellationToken cancellationToken = default)
    {
        await ReferenceData.LoadAsync(db, cancellationToken);
        var bodies = DemoBodies.All(ReferenceData.Divisions());
        var people = DemoPeople.All(bodies);
        await using var connection = await db.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await WriteBodiesAsync(connection, bodies, cancellationToken);
        await WritePeopleAsync(connection, people, ShanghaiTime.DateOf(clock.GetUtcNow()), cancellationToken);
        var accounts = await DemoAccountsFile.WriteAsync(connection, dataFolder, people, clock, cancellationToken);
        await transaction.CommitAsync(cancellationToken);
        return accounts;
    }

    private static Task<int> WriteBodiesAsync(
        NpgsqlConnection connection, IReadOnlyList<DemoBody> bodies, CancellationToken cancellationToken) =>
        connection.ExecuteAsync(new CommandDefinition("""
            insert into body (code, name, kind, level, division, mediates, categories)
            select code, name, kind, level, division, mediates, case when category = '' then '{}' else array[category] end
            from unnest(@Codes, @Names, @Kinds, @Levels, @Divisions, @Mediates, @Categories)
                as b(code, name, kind, level, division, mediates, category)
            on conflict (code) do nothing
            """, new
        {
            Codes = bodies.Select(body => body.Code).ToArray(),
            Names = bodies.Select(body => body.Name).ToArray(),
            Kinds = bodies.Select(body => body.Kind).ToArray(),
            Levels = bodies.Select(body => body.Level).ToArray(),
            Divisions = bodies.Select(body => body.Division).ToArray(),
            Mediates = bodies.Select(body => body.Mediates).ToArray(),
            Categories = bodies.Select(body => string.Concat(body.Categories)).ToArray(),
        }, cancellationToken: cancellationToken));

    private static async Task WritePeopleAsync(
        NpgsqlConnection connection, IReadOnlyList<DemoPerson> people, DateOnly today, CancellationToken cancellationToken)
    {
        // One hash for all: thousands of slow hashes of the same known password would protect nothing.
        var hash = new PasswordHasher<string>().HashPassword("", DemoAccountsFile.Password);
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into app_user (name, display_name, role, body, division, password_hash, security_stamp)
            select name, display_name, role, body, division, @hash, stamp
            from unnest(@Users, @Names, @Roles, @Bodies, @Divisions, @Stamps) as u(name, display_name, role, body, division, stamp)
            on conflict (name) do nothing
            """, new
        {
            hash,
            Users = people.Select(person => person.User).ToArray(),
            Names = people.Select(person => person.DisplayName).ToArray(),
            Roles = people.Select(person => person.Role).ToArray(),
            Bodies = people.Select(person => person.Body.Code).ToArray(),
            Divisions = people.Select(person => person.Body.Division).ToArray(),
            Stamps = people.Select(_ => ChangeOwnPassword.NewStamp()).ToArray(),
        }, cancellationToken: cancellationToken));

        var mediators = people.Where(person => person.Role is "mediator").ToList();
        var from = today.AddYears(-1);
        await connection.ExecuteAsync(new CommandDefinition("""
            insert into mediator (user_name, body, term_from, term_until, specialities)
            select user_name, body, @from, @until, string_to_array(specialities, ' ')
            from unnest(@Users, @Bodies, @Specialities) as m(user_name, body, specialities)
            on conflict (user_name) do nothing
            """, new
        {
            from,
            until = from.AddYears(TermYears).AddDays(-1),
            Users = mediators.Select(person => person.User).ToArray(),
            Bodies = mediators.Select(person => person.Body.Code).ToArray(),
            Specialities = mediators.Select(person => string.Join(' ', person.Specialities)).ToArray(),
        }, cancellationToken: cancellationToken));
    }
}
