using System.Text.RegularExpressions;
using Npgsql;

namespace Mediation.Service.Demonstration;

/// <summary>
/// The rows that the service itself would insert for a case, taken from the same batch and sent by COPY. What a case
/// writes is told in one place, and a column more there is a column more here.
/// </summary>
internal sealed partial class SeedRows
{
    private readonly Dictionary<string, Table?> statements = new(StringComparer.Ordinal);
    private readonly List<Table> tables = [];
    private readonly HashSet<string> steps = [];

    public void Add(NpgsqlBatch batch)
    {
        steps.Clear();
        foreach (NpgsqlBatchCommand command in batch.BatchCommands)
        {
            if (!statements.TryGetValue(command.CommandText, out var table)) statements.Add(command.CommandText, table = TableOf(command.CommandText));
            if (table is null) continue;
            var values = command.Parameters;
            if (table.Name == "case_gram")
                foreach (var gram in (string[])values[0].Value!) table.Rows.Add([gram, values[1].Value]);
            else if (IsFirst(table.Name, values))
                table.Rows.Add(Values(values));
        }
    }

    // COPY knows no "on conflict": what is told once for each clock, due day and step is told once here as well.
    private bool IsFirst(string table, NpgsqlParameterCollection values)
    {
        if (table is not ("escalation" or "notice")) return true;
        var first = table == "notice" ? 7 : 1;
        return values[first].Value is DBNull || steps.Add(string.Join('|', Enumerable.Range(first, 5).Select(index => values[index].Value).Prepend(table)));
    }

    /// <summary>In the order in which a case writes them, so that a referenced row is there first.</summary>
    public void CopyTo(NpgsqlConnection connection)
    {
        foreach (var table in tables)
        {
            using var copy = connection.BeginBinaryImport($"copy {table.Name} ({table.Columns}) from stdin (format binary)");
            foreach (var row in table.Rows)
            {
                copy.StartRow();
                foreach (var value in row) Write(copy, value);
            }

            copy.Complete();
            table.Rows.Clear();
        }
    }

    // The figures are folded before they are written: as deltas a million cases would be folded for hours.
    private Table? TableOf(string insert)
    {
        var match = Insert().Match(insert);
        if (!match.Success) throw new InvalidOperationException($"Not an insert: {insert}");
        var name = match.Groups["table"].Value;
        if (name == "tally_delta") return null;
        if (tables.Find(known => known.Name == name) is { } there) return there;
        var table = new Table(name, match.Groups["columns"].Value, []);
        tables.Add(table);
        return table;
    }

    private static object?[] Values(NpgsqlParameterCollection parameters)
    {
        var values = new object?[parameters.Count];
        for (var index = 0; index < values.Length; index++) values[index] = parameters[index].Value;
        return values;
    }

    internal static void Write(NpgsqlBinaryImporter copy, object? value)
    {
        switch (value)
        {
            case null or DBNull: copy.WriteNull(); break;
            case string text: copy.Write(text); break;
            case int number: copy.Write(number); break;
            case short number: copy.Write(number); break;
            case bool flag: copy.Write(flag); break;
            case Guid id: copy.Write(id); break;
            case byte[] bytes: copy.Write(bytes); break;
            case string[] list: copy.Write(list); break;
            case DateOnly date: copy.Write(date); break;
            case DateTime at: copy.Write(DateTime.SpecifyKind(at, DateTimeKind.Utc)); break; // the last instant stands for infinity
            case decimal amount: copy.Write(amount); break;
            default: throw new InvalidOperationException($"A column of type {value.GetType().Name}.");
        }
    }

    [GeneratedRegex(@"^\s*insert into (?<table>\w+) \((?<columns>[^)]+)\)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Insert();

    private sealed record Table(string Name, string Columns, List<object?[]> Rows);
}
