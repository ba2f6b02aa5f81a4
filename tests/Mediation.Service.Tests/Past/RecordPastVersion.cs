using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Service.Deadlines;
using Mediation.Service.Demonstration;
using Mediation.Service.Registry;
using Mediation.Service.Tests.Sending;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Service.Tests.Past;

/// <summary>
/// Makes the fixture of a version, once, before the next one begins: <c>MEDIATION_PAST=folder … -class
/// "*RecordPastVersion" -explicit only</c>. It refuses a folder that has one.
/// </summary>
public sealed class RecordPastVersion
{
    private static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Fact(Explicit = true)]
    public async Task The_life_is_lived_and_written_down()
    {
        var folder = Environment.GetEnvironmentVariable("MEDIATION_PAST")
            ?? throw new InvalidOperationException("Say in MEDIATION_PAST which folder to fill.");
        if (File.Exists(Path.Combine(folder, "database.sql.gz")))
            throw new InvalidOperationException("A fixture is written once: this folder has one.");
        Directory.CreateDirectory(folder);
        await using var sink = new MailSink();
        await using var service = await TestService.StartAsync(args: sink.Settings);
        await using (var scope = service.Scope())
        {
            var calendar = await scope.ServiceProvider.GetRequiredService<WorkingCalendarSource>().GetAsync(CancellationToken.None);
            await new DemonstrationCases(service.Db, service.Settings.Keys, scope.ServiceProvider.GetRequiredService<BodyDirectory>())
                .LoadAsync(service.Clock, calendar, CancellationToken.None);
        }

        var script = new LifeScript(service);
        await script.RunAsync(await File.ReadAllLinesAsync(PastVersion.PathOf("life.txt")));
        Assert.Equal(PastVersion.End().GetUtcNow(), service.Clock.GetUtcNow());

        await using var connection = new NpgsqlConnection(service.OwnerConnectionString);
        await connection.OpenAsync();
        await WriteAsync(folder, "database.sql.gz", await DumpAsync(service.OwnerConnectionString));
        await WriteAsync(folder, "journal.jsonl.gz", await JournalAsync(connection));
        await WriteAsync(folder, "documents.jsonl.gz", await DocumentsAsync(connection));
        await File.WriteAllTextAsync(Path.Combine(folder, "kinds.txt"), string.Concat(KindsAndMembers.Kinds().Select(kind => kind + "\n")));
        await File.WriteAllTextAsync(Path.Combine(folder, "members.txt"),
            string.Concat(KindsAndMembers.Members().Select(member => member + "\n")));
        await File.WriteAllTextAsync(Path.Combine(folder, "personal-data.key"), Convert.ToBase64String(new byte[32]) + "\n");
        await WriteAsync(folder, "answers.jsonl.gz", await AnswersAsync(service, script));
        var kinds = (await connection.QueryAsync<string>("select distinct kind from case_event")).ToHashSet();
        var empty = new List<string>();
        foreach (var table in await connection.QueryAsync<string>("select tablename from pg_tables where schemaname = 'public' order by 1"))
            if (!await connection.ExecuteScalarAsync<bool>($"select exists (select 1 from {table})")) empty.Add(table);
        Assert.True(kinds.IsSupersetOf(KindsAndMembers.Kinds()),
            "Never happened: " + string.Join(", ", KindsAndMembers.Kinds().Except(kinds)));
        Assert.Equal(["sign_in_attempt"], empty); // only failures stand there, for minutes
    }

    private static async Task WriteAsync(string folder, string name, string text)
    {
        await using var file = new GZipStream(File.Create(Path.Combine(folder, name)), CompressionLevel.SmallestSize);
        await file.WriteAsync(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Plain statements that any PostgreSQL of 15 to 18 takes, through any client.</summary>
    private static async Task<string> DumpAsync(string connectionString)
    {
        var to = new NpgsqlConnectionStringBuilder(connectionString);
        var start = new ProcessStartInfo("pg_dump", ["--no-owner", "--inserts", "--rows-per-insert=100", "--host", to.Host!, "--port",
            $"{to.Port}", "--username", to.Username!, to.Database!])
        {
            UseShellExecute = false,
            RedirectStandardOutput = true,
            StandardOutputEncoding = Encoding.UTF8,
        };
        start.Environment["PGPASSWORD"] = to.Password;
        using var dump = Process.Start(start)!;
        var lines = (await dump.StandardOutput.ReadToEndAsync()).Split('\n');
        await dump.WaitForExitAsync();
        Assert.Equal(0, dump.ExitCode);
        // What a version adds of its own, or another does not know; and notes.
        var kept = lines.Where(line => !line.StartsWith('\\') && !line.StartsWith("--", StringComparison.Ordinal)
            && !line.StartsWith("SET transaction_timeout", StringComparison.Ordinal) && line != "CREATE SCHEMA public;");
        return """
            do $$ begin
                if not exists (select from pg_roles where rolname = 'mediation_app') then create role mediation_app nologin; end if;
            exception when duplicate_object or unique_violation then null;
            end $$;

            """ + string.Join('\n', kept);
    }

    /// <summary>So few cases that every kind of event is there, each with its whole journal and its stored fold.</summary>
    private static async Task<string> JournalAsync(NpgsqlConnection connection)
    {
        var byCase = (await connection.QueryAsync<(Guid Case, string Kind)>("select distinct case_id, kind from case_event"))
            .ToLookup(row => row.Case, row => row.Kind);
        var missing = byCase.SelectMany(kinds => kinds).ToHashSet();
        var text = new StringBuilder();
        while (missing.Count > 0)
        {
            var richest = byCase.MaxBy(kinds => kinds.Count(missing.Contains))!;
            missing.ExceptWith(richest);
            foreach (var row in await connection.QueryAsync<Event>("""
                select case_id::text as "case", seq, kind, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at,
                    happened_on::text as "on", actor,
                    on_behalf_of as onbehalfof, body::text as body, encode(prev_hash, 'hex') as prevhash, encode(hash, 'hex') as hash
                from case_event where case_id = @Key order by seq
                """, new { richest.Key }))
                text.Append(JsonSerializer.Serialize(
                    new { row.Case, row.Seq, row.Kind, row.At, row.On, row.Actor, row.OnBehalfOf, row.Body, row.PrevHash, row.Hash },
                    Plain)).Append('\n');
            var (state, version) = await connection.QuerySingleAsync<(string, int)>(
                "select state::text, version from cases where id = @Key", new { richest.Key });
            text.Append(JsonSerializer.Serialize(new { Case = richest.Key, Version = version, State = state }, Plain)).Append('\n');
        }

        return text.ToString();
    }

    private static async Task<string> DocumentsAsync(NpgsqlConnection connection)
    {
        var rows = await connection.QueryAsync<Document>("""
            select 'month' as what, scope, month::text as month, document as text, previous_digest as before, digest from report_publication
            union all select 'index', scope, month::text, document, previous_digest, digest from index_publication
            union all select 'pack', p.scope, p.month::text, p.document, m.digest, p.digest from report_pack p
            join report_publication m on m.scope = p.scope and m.month = p.month
            order by 1, 2, 3
            """);
        return string.Concat(rows.Select(row => JsonSerializer.Serialize(row, Plain) + "\n"));
    }

    private static async Task<string> AnswersAsync(TestService service, LifeScript script)
    {
        var text = new StringBuilder();
        foreach (var line in (await File.ReadAllLinesAsync(PastVersion.PathOf("reads.txt")))
            .Where(line => line.Length > 0 && line[0] != '#'))
        {
            var words = script.Fill(line).Split(' ');
            var (page, by, path) = words is ["page", var person, var address] ? (true, person, address) : (false, words[0], words[1]);
            var answer = await Reading.AskAsync(service, page, by, path);
            text.Append(JsonSerializer.Serialize(new { Page = page, By = by, Path = path, Text = page ? "" : answer }, Plain)).Append('\n');
        }

        return text.ToString();
    }

    private sealed class Event
    {
        public string Case { get; init; } = "";
        public int Seq { get; init; }
        public string Kind { get; init; } = "";
        public string At { get; init; } = "";
        public string On { get; init; } = "";
        public string Actor { get; init; } = "";
        public string? OnBehalfOf { get; init; }
        public string Body { get; init; } = "";
        public string PrevHash { get; init; } = "";
        public string Hash { get; init; } = "";
    }

    private sealed class Document
    {
        public string What { get; init; } = "";
        public string Scope { get; init; } = "";
        public string Month { get; init; } = "";
        public string Text { get; init; } = "";
        public string Before { get; init; } = "";
        public string Digest { get; init; } = "";
    }
}

/// <summary>One question to the service, answered with 200.</summary>
public static class Reading
{
    public static async Task<string> AskAsync(TestService service, bool page, string by, string path)
    {
        if (page)
        {
            using var browser = await Pages.Browser.SignedInAsync(service, by);
            return (await browser.OpenAsync(path)).DocumentElement.OuterHtml;
        }

        using var client = by == "anybody" ? service.Anonymous() : service.As(by);
        using var answer = await client.GetAsync(path);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{by} {path}: {(int)answer.StatusCode} {text}");
        return text;
    }
}

/// <summary>The names that stand in the journal and in the stored folds, as the code has them today.</summary>
public static class KindsAndMembers
{
    public static IReadOnlyList<string> Kinds() =>
        [.. typeof(CaseEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(CaseEvent)))
            .Select(type => JsonNamingPolicy.CamelCase.ConvertName(type.Name)).Order(StringComparer.Ordinal)];

    /// <summary>Every member of the stored fold by its way from the top, e.g. <c>clocks.extensions.days</c>.</summary>
    public static IReadOnlyList<string> Members() =>
        [.. Members(CaseJson.Options, typeof(Case), "").Distinct().Order(StringComparer.Ordinal)];

    private static IEnumerable<string> Members(JsonSerializerOptions options, Type type, string under)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        var of = options.GetTypeInfo(type);
        if (of.Kind is JsonTypeInfoKind.Enumerable or JsonTypeInfoKind.Dictionary) return Members(options, of.ElementType!, under);
        return of.Properties.Where(IsWritten)
            .SelectMany(property => Members(options, property.PropertyType, under + property.Name + ".").Prepend(under + property.Name));
    }

    private static bool IsWritten(JsonPropertyInfo property) =>
        property.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: false) is not [
            JsonIgnoreAttribute { Condition: JsonIgnoreCondition.Always }];
}
