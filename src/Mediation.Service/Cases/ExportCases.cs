using System.Globalization;
using System.Text.Json;
using Dapper;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Files;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.Extensions.Localization;
using Npgsql;

namespace Mediation.Service.Cases;

/// <summary>The work list as a file: the same filters, rights and order as on the screen, all pages of it at once.</summary>
/// <param name="Filters">As the list has them; its paging is left aside.</param>
[Requires(Permission.ReadCases)]
public sealed record ExportCases(ListCases Filters, bool AsWorkbook) : IRequest<byte[]>, IEndpoint
{
    public const int Most = 5000;

    public sealed class Handler(IMediator mediator, NpgsqlDataSource db, IStringLocalizer<Texts> texts)
        : IRequestHandler<ExportCases, byte[]>
    {
        public async Task<byte[]> Handle(ExportCases request, CancellationToken cancellationToken)
        {
            var page = await mediator.Send(request.Filters with { Limit = Most, After = null }, cancellationToken);
            if (page.Next is not null)
                throw new ProblemException(400, "export.tooMany",
                    new($"符合条件的案件超过 {Most} 件。请增加筛选条件，分几次导出。", $"More than {Most} cases match. Narrow the filters and export in parts."));
            var names = await NamesAsync(page.Items, cancellationToken);
            var rows = page.Items.Select(row => Cells(row, names));
            string[] headings =
            [
                texts["WorkList.Number"], texts["Export.CourtNumber"], texts["Filter.category"], texts["Export.Summary"],
                texts["Export.Applicants"], texts["Export.Respondents"], texts["Filter.stage"], texts["Filter.status"],
                texts["WorkList.Due"], texts["Filter.timeliness"], texts["Filter.risk"], texts["Export.Body"], texts["WorkList.Mediator"],
                texts["Export.Division"], texts["Filter.channel"], texts["Filter.track"], texts["Export.Amount"], texts["Export.Opened"],
            ];
            return request.AsWorkbook
                ? XlsxText.File(new XlsxSheet(texts["WorkList.Title"], headings, rows))
                : CsvText.File(headings, rows.Select(cells => cells.Select(Plain)));
        }

        private IEnumerable<object?> Cells(ListCases.Row row, Dictionary<string, string> names)
        {
            return
            [
                row.CaseNo, row.CourtCaseNo, Words.Category(row.Category), row.Summary, row.Applicants, row.Respondents,
                texts["Stage." + row.Stage].Value, texts["Status." + row.Status].Value,
                row.DueOn, row.DueOn is null ? null : texts.Word(row.Timeliness), texts.Word(row.Risk),
                Name('b', row.Body), Name('u', row.Mediator), Name('d', row.Division),
                texts["Channel." + row.Channel].Value, texts["Track." + row.Track].Value, row.Amount, ShanghaiTime.DateOf(row.OpenedAt),
            ];

            string? Name(char kind, string? code) => code is null ? null : names.GetValueOrDefault(kind + code, code);
        }

        /// <summary>Of bodies, people and divisions: three questions, however many rows there are.</summary>
        private async Task<Dictionary<string, string>> NamesAsync(IReadOnlyList<ListCases.Row> rows, CancellationToken cancellationToken)
        {
            await using var connection = await db.OpenConnectionAsync(cancellationToken);
            var found = await connection.QueryAsync<(string Code, string Name)>(new CommandDefinition("""
                select 'b' || code, name from body where code = any(@bodies)
                union all select 'u' || name, display_name from app_user where name = any(@people)
                union all select 'd' || code, name from division where code = any(@divisions)
                """, new { bodies = Codes(row => row.Body), people = Codes(row => row.Mediator), divisions = Codes(row => row.Division) },
                cancellationToken: cancellationToken));
            return found.ToDictionary(name => name.Code, name => name.Name, StringComparer.Ordinal);

            string[] Codes(Func<ListCases.Row, string?> code) => [.. rows.Select(code).OfType<string>().Distinct(StringComparer.Ordinal)];
        }
    }

    private static string? Plain(object? cell) => cell switch
    {
        DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        decimal amount => amount.ToString("0.00", CultureInfo.InvariantCulture),
        _ => (string?)cell,
    };

    public static void Map(IEndpointRouteBuilder app)
    {
        QueryOf[] filters = [.. from property in typeof(ListCases).GetProperties()
                                where property.Name is not (nameof(ListCases.Limit) or nameof(ListCases.After))
                                select new QueryOf(JsonNamingPolicy.CamelCase.ConvertName(property.Name), property.PropertyType,
                                    XmlTexts.Of(property) ?? "")];
        app.MapGet("/api/v1/cases.csv", async (HttpContext http, IMediator mediator) =>
            Results.File(await mediator.Send(Read(http, asWorkbook: false), http.RequestAborted), "text/csv; charset=utf-8", "cases.csv"))
            .WithName("ExportCasesCsv").WithSummary("The work list as a CSV file, with the list's filters")
            .WithTags("Cases").WithMetadata(filters)
            .Produces<string>(200, "text/csv");
        app.MapGet("/api/v1/cases.xlsx", async (HttpContext http, IMediator mediator) =>
            Results.File(await mediator.Send(Read(http, asWorkbook: true), http.RequestAborted), XlsxText.MediaType, "cases.xlsx"))
            .WithName("ExportCasesWorkbook").WithSummary("The work list as a workbook, with the list's filters")
            .WithTags("Cases").WithMetadata(filters)
            .Produces<byte[]>(200, XlsxText.MediaType);
    }

    private static ExportCases Read(HttpContext http, bool asWorkbook)
    {
        var query = new QueryParameters(http.Request);
        var filters = ListCases.Read(query);
        query.Check();
        return new ExportCases(filters, asWorkbook);
    }
}
