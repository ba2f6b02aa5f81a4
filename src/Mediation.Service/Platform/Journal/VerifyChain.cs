using System.Data;
using System.Security.Cryptography;
using System.Text.Json;
using Dapper;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>
/// Computes every hash of the journal again from the stored bytes, and the HMAC of every text and party that is still
/// there. Names the first bad row of each case. One pass in the order of the key, in one snapshot.
/// </summary>
public sealed class VerifyChain
{
    private const int AtOnce = 500;
    private readonly NpgsqlConnection outside;
    private readonly Keys keys;
    private readonly TextWriter output;
    private readonly Dictionary<Guid, string> names = [];
    private readonly Dictionary<Guid, (Guid Case, int Seq, string Digest)> texts = [];
    private readonly Dictionary<(Guid Case, string Party), string> parties = [];
    private long cases, findings, erased;

    private VerifyChain(NpgsqlConnection outside, Keys keys, TextWriter output) =>
        (this.outside, this.keys, this.output) = (outside, keys, output);

    public static async Task<CheckResult> RunAsync(NpgsqlDataSource db, Keys keys, TextWriter output, CancellationToken cancellationToken)
    {
        // Two connections that see the same moment: one streams the journal, one looks up what stands outside it.
        await using var journal = await db.OpenConnectionAsync(cancellationToken);
        await using var first = await journal.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        var snapshot = await journal.ExecuteScalarAsync<string>("select pg_export_snapshot()");
        await journal.ExecuteAsync("set local statement_timeout = 0");
        await using var lookup = await db.OpenConnectionAsync(cancellationToken);
        await using var second = await lookup.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        await lookup.ExecuteAsync($"set transaction snapshot '{snapshot}'");
        await lookup.ExecuteAsync("set local statement_timeout = 0");
        var verify = new VerifyChain(lookup, keys, output);
        await verify.JournalAsync(journal, cancellationToken);
        await verify.OutsideAsync(cancellationToken);
        await verify.WithoutJournalAsync(cancellationToken);
        return new CheckResult(verify.cases, verify.findings) { Erased = verify.erased };
    }

    private async Task JournalAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand("""
            select e.case_id, e.seq, e.kind, e.at, e.happened_on, e.actor, e.on_behalf_of, e.body::text, e.prev_hash, e.hash, c.case_no,
                c.version, c.head_hash
            from case_event e left join cases c on c.id = e.case_id order by e.case_id, e.seq
            """, connection)
        { CommandTimeout = 0 };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        Link? last = null;
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetGuid(0);
            if (last?.Case != id)
            {
                await EndAsync(last);
                if (names.Count >= AtOnce) await OutsideAsync(cancellationToken);
                cases++;
                var stored = !await reader.IsDBNullAsync(10, cancellationToken);
                names[id] = stored ? reader.GetString(10) : id.ToString("D");
                last = new Link(id, 0, HashChain.Start, stored ? reader.GetInt32(11) : null,
                    stored ? reader.GetFieldValue<byte[]>(12) : null, Broken: false);
            }

            if (!last.Broken) last = await NextAsync(last, reader);
        }

        await EndAsync(last);
    }

    private async Task<Link> NextAsync(Link last, NpgsqlDataReader reader)
    {
        var (seq, body, hash) = (reader.GetInt32(1), reader.GetString(7), reader.GetFieldValue<byte[]>(9));
        var fault = seq != last.Seq + 1 ? $"event {last.Seq + 1} is missing / 缺少第 {last.Seq + 1} 条记录"
            : !reader.GetFieldValue<byte[]>(8).AsSpan().SequenceEqual(last.Hash)
                ? $"event {seq} does not follow on the one before / 第 {seq} 条记录与前一条不相连"
            : !HashChain.Next(last.Hash, last.Case, seq, reader.GetString(2), reader.GetFieldValue<DateTimeOffset>(3),
                reader.GetFieldValue<DateOnly>(4), reader.GetString(5), reader.IsDBNull(6) ? null : reader.GetString(6), body).AsSpan()
                .SequenceEqual(hash)
                ? $"event {seq} was changed: its hash does not fit / 第 {seq} 条记录被改动，哈希不符"
            : null;
        if (fault is not null)
        {
            await FindAsync(last.Case, fault);
            // What stands behind the bad row is not read, so nothing can be said of a party's newest digest.
            foreach (var party in parties.Keys.Where(party => party.Case == last.Case).ToList()) parties.Remove(party);
            return last with { Broken = true };
        }

        using var json = JsonDocument.Parse(body);
        Note(last.Case, seq, reader.GetString(2), json.RootElement);
        return last with { Seq = seq, Hash = hash };
    }

    /// <summary>Remembers what the event names outside the journal: texts by id, parties by their newest digest.</summary>
    private void Note(Guid id, int seq, string kind, JsonElement happened)
    {
        if (kind == "registered")
        {
            foreach (var party in happened.GetProperty("parties").EnumerateArray())
                parties[(id, party.GetProperty("id").GetString()!)] = party.GetProperty("digest").GetString()!;
        }
        else if (kind == "corrected" && happened.TryGetProperty("party", out var party)
            && happened.TryGetProperty("partyDigest", out var digest))
        {
            parties[(id, party.GetString()!)] = digest.GetString()!;
        }

        NoteTexts(id, seq, happened);
    }

    private void NoteTexts(Guid id, int seq, JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in element.EnumerateArray()) NoteTexts(id, seq, item);
        }
        else if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("digest", out var digest) && element.TryGetProperty("id", out var name)
                && name.TryGetGuid(out var text))
                texts[text] = (id, seq, digest.GetString()!);
            else
                foreach (var property in element.EnumerateObject()) NoteTexts(id, seq, property.Value);
        }
    }

    private async Task EndAsync(Link? last)
    {
        if (last is null || last.Broken) return;
        if (last.Head is null) await FindAsync(last.Case, "a journal without a stored case / 有日志而无案件");
        else if (last.Version != last.Seq || !last.Head.AsSpan().SequenceEqual(last.Hash))
            await FindAsync(last.Case,
                $"the journal ends at event {last.Seq}, which is not the end that the case knows / 日志止于第 {last.Seq} 条，与案件所记末条不符");
    }

    private async Task OutsideAsync(CancellationToken cancellationToken)
    {
        await TextsAsync(cancellationToken);
        await PartiesAsync(cancellationToken);
        names.Clear();
    }

    private async Task TextsAsync(CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand("select id, case_id, body, key from case_text where id = any($1)", outside)
        { Parameters = { new() { Value = texts.Keys.ToArray() } }, CommandTimeout = 0 })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                texts.Remove(reader.GetGuid(0), out var named);
                if (named.Case != reader.GetGuid(1) || named.Digest != Keys.Digest(reader.GetFieldValue<byte[]>(3), reader.GetString(2)))
                    await FindAsync(named.Case, $"a text of event {named.Seq} was changed / 第 {named.Seq} 条记录的文字被改动");
            }
        }

        erased += texts.Count;
        texts.Clear();
    }

    private async Task PartiesAsync(CancellationToken cancellationToken)
    {
        await using (var command = new NpgsqlCommand("""
            select id, side, kind, name, minor, key, identity_cipher, credit_code, phone_cipher, address, representatives, case_id
            from case_party where case_id = any($1)
            """, outside)
        { Parameters = { new() { Value = parties.Keys.Select(party => party.Case).Distinct().ToArray() } }, CommandTimeout = 0 })
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            while (await reader.ReadAsync(cancellationToken))
            {
                var (id, party) = (reader.GetGuid(11), reader.GetString(0));
                if (!parties.Remove((id, party), out var digest))
                    await FindAsync(id, $"party {party} is not in the journal / 日志中没有当事人 {party}");
                else if (digest != Digest(reader))
                    await FindAsync(id, $"party {party} was changed, or is under another key file / 当事人 {party} 被改动，或密钥文件不符");
            }
        }

        erased += parties.Count;
        parties.Clear();
    }

    private string? Digest(NpgsqlDataReader reader)
    {
        try
        {
            return CaseSession.ReadParty(reader, keys).Digest();
        }
        catch (Exception unreadable) when (unreadable is CryptographicException or ArgumentException or JsonException)
        {
            return null;
        }
    }

    private async Task WithoutJournalAsync(CancellationToken cancellationToken)
    {
        foreach (var name in await outside.QueryAsync<string>(new CommandDefinition(
                     "select c.case_no from cases c where not exists (select 1 from case_event e where e.case_id = c.id)",
                     commandTimeout: 0, cancellationToken: cancellationToken)))
        {
            findings++;
            await output.WriteLineAsync($"{name}: no journal / 没有日志");
        }
    }

    private Task FindAsync(Guid id, string what)
    {
        findings++;
        return output.WriteLineAsync($"{names[id]}: {what}");
    }

    /// <param name="Head">The end of the chain that the stored case knows; null where there is no stored case.</param>
    private sealed record Link(Guid Case, int Seq, byte[] Hash, int? Version, byte[]? Head, bool Broken);
}
