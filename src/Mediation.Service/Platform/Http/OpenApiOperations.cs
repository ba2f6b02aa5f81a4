using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using FluentValidation;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mediation.Service.Platform.Http;

/// <summary>A query parameter that stands in no property of the request record.</summary>
public sealed record QueryOf(string Name, Type Type, string Description);

/// <summary>One operation of the document, from its request record: the type that has the endpoint's name.</summary>
public static partial class OpenApiOperations
{
    private static readonly Dictionary<string, Type> Requests = Assembly.GetExecutingAssembly().GetTypes()
        .Where(type => type is { IsNested: false, IsClass: true, IsGenericType: false }).GroupBy(type => type.Name, StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);

    /// <summary>Names mean the same wherever they stand: how long they are at most, what they are, and one of their values.</summary>
    private static readonly Dictionary<string, (int MaxLength, string Description, JsonNode Example)> Known = new(StringComparer.Ordinal)
    {
        ["after"] = (500, "The cursor next of the page before; with the same filters.", "eyJGIjoiIn0"),
        ["body"] = (100, "Code of a body.", "430104-centre"),
        ["category"] = (2, "Category code, 01 to 19 or 99.", "02"),
        ["code"] = (40, "Code in the directory.", "430104"),
        ["court"] = (100, "Code of a court.", "430104-court"),
        ["delivery"] = (36, "Id of a message.", "0193a1c2-6f5e-7c1b-9b1d-2f4a8e5d7c30"),
        ["division"] = (12, "GB/T 2260 code.", "430104"),
        ["item"] = (40, "Code of a checklist's item.", "sign.weapon"),
        ["job"] = (40, "Name of a job.", "sweep"),
        ["ladder"] = (80, "Id of a ladder.", "default"),
        ["limit"] = (0, "How many at most.", 50),
        ["mediator"] = (100, "User name, or me.", "me"),
        ["month"] = (7, "Month, Asia/Shanghai.", "2026-10"),
        ["n"] = (0, "Number of the session or term within the case.", 1),
        ["name"] = (64, "User name.", "clerk.430104"),
        ["notice"] = (36, "Id of a notice.", "0193a1c2-6f5e-7c1b-9b1d-2f4a8e5d7c30"),
        ["numbers"] = (1200, "Case numbers with commas between.", "430104-2026-00000001"),
        ["parent"] = (12, "GB/T 2260 code of the division above.", "4301"),
        ["policy"] = (80, "Id of a deadline policy.", "term.people"),
        ["measure"] = (40, "Name of a rate, as in the report's measures.", "successRate"),
        ["period"] = (7, "Month, quarter, half-year, year, or the courts' year (December to November).", "2026-Q3"),
        ["q"] = (50, "What to look for.", "张三"),
        ["sort"] = (20, "Order of the list.", "due"),
        ["user"] = (64, "User name.", "mediator.430104"),
        ["year"] = (0, "Year.", 2026),
    };

    public static async Task DescribeAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var name = metadata.OfType<IEndpointNameMetadata>().LastOrDefault()?.EndpointName;
        var body = metadata.OfType<BodyOf>().LastOrDefault()?.Type;
        var request = body ?? (name is not null ? Requests.GetValueOrDefault(name) : null);
        operation.OperationId = name is null ? null : char.ToLowerInvariant(name[0]) + name[1..];
        operation.Description = (request is null ? null : XmlTexts.Of(request)) ?? operation.Description ?? operation.Summary;
        operation.Summary ??= operation.Description is { } text ? Sentence().Match(text).Value : null;
        DescribeParameters(operation, context.Description.RelativePath!, context.Description.HttpMethod!, request, metadata);
        if (body is not null) DescribeBody(operation, body, context.ApplicationServices);
        if (metadata.OfType<FileOf>().LastOrDefault() is { } file) operation.RequestBody = FileBody(file);
        await DescribeAnswersAsync(operation, context, cancellationToken);
    }

    private static void DescribeParameters(OpenApiOperation operation, string path, string method, Type? request, IList<object> metadata)
    {
        var bound = operation.Parameters?.OfType<OpenApiParameter>().ToDictionary(parameter => parameter.Name!, StringComparer.Ordinal)
            ?? [];
        var inPath = RouteName().Matches(path).Select(match => match.Groups["name"].Value).ToList();
        var parameters = new List<IOpenApiParameter>();
        foreach (var name in inPath)
        {
            var schema = bound.GetValueOrDefault(name)?.Schema as OpenApiSchema
                ?? new OpenApiSchema { Type = name is "n" or "year" ? JsonSchemaType.Integer : JsonSchemaType.String };
            parameters.Add(Parameter(name, ParameterLocation.Path, schema, null, path));
        }

        var isList = HttpMethods.IsGet(method);
        foreach (var property in isList && request is not null ? request.GetProperties(BindingFlags.Public | BindingFlags.Instance) : [])
        {
            var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
            if (IsFilter(property) && !inPath.Contains(name))
                parameters.Add(Parameter(name, ParameterLocation.Query, SchemaOf(property.PropertyType), XmlTexts.Of(property), path));
        }

        foreach (var extra in metadata.OfType<QueryOf>())
            parameters.Add(Parameter(extra.Name, ParameterLocation.Query, SchemaOf(extra.Type), extra.Description, path));
        if (!isList)
        {
            if (path.StartsWith("api/v1/cases/{id}/", StringComparison.Ordinal))
                parameters.Add(
                    Header("If-Match", true, "The ETag of the case that the caller has seen: one strong tag.", "^\"[0-9]+\"$", "\"3\""));
            if (HttpMethods.IsPost(method))
                parameters.Add(Header("Idempotency-Key", false, "The same key with the same request gets the same answer, for seven days.",
                    null, "0193a1c2-6f5e-7c1b-9b1d-2f4a8e5d7c30"));
        }

        parameters.Add(Header("Accept-Language", false, "zh-CN (default) or en.", null, "zh-CN"));
        operation.Parameters = parameters;
    }

    /// <summary>Filters may be left out; what may not be comes from the path.</summary>
    private static bool IsFilter(PropertyInfo property) =>
        !property.IsDefined(typeof(JsonIgnoreAttribute)) && property.PropertyType != typeof(byte[])
        && (property.Name is "Limit" or "Sort" || Nullable.GetUnderlyingType(property.PropertyType) is not null
            || new NullabilityInfoContext().Create(property).ReadState == NullabilityState.Nullable);

    private static OpenApiSchema SchemaOf(Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
            return new OpenApiSchema
            { Type = JsonSchemaType.String, Enum = [.. Enum.GetValues(type).Cast<Enum>().Select(value => (JsonNode)value.Camel())] };
        if (type == typeof(int)) return new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" };
        if (type == typeof(bool)) return new OpenApiSchema { Type = JsonSchemaType.Boolean };
        if (type == typeof(Guid)) return new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" };
        if (type == typeof(DateOnly)) return new OpenApiSchema { Type = JsonSchemaType.String, Format = "date" };
        if (type == typeof(DateTimeOffset)) return new OpenApiSchema { Type = JsonSchemaType.String, Format = "date-time" };
        return new OpenApiSchema { Type = JsonSchemaType.String };
    }

    private static OpenApiParameter Parameter(string name, ParameterLocation place, OpenApiSchema schema, string? description, string path)
    {
        var known = Known.GetValueOrDefault(name);
        var example = schema.Enum is [{ } first, ..] ? first.DeepClone() : schema.Format switch
        {
            "uuid" => "0193a1c2-6f5e-7c1b-9b1d-2f4a8e5d7c30",
            "date" => "2026-10-21",
            "date-time" => "2026-10-21T02:00:00Z",
            _ when schema.Type == JsonSchemaType.Boolean => true,
            _ when schema.Type == JsonSchemaType.Integer
                && known.Example is null => name.EndsWith("Year", StringComparison.Ordinal) ? 2019 : 1,
            _ => known.Example?.DeepClone(),
        };
        if (name == "id" && schema.Format is null)
        {
            schema.MaxLength = 36;
            if (path.StartsWith("api/v1/cases", StringComparison.Ordinal))
                (description, example) = ("UUID or case number.", "430104-2026-00000001");
        }

        if (name == "limit") (schema.Minimum, schema.Maximum) = ("1", "200");
        if (schema.Type == JsonSchemaType.Integer && place == ParameterLocation.Path) schema.Minimum = "1";
        if (name == "month") schema.Pattern = "^[0-9]{4}-(0[1-9]|1[0-2])$";
        else if (schema is { Type: JsonSchemaType.String, Format: null, MaxLength: null } && schema.Enum is not { Count: > 0 })
            schema.MaxLength = known.MaxLength > 0 ? known.MaxLength : 100;
        return new OpenApiParameter
        {
            Name = name,
            In = place,
            Required = place == ParameterLocation.Path,
            Schema = schema,
            Description = description ?? known.Description ?? char.ToUpperInvariant(name[0]) + name[1..] + ".",
            Example = example ?? "1",
        };
    }

    private static OpenApiParameter Header(string name, bool required, string description, string? pattern, string example) => new()
    {
        Name = name,
        In = ParameterLocation.Header,
        Required = required,
        Description = description,
        Schema = new OpenApiSchema { Type = JsonSchemaType.String, MaxLength = 255, Pattern = pattern },
        Example = example,
    };

    private static void DescribeBody(OpenApiOperation operation, Type type, IServiceProvider services)
    {
        if (operation.RequestBody is not OpenApiRequestBody { Content: { } content } body) return;
        body.Required = services.GetService(typeof(IValidator<>).MakeGenericType(type)) is IValidator validator
            && OpenApiSetup.Required(validator.CreateDescriptor()).Any();
        var example = type.GetProperty("Example", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
        // An empty example would be left out of the document.
        foreach (var media in content.Values)
            media.Example = JsonSerializer.SerializeToNode(example, type, ApiJson.Output) is JsonObject { Count: > 0 } shown
                ? shown : new JsonObject { ["on"] = "2026-10-21" };
    }

    private static OpenApiRequestBody FileBody(FileOf file) => new()
    {
        Required = true,
        Description = "The file itself, never multipart.",
        Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
        {
            [file.MediaType] = new() { Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = file.Example },
        },
    };

    private static async Task DescribeAnswersAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        operation.Responses ??= new OpenApiResponses();
        string[] always = operation.RequestBody is null
            ? ["400", "401", "403", "429", "503"] : ["400", "401", "403", "413", "415", "422", "429", "503"];
        foreach (var status in context.Description.RelativePath!.Contains('{', StringComparison.Ordinal) ? [.. always, "404"] : always)
            operation.Responses.TryAdd(status, new OpenApiResponse());
        var problem = await context.GetOrCreateSchemaAsync(typeof(ProblemDetails), null, cancellationToken);
        foreach (var (status, value) in operation.Responses)
        {
            if (value is not OpenApiResponse answer) continue;
            if (status[0] is '4' or '5')
            {
                answer.Description = Reason(status);
                answer.Content = new Dictionary<string, OpenApiMediaType>(StringComparer.Ordinal)
                { ["application/problem+json"] = new() { Schema = Reference(context, problem) } };
                continue;
            }

            if (!IsCase(context, status)) continue;
            answer.Headers = new Dictionary<string, IOpenApiHeader>(StringComparer.Ordinal)
            { ["ETag"] = TextHeader("The version, for If-Match.", "\"4\"") };
            if (status == "201")
                answer.Headers["Location"] = TextHeader("Where the new case is.", "/api/v1/cases/0193a1c2-6f5e-7c1b-9b1d-2f4a8e5d7c30");
        }

        static OpenApiHeader TextHeader(string description, string example) =>
            new() { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String }, Example = example };
    }

    private static OpenApiSchemaReference Reference(OpenApiOperationTransformerContext context, OpenApiSchema problem)
    {
        context.Document!.Components ??= new OpenApiComponents();
        context.Document.Components.Schemas ??= new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal);
        context.Document.Components.Schemas["Problem"] = problem;
        return new OpenApiSchemaReference("Problem", context.Document);
    }

    private static bool IsCase(OpenApiOperationTransformerContext context, string status) => context.Description.SupportedResponseTypes
        .Any(answer => answer.Type?.IsDefined(typeof(VersionedAttribute), inherit: false) == true
            && answer.StatusCode.ToString(System.Globalization.CultureInfo.InvariantCulture) == status);

    private static string Reason(string status) => status switch
    {
        "400" => "A field or parameter needs correction: see errors.",
        "401" => "No valid token.",
        "403" => "The role may not do this.",
        "404" => "Not there, or not visible to the caller.",
        "409" => "The case's state or a rule does not allow it: code and basis say which.",
        "412" => "Changed meanwhile: changedBy says by whom.",
        "413" => "Too large.",
        "415" => "Not the media type or charset that is read.",
        "422" => "Understood and not possible, or the idempotency key was used for another request.",
        "428" => "If-Match is missing or not one strong tag.",
        "429" => "Too many requests: see Retry-After.",
        "503" => "Unavailable for the moment: see Retry-After.",
        _ => "Error.",
    };

    [GeneratedRegex(@"\{(?<name>\w+)[^}]*\}", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex RouteName();

    [GeneratedRegex(@"^.+?(?=[.:;(]\s|[.]$|\s\(|$)", RegexOptions.None, 1000)]
    private static partial Regex Sentence();
}
