using System.Net;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Mediation.Service.Tests.Platform.Http;

/// <summary>The document says of every operation what clients are told of it.</summary>
public sealed partial class OpenApiTests(ApiService api) : IClassFixture<ApiService>
{
    [Fact]
    public async Task Every_endpoint_is_in_the_document_with_its_name_words_and_errors()
    {
        var document = await DocumentAsync();
        var paths = document.GetProperty("paths");
        var faults = new List<string>();
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var operation in api.Operations)
        {
            var route = Constraint().Replace(operation.Route, "{${name}}");
            if (!paths.TryGetProperty(route, out var path) || !path.TryGetProperty(operation.Method.ToLowerInvariant(), out var said))
            {
                faults.Add($"{operation} is missing");
                continue;
            }

            foreach (var name in new[] { "operationId", "summary", "description" })
                if (!said.TryGetProperty(name, out var text) || string.IsNullOrWhiteSpace(text.GetString()))
                    faults.Add($"{operation} has no {name}");
            if (said.TryGetProperty("operationId", out var id) && !ids.Add(id.GetString()!))
                faults.Add($"{operation} shares its operationId");
            if (said.TryGetProperty("security", out _)) faults.Add($"{operation} is open");
            var answers = said.GetProperty("responses");
            foreach (var status in new[] { "400", "401", "403" })
                if (!answers.TryGetProperty(status, out var answer)
                    || !answer.GetProperty("content").TryGetProperty("application/problem+json", out _))
                    faults.Add($"{operation} has no {status}");
            foreach (var parameter in said.GetProperty("parameters").EnumerateArray())
                if (!parameter.TryGetProperty("example", out _) || !parameter.TryGetProperty("description", out _))
                    faults.Add($"{operation}: {parameter.GetProperty("name")} has no example or description");
            if (said.TryGetProperty("requestBody", out var body))
            {
                foreach (var media in body.GetProperty("content").EnumerateObject())
                    if (!media.Value.TryGetProperty("example", out _)) faults.Add($"{operation}: {media.Name} has no example");
            }
            else if (operation.Body is not null) faults.Add($"{operation} has no body");
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.Equal("bearer",
            document.GetProperty("components").GetProperty("securitySchemes").GetProperty("bearer").GetProperty("scheme").GetString());
        Assert.NotEmpty(document.GetProperty("security").EnumerateArray());
    }

    [Fact]
    public async Task The_query_parameters_of_the_document_are_those_that_are_read()
    {
        var paths = (await DocumentAsync()).GetProperty("paths");
        var faults = new List<string>();
        foreach (var operation in api.Operations.Where(operation => operation.Method == "GET"))
        {
            var said = paths.GetProperty(Constraint().Replace(operation.Route, "{${name}}")).GetProperty("get")
                .GetProperty("parameters").EnumerateArray()
                .Where(parameter => parameter.GetProperty("in").GetString() == "query")
                .Select(parameter => parameter.GetProperty("name").GetString()!).Order(StringComparer.Ordinal);
            var (client, path) = await api.SenderAsync(operation);
            client.DefaultRequestHeaders.Add("Accept-Language", "en");
            using var answer = await client.GetAsync(path + "?zzz=1");
            if (answer.StatusCode != HttpStatusCode.BadRequest
                || !(await answer.JsonAsync()).GetProperty("errors").TryGetProperty("zzz", out var errors))
            {
                faults.Add($"{operation} takes an unknown parameter: {(int)answer.StatusCode}");
                continue;
            }

            var read = errors[0].GetString()!.Split("there are: ") is [_, var names]
                ? names.Split(", ").Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
            if (!said.SequenceEqual(read)) faults.Add($"{operation} says {string.Join(',', said)} and reads {string.Join(',', read)}");
        }

        Assert.True(faults.Count == 0, string.Join('\n', faults));
    }

    [Fact]
    public async Task Numbers_are_numbers_enumerations_are_words_and_dates_are_dates()
    {
        var schemas = (await DocumentAsync()).GetProperty("components").GetProperty("schemas");

        Assert.DoesNotContain("\"integer\",\"string\"",
            schemas.ToString().Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Equal(["string"], schemas.GetProperty("Status").GetProperty("enum").EnumerateArray()
            .Select(value => value.ValueKind.ToString().ToLowerInvariant()).Distinct());
        Assert.Contains("notAccepted",
            schemas.GetProperty("Status").GetProperty("enum").EnumerateArray().Select(value => value.GetString()));
        Assert.Equal("date",
            schemas.GetProperty("OpenCase").GetProperty("properties").GetProperty("occurredOn").GetProperty("format").GetString());
        Assert.Equal(["channel", "category", "division", "summary", "parties"],
            schemas.GetProperty("OpenCase").GetProperty("required").EnumerateArray().Select(name => name.GetString()));
    }

    private async Task<JsonElement> DocumentAsync()
    {
        using var anonymous = api.Service.Anonymous();
        using var answer = await anonymous.GetAsync("/openapi/v1.json");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        return await answer.JsonAsync();
    }

    [GeneratedRegex(@"\{(?<name>\w+)[^}]*\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Constraint();
}
