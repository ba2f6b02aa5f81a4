using System.Text.Json;
using System.Text.Json.Serialization;
using Mediation.Domain.Measures;
using Mediation.Service.Platform.Http;
using Microsoft.OpenApi;

namespace Mediation.Service.Reports.Figures;

/// <summary>
/// One line of a report, with the figures of <see cref="ReportColumns"/>. What was brought forward and came in equals what
/// went out and is pending; closed is the sum of the six outcomes before it.
/// </summary>
/// <param name="Key">Null: none yet, e.g. no body has taken the case.</param>
/// <param name="Tallies">By measure, and by days, step or marks where a measure has them.</param>
/// <param name="Month">First day of the last month that it counts.</param>
[JsonConverter(typeof(Json))]
public sealed record ReportRow(string? Key, string Name, IReadOnlyDictionary<(string Measure, int Part), decimal> Tallies, DateOnly Month) : IJsonOfItsOwn
{
    public static Message NotCounted { get; } = new("当时未统计", "Not counted then");

    /// <summary>Null where there is no value, and where the column was not counted in that month.</summary>
    public decimal? this[ReportColumn column] => column.IsCountedIn(Month) ? column.Of(Tallies) : null;

    /// <summary>A tally of the row; those that moved between the rows stay apart from the totals'.</summary>
    public long Count(string measure) => Tally.CountOf(Tallies, measure);

    public long Count(ReportColumn column) => (long)(this[column] ?? 0);

    public bool Reconciles =>
        Count(Tally.BroughtForward) + Count(Tally.Registered) + Count(Tally.TransferredIn) + Count(Tally.Reopened)
            == Count(Tally.NotAccepted) + Count(Tally.Guided) + Count(Tally.TransferredOut) + Count(ReportColumns.Closed) + Count(ReportColumns.Pending);

    /// <summary>As a page or a file shows it.</summary>
    public string Shown(ReportColumn column) => column.IsCountedIn(Month) ? FigureText.Figure(this[column]) : NotCounted.In();

    public static void Describe(OpenApiSchema schema)
    {
        schema.Type = JsonSchemaType.Object;
        schema.Description = "One line of a report.";
        schema.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["key"] = new OpenApiSchema { Type = JsonSchemaType.String | JsonSchemaType.Null, Description = "Null: none yet, e.g. no body has taken the case." },
            ["name"] = new OpenApiSchema { Type = JsonSchemaType.String },
        };
        foreach (var column in ReportColumns.All)
        {
            var type = column.Made is null ? JsonSchemaType.Integer : JsonSchemaType.Number;
            var mayBeNull = column.FirstMonth is not null || column.Of(new Dictionary<(string, int), decimal>()) is null;
            schema.Properties.Add(column.Name, new OpenApiSchema
            {
                Type = mayBeNull ? type | JsonSchemaType.Null : type,
                Format = column.Made is null ? "int64" : "double",
                Description = $"{column.How.En}.{(column.FirstMonth is { } first ? $" Null before {AskedPeriod.MonthOf(first)}: not counted then." : "")}",
            });
        }

        schema.Required = schema.Properties.Keys.ToHashSet(StringComparer.Ordinal);
    }

    private sealed class Json : JsonConverter<ReportRow>
    {
        public override ReportRow Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            throw new NotSupportedException("Frozen rows are read by the names in their text.");

        public override void Write(Utf8JsonWriter writer, ReportRow value, JsonSerializerOptions options)
        {
            writer.WriteStartObject();
            writer.WriteString("key", value.Key);
            writer.WriteString("name", value.Name);
            foreach (var column in ReportColumns.All)
            {
                if (value[column] is { } figure) writer.WriteNumber(column.Name, figure);
                else writer.WriteNull(column.Name);
            }

            writer.WriteEndObject();
        }
    }
}
