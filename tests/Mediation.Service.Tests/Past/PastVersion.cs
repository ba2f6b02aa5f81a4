using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Npgsql;

namespace Mediation.Service.Tests.Past;

/// <summary>What an earlier version wrote, as it lies in tests/past: see the README there.</summary>
public static class PastVersion
{
    public const string First = "8daafb6";

    /// <summary>The present at which the life ended and its answers were recorded.</summary>
    public static FixedTime End() => new(new DateTimeOffset(2026, 11, 27, 1, 0, 0, TimeSpan.Zero));

    public static string PathOf(params string[] parts)
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Mediation.sln"))) folder = folder.Parent!;
        return Path.Combine([folder.FullName, "tests", "past", .. parts]);
    }

    public static string Read(params string[] parts)
    {
        using var file = new StreamReader(new GZipStream(File.OpenRead(PathOf(parts)), CompressionMode.Decompress), Encoding.UTF8);
        return file.ReadToEnd();
    }

    public static IReadOnlyList<JsonElement> Lines(params string[] parts) =>
        [.. Read(parts).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line))];

    /// <summary>A fresh database with what stood in the earlier version's.</summary>
    public static async Task<string> RestoreAsync(string version)
    {
        var database = await TestCluster.CreateEmptyDatabaseAsync();
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(database) { Pooling = false }.ConnectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(Read(version, "database.sql.gz"), connection) { CommandTimeout = 0 };
        await command.ExecuteNonQueryAsync();
        return database;
    }
}
