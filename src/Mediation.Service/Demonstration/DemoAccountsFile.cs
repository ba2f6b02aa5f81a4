using System.Text.Json;
using Dapper;
using Mediation.Service.Accounts;
using Mediation.Service.Platform.Callers;
using Npgsql;

namespace Mediation.Service.Demonstration;

/// <summary>
/// demo-accounts.json in the data folder: the only place that knows the demonstration's tokens. They stay the same as
/// long as the file does; without it they are revoked and issued anew.
/// </summary>
public static class DemoAccountsFile
{
    public const string Name = "demo-accounts.json";
    public const string Password = "mediation-demo";

    private const string Label = "demo";
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.Create(System.Text.Unicode.UnicodeRanges.All),
    };

    public sealed record Entry(string User, string Password, string Role, string Body, string BodyName, string Division, string Token);

    public static async Task<IReadOnlyList<Entry>> WriteAsync(
        NpgsqlConnection connection, string dataFolder, IEnumerable<DemoPerson> people, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        var path = Path.Combine(dataFolder, Name);
        var known = await ReadAsync(path, cancellationToken);
        var valid = (await connection.QueryAsync<(string User, byte[] Hash)>(new CommandDefinition(
                "select user_name, hash from api_token where label = @Label and revoked_at is null", new { Label },
                cancellationToken: cancellationToken)))
            .Select(row => (row.User, Convert.ToHexStringLower(row.Hash))).ToHashSet();
        var entries = new List<Entry>();
        foreach (var person in people.Where(person => person.Listed))
        {
            if (!known.TryGetValue(person.User, out var token)
                || !valid.Contains((person.User, Convert.ToHexStringLower(AccountStore.Hash(token)))))
            {
                await connection.ExecuteAsync(new CommandDefinition(
                    "update api_token set revoked_at = @now where user_name = @User and label = @Label and revoked_at is null",
                    new { now = clock.GetUtcNow(), person.User, Label }, cancellationToken: cancellationToken));
                token = await Tokens.IssueAsync(connection, person.User, Label, null, clock, cancellationToken);
            }

            entries.Add(new Entry(person.User, Password, person.Role, person.Body.Code, person.Body.Name, person.Body.Division, token));
        }

        await SaveAsync(path, entries, cancellationToken);
        return entries;
    }

    private static async Task<Dictionary<string, string>> ReadAsync(string path, CancellationToken cancellationToken)
    {
        if (!File.Exists(path)) return [];
        try
        {
            await using var file = File.OpenRead(path);
            return (await JsonSerializer.DeserializeAsync<Entry[]>(file, Json, cancellationToken) ?? [])
                .ToDictionary(entry => entry.User, entry => entry.Token);
        }
        catch (JsonException)
        {
            return []; // a torn file counts as lost
        }
    }

    private static async Task SaveAsync(string path, List<Entry> entries, CancellationToken cancellationToken)
    {
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
        File.Delete(path + ".new"); // an old one would keep its mode
        await using (var file = new FileStream(path + ".new", options))
            await JsonSerializer.SerializeAsync(file, entries, Json, cancellationToken);
        File.Move(path + ".new", path, overwrite: true);
    }
}
