using Npgsql;
using NpgsqlTypes;

namespace Mediation.Service.Platform.Journal;

/// <summary>
/// How rows of one table are written: one row as values, many as one array for each column, so that a hundred cases need no
/// more statements than one; or by COPY.
/// </summary>
internal sealed class RowShape
{
    private readonly string one;
    private readonly string many;

    /// <param name="columns">As in a table's definition: <c>id uuid, case_no text</c>.</param>
    /// <param name="write">The statement around <c>{rows}</c>; the rows are called <c>n</c>. Null: a plain insert.</param>
    /// <param name="onConflict">Of a plain insert.</param>
    public RowShape(string table, string columns, string? write = null, string onConflict = "")
    {
        (Table, Definition) = (table, columns);
        Columns = [.. columns.Split(',', StringSplitOptions.TrimEntries).Select(column => column.Split(' '))
            .Select(words => (words[0], words[1]))];
        Names = string.Join(", ", Columns.Select(column => column.Name));
        write ??= $"insert into {table} ({Names}) select "
            + $"{string.Join(", ", Columns.Select(column => Value(column.Name, column.Type)))} from {{rows}} {onConflict}";
        one = write.Replace("{rows}",
            $"(values ({string.Join(", ", Columns.Select((column, at) => $"${at + 1}::{column.Type}"))})) as n ({Names})",
            StringComparison.Ordinal);
        many = write.Replace("{rows}",
            $"unnest({string.Join(", ", Columns.Select((column, at) => $"${at + 1}::{Element(column.Type)}[]"))}) as n ({Names})",
            StringComparison.Ordinal);
    }

    public string Table { get; }

    /// <summary>The columns with their types.</summary>
    public string Definition { get; }

    public string Names { get; }

    public IReadOnlyList<(string Name, string Type)> Columns { get; }

    /// <summary>
    /// A column of the new rows. Arrays of arrays cannot be taken apart row by row: they travel as PostgreSQL writes them.
    /// </summary>
    public static string Value(string name, string type) => type == "text[]" ? $"n.{name}::text[]" : $"n.{name}";

    public NpgsqlBatchCommand Command(List<object?[]> rows)
    {
        var command = new NpgsqlBatchCommand(rows.Count == 1 ? one : many);
        for (var at = 0; at < Columns.Count; at++)
            command.Parameters.Add(rows.Count == 1 ? Single(Columns[at].Type, rows[0][at]) : Array(Columns[at].Type, rows, at));
        return command;
    }

    public void CopyTo(NpgsqlConnection connection, IEnumerable<object?[]> rows)
    {
        using var copy = connection.BeginBinaryImport($"copy {Table} ({Names}) from stdin (format binary)");
        var types = Columns.Select(column => DbType(column.Type)).ToArray();
        foreach (var row in rows)
        {
            copy.StartRow();
            for (var at = 0; at < row.Length; at++)
            {
                if (row[at] is { } value) copy.Write(value, types[at]);
                else copy.WriteNull();
            }
        }

        copy.Complete();
    }

    private static NpgsqlParameter Single(string type, object? value) =>
        new() { NpgsqlDbType = DbType(type), Value = value ?? DBNull.Value };

    private static NpgsqlParameter Array(string type, List<object?[]> rows, int at)
    {
        return type switch
        {
            "uuid" => Structs<Guid>(),
            "integer" => Structs<int>(),
            "smallint" => Structs<short>(),
            "boolean" => Structs<bool>(),
            "date" => Structs<DateOnly>(),
            "timestamptz" => Structs<DateTime>(),
            "numeric" => Structs<decimal>(),
            "bytea" => With(rows.ConvertAll(row => (byte[]?)row[at]).ToArray()),
            "text[]" => With(rows.ConvertAll(row => row[at] is string[] items ? Literal(items) : null).ToArray()),
            _ => With(rows.ConvertAll(row => (string?)row[at]).ToArray()),
        };

        NpgsqlParameter Structs<T>() where T : struct => With(rows.ConvertAll(row => (T?)row[at]).ToArray());

        NpgsqlParameter With(object values) => new() { NpgsqlDbType = NpgsqlDbType.Array | DbType(Element(type)), Value = values };
    }

    private static string Literal(string[] items) =>
        "{" + string.Join(',', items.Select(
            item => $"\"{item.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"")) + "}";

    private static string Element(string type) => type == "text[]" ? "text" : type;

    private static NpgsqlDbType DbType(string type) => type switch
    {
        "uuid" => NpgsqlDbType.Uuid,
        "text" => NpgsqlDbType.Text,
        "text[]" => NpgsqlDbType.Array | NpgsqlDbType.Text,
        "json" => NpgsqlDbType.Json,
        "integer" => NpgsqlDbType.Integer,
        "smallint" => NpgsqlDbType.Smallint,
        "boolean" => NpgsqlDbType.Boolean,
        "bytea" => NpgsqlDbType.Bytea,
        "date" => NpgsqlDbType.Date,
        "timestamptz" => NpgsqlDbType.TimestampTz,
        "numeric" => NpgsqlDbType.Numeric,
        _ => throw new InvalidOperationException($"A column of type {type}."),
    };
}
