using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Dapper;
using Npgsql;

namespace Mediation.Benchmarks;

/// <summary>
/// Every row that the service wrote for one request, caught by triggers on every table, and from it a pgbench script that
/// writes the same rows with new keys. So both sides of a ratio write the same, whatever the service comes to write.
/// </summary>
internal sealed partial class Recording(CaseDatabase database)
{
    /// <param name="Values">Of an insert all columns, of an update those that changed; as PostgreSQL's text.</param>
    private sealed record Write(string Operation, string Table, Dictionary<string, string?> Values, Dictionary<string, string?> Key);

    private const string Install = """
        create table bench_write (n bigint generated always as identity primary key, operation text, target text,
            row_values jsonb, row_key jsonb);
        create function bench_record() returns trigger language plpgsql security definer set timezone = 'UTC' as $$
        declare
            col record; new_value text; old_value text; row_values jsonb := '{}'; row_key jsonb := '{}';
        begin
            for col in select a.attname as name, exists (select 1 from pg_index i where i.indrelid = tg_relid and i.indisprimary
                and a.attnum = any(i.indkey)) as is_key
                from pg_attribute a where a.attrelid = tg_relid and a.attnum > 0 and not a.attisdropped and a.attgenerated = ''
                    and a.attidentity = ''
            loop
                new_value := null; old_value := null;
                if tg_op <> 'DELETE' then execute format('select ($1).%I::text', col.name) into new_value using new; end if;
                if tg_op <> 'INSERT' then execute format('select ($1).%I::text', col.name) into old_value using old; end if;
                if tg_op = 'INSERT' or tg_op = 'UPDATE' and new_value is distinct from old_value then
                    row_values := row_values || jsonb_build_object(col.name, new_value);
                end if;
                if tg_op <> 'INSERT' and col.is_key then row_key := row_key || jsonb_build_object(col.name, old_value); end if;
            end loop;
            insert into bench_write (operation, target, row_values, row_key) values (tg_op, tg_table_name, row_values, row_key);
            return null;
        end $$;
        do $$
        declare target record;
        begin
            for target in select relname from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
            and relname not like 'bench\_%' loop
                execute
                format('create trigger bench_record after insert or update or delete on %I for each row execute function bench_record()',
                    target.relname);
            end loop;
        end $$;
        """;

    private const string Remove = """
        do $$
        declare target record;
        begin
            for target in select tgrelid::regclass as name from pg_trigger where tgname = 'bench_record' loop
                execute format('drop trigger bench_record on %s', target.name);
            end loop;
        end $$;
        drop function if exists bench_record();
        drop table if exists bench_write;
        """;

    /// <param name="ask">The request; its answer must be there when it returns.</param>
    /// <param name="caseId">Of a change: the case that the script's <c>:item</c> stands for. Null: the request makes a new case.</param>
    /// <param name="version">The case's version before it.</param>
    public string Script(Action ask, Guid? caseId = null, int version = 0)
    {
        using var db = database.Connect();
        db.Execute(Remove + Install, commandTimeout: 0);
        List<Write> writes;
        try
        {
            ask();
            writes = [.. db.Query<(string Operation, string Target, string Values, string Key)>(
                "select operation, target, row_values::text, row_key::text from bench_write order by n")
                .Select(row => new Write(row.Operation, row.Target, Parse(row.Values), Parse(row.Key)))];
        }
        finally
        {
            db.Execute(Remove, commandTimeout: 0);
        }

        if (writes.Count == 0) throw new InvalidOperationException("The service wrote nothing.");
        var unique = db.Query<(string Table, string Column, string Type)>("""
            select distinct c.relname::text, a.attname::text, format_type(a.atttypid, null)
            from pg_index i join pg_class c on c.oid = i.indrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
            where i.indisunique and c.relnamespace = 'public'::regnamespace
            """).ToDictionary(row => (row.Table, row.Column), row => row.Type);
        var types = db.Query<(string Table, string Column, string Type)>("""
            select c.relname::text, a.attname::text, format_type(a.atttypid, a.atttypmod)
            from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
            where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'
            """).ToDictionary(row => (row.Table, row.Column), row => row.Type);
        return Text(writes, unique, types, caseId?.ToString(), version);
    }

    /// <summary>
    /// What turns a case to and fro: the one where it is not suspended, the other where it is, as the service's own requests do.
    /// </summary>
    public static string TakingTurns(string suspend, string resume)
    {
        const string Start = "\\startpipeline";
        var begin = suspend.IndexOf(Start, StringComparison.Ordinal);
        return $"{suspend[..begin]}\\if :suspended\n"
            + $"{resume[resume.IndexOf(Start, StringComparison.Ordinal)..]}\\else\n{suspend[begin..]}\\endif\n";
    }

    private static string Text(List<Write> writes, Dictionary<(string, string), string> unique,
        Dictionary<(string, string), string> types, string? caseId, int version)
    {
        // The keys that are new in this transaction, each with a number of its own.
        var made = writes.Where(write => write.Operation == "INSERT")
            .SelectMany(write => write.Values.Where(value => unique.TryGetValue((write.Table, value.Key), out var type) && type == "uuid"
                && value.Value != caseId).Select(value => value.Value!))
            .Distinct(StringComparer.Ordinal).Select((id, at) => (id, at))
            .ToDictionary(pair => pair.id, pair => pair.at, StringComparer.Ordinal);
        var text = new StringBuilder("\\set n :n + 1\n\\set m :n * 16 + :client_id\n");
        // Each client has cases of its own: two that change one case at a time would only hinder each other.
        if (caseId is not null)
            text.Append("\\set draw random(0, :draws - 1) * 16 + :client_id\nselect c.id as item, c.version as v, (c.status = "
                + "'suspended')::integer as suspended from bench_change b join cases c on c.id = b.id where b.n = :draw \\gset\n");
        text.Append("\\startpipeline\nbegin;\n");
        for (var at = 0; at < writes.Count;)
        {
            var first = writes[at];
            var same = writes.Skip(at).TakeWhile(write => write.Operation == "INSERT" && write.Table == first.Table).ToList();
            if (same.Count > 0)
            {
                var columns = first.Values.Keys.ToList();
                text.Append(CultureInfo.InvariantCulture, $"insert into {first.Table} ({string.Join(", ", columns)}) values\n    ")
                    .AppendJoin(",\n    ", same.Select(write => "(" + string.Join(", ",
                        columns.Select(column => Value(first.Table, column, write.Values[column]))) + ")")).Append(";\n");
            }
            else
            {
                var where = string.Join(" and ", first.Key.Select(key => key.Key + " = " + Value(first.Table, key.Key, key.Value)));
                if (first.Table == "cases") where += " and version = :v::integer";
                text.Append(first.Operation == "DELETE" ? $"delete from {first.Table}" : $"update {first.Table} set ")
                    .AppendJoin(", ", first.Values.Select(value => value.Key + " = " + Value(first.Table, value.Key, value.Value)))
                    .Append(" where ").Append(where).Append(";\n");
            }

            at += Math.Max(1, same.Count);
        }

        return text.Append("commit;\n\\endpipeline\n").ToString();

        string Value(string table, string column, string? value)
        {
            var type = types[(table, column)];
            if (value is null) return "null";
            if (value == caseId) return ":item::uuid";
            if (made.TryGetValue(value, out var number))
                return string.Create(CultureInfo.InvariantCulture, $"('019a' || lpad((:m::bigint * 100 + {number})::text, 28, '0'))::uuid");
            if (column is "version" or "seq" && caseId is not null) return string.Create(CultureInfo.InvariantCulture,
                $":v::integer + {int.Parse(value, CultureInfo.InvariantCulture) - version}");
            // A lookup key of a person: as random as in what the service writes, or all rows would meet in one page of its index.
            if (table == "case_party" && column.EndsWith("_hash", StringComparison.Ordinal))
                return $"sha256(('{column}' || :m::bigint)::text::bytea)";
            // Keys that name this one request or case; the others only tell the rows of one case apart.
            if ((table, column) is ("cases", "case_no") or ("idempotency", "key")) return $"{Literal(value)} || :m::bigint";
            return $"{Literal(value)}::{type}";
        }
    }

    private static string Literal(string value) =>
        "'" + AfterColon().Replace(value.Replace("'", "''", StringComparison.Ordinal), ": ") + "'";

    private static Dictionary<string, string?> Parse(string json) =>
        System.Text.Json.JsonSerializer.Deserialize<Dictionary<string, string?>>(json)!;

    // pgbench would take ":word" inside a text for a variable.
    [GeneratedRegex(@":(?=[A-Za-z_\u0080-\uFFFF])", RegexOptions.None, 1000)]
    private static partial Regex AfterColon();
}
