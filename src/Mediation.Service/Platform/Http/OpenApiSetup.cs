using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using FluentValidation;
using FluentValidation.Validators;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Mediation.Service.Platform.Http;

/// <summary>
/// <c>GET /openapi/v1.json</c>: made from the endpoints, their request records and the comments on these, so that a new
/// use case is in it without a further word.
/// </summary>
public static class OpenApiSetup
{
    private const string Bearer = "bearer";

    /// <summary>Where the framework notes that a reference to a schema may also be null.</summary>
    private const string NullableReference = "x-is-nullable-property";

    /// <summary>What a client sends: the requests, and whatever stands in them.</summary>
    private static readonly Lazy<HashSet<Type>> Sent = new(AllSent);

    private static readonly (string Name, string Description)[] Tags =
    [
        ("Cases", "Disputes from intake to the archive: lists, one case with its clocks, its journal, and every action on it."),
        ("Groups", "Cases of one cause that are worked on together, each with its own journal and its own line in the result."),
        ("Courts", "What a court refers, takes back and is told; nothing of what was said in mediation."),
        ("Reports", "A month's counts and measures, and the counts that are not cases."),
        ("Jobs", "What the service does by itself, and when it last did."),
        ("Registry", "Divisions, bodies, mediators and the working calendar."),
        ("Policies", "Rules as data, with their dates and legal basis: tried, added and ended."),
        ("Accounts", "Users and API tokens."),
    ];

    public static IServiceCollection AddOpenApiDocument(this IServiceCollection services) => services.AddOpenApi("v1", options =>
    {
        options.CreateSchemaReferenceId = SchemaId;
        options.AddSchemaTransformer(DescribeSchema);
        options.AddOperationTransformer(OpenApiOperations.DescribeAsync);
        options.AddDocumentTransformer(DescribeDocument);
    });

    private static Task DescribeDocument(
        OpenApiDocument document, OpenApiDocumentTransformerContext context, CancellationToken cancellationToken)
    {
        document.Info = new OpenApiInfo
        {
            Title = "Mediation",
            Version = "v1",
            Description =
                "Mediation moves disputes through intake, referral, mediation and closure. Dates are Asia/Shanghai (YYYY-MM-DD), instants "
                    + "UTC (RFC 3339), money yuan. Errors are application/problem+json with a stable code, in the language of "
                    + "Accept-Language (zh-CN unless en is asked for). Checks come in this order: 401, 413, 415, 404, 403, 400, the repeat "
                    + "of an idempotent request, 428, 412, 409.",
            Contact = new OpenApiContact { Name = "Mediation" },
            License = new OpenApiLicense { Name = "All rights reserved", Identifier = "LicenseRef-Mediation" },
        };
        // Relative: right behind every proxy.
        document.Servers = [new OpenApiServer { Url = "/" }];
        var used = document.Paths.Values.SelectMany(path => path.Operations!.Values)
            .SelectMany(operation => operation.Tags ?? new HashSet<OpenApiTagReference>())
            .Select(tag => tag.Name).ToHashSet(StringComparer.Ordinal);
        document.Tags = Tags.Where(tag => used.Contains(tag.Name))
            .Select(tag => new OpenApiTag { Name = tag.Name, Description = tag.Description }).ToHashSet();
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes = new Dictionary<string, IOpenApiSecurityScheme>(StringComparer.Ordinal)
        {
            [Bearer] = new OpenApiSecurityScheme
            {
                Type = SecuritySchemeType.Http,
                Scheme = "bearer",
                Description = "An API token of a user or of a court's client: Authorization: Bearer <token>.",
            },
        };
        document.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(Bearer, document)] = [] }];
        return Task.CompletedTask;
    }

    /// <summary>Many use cases have a Row or an Answer; the outer type's name tells them apart.</summary>
    private static string? SchemaId(JsonTypeInfo info)
    {
        if (OpenApiOptions.CreateDefaultSchemaReferenceId(info) is null) return null;
        return info.Type == typeof(ProblemDetails) ? "Problem" : Name(info.Type);

        static string Name(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? Name(inner)
            : type.IsGenericType ? type.Name[..type.Name.IndexOf('`', StringComparison.Ordinal)] + "Of"
                + string.Concat(type.GetGenericArguments().Select(Name))
            : type.DeclaringType is { } outer ? Name(outer) + type.Name
            : type.Name;
    }

    private static Task DescribeSchema(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo.Type;
        if (schema.Enum is { Count: > 0 } values)
        {
            // Whether it may be null is said where it is used.
            schema.Type = JsonSchemaType.String;
            schema.Enum = [.. values.Where(value => value?.GetValueKind() == JsonValueKind.String)];
        }

        // A converter of our own tells the exporter nothing of what it writes. Whoever holds it comes first, and may
        // have said that it is no null.
        if ((Nullable.GetUnderlyingType(type) ?? type) == typeof(DateTimeOffset))
            schema.Type ??= Nullable.GetUnderlyingType(type) is null ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;

        if (context.JsonPropertyInfo?.AttributeProvider is PropertyInfo property && XmlTexts.Of(property) is { } text)
            schema.Description = text;
        if (context.JsonPropertyInfo?.AttributeProvider is JsonMember member) schema.Description = member.Description;
        if (type == typeof(ProblemDetails)) DescribeProblem(schema);
        else if (context.JsonTypeInfo.Kind == JsonTypeInfoKind.Object) Require(schema, context);
        return Task.CompletedTask;
    }

    private static void DescribeProblem(OpenApiSchema schema)
    {
        schema.Description = "RFC 9457, with a stable code.";
        schema.Type = JsonSchemaType.Object;
        schema.Required = new HashSet<string>(["type", "title", "status", "detail", "code", "traceId"], StringComparer.Ordinal);
        schema.Properties = new Dictionary<string, IOpenApiSchema>(StringComparer.Ordinal)
        {
            ["type"] = Text("urn:mediation:problem: and the code."),
            ["title"] = Text("What kind of error, in the language asked for."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32" },
            ["detail"] = Text("What is wrong and what to do, in the language asked for."),
            ["code"] = Text("Stable; for programs."),
            ["basis"] = Text("The article behind the rule, where there is one."),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "Field by field what needs correction.",
                AdditionalProperties =
                    new OpenApiSchema { Type = JsonSchemaType.Array, Items = new OpenApiSchema { Type = JsonSchemaType.String } },
            },
            ["changedBy"] = Text("With 412: who changed the case last."),
            ["version"] =
                new OpenApiSchema { Type = JsonSchemaType.Integer, Format = "int32", Description = "With 412: the case's version now." },
            ["traceId"] = Text("For a question to whoever runs the service."),
        };

        static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
    }

    /// <summary>The members (camelCase) that the validator demands without a condition.</summary>
    public static IEnumerable<string> Required(IValidatorDescriptor descriptor) => descriptor.GetMembersWithValidators()
        .Where(member => Checks(descriptor, member.Key).Any(check => check is INotNullValidator or INotEmptyValidator))
        .Select(member => JsonNamingPolicy.CamelCase.ConvertName(member.Key));

    private static IEnumerable<IPropertyValidator> Checks(IValidatorDescriptor descriptor, string member) =>
        descriptor.GetRulesForMember(member)
            .Where(rule => !rule.HasCondition && rule.PropertyName == member && !IsForEach(rule))
            .SelectMany(rule => rule.Components).Where(component => !component.HasCondition).Select(component => component.Validator);

    private static bool IsForEach(IValidationRule rule) =>
        rule.GetType().GetInterfaces()
            .Any(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(ICollectionRule<,>));

    /// <summary>
    /// Of what the service sends: all that is never left out. Of what is sent to it: what a validator demands, or where its type has
    /// none, what must not be null; and this is then no null in the document either.
    /// </summary>
    private static void Require(OpenApiSchema schema, OpenApiSchemaTransformerContext context)
    {
        if (schema.Properties is not { Count: > 0 } properties) return;
        var type = context.JsonTypeInfo.Type;
        var descriptor = context.ApplicationServices.GetService(typeof(IValidator<>).MakeGenericType(type)) is IValidator validator
            ? validator.CreateDescriptor() : null;
        var isSent = Sent.Value.Contains(type);
        var names = isSent && descriptor is not null ? Required(descriptor)
            : context.JsonTypeInfo.Properties.Where(member => IsAlwaysThere(member) && !(isSent && member.PropertyType.IsValueType))
                .Select(member => member.Name);
        schema.Required = names.Where(properties.ContainsKey).ToHashSet(StringComparer.Ordinal);
        if (isSent)
            foreach (var name in schema.Required)
                if (properties[name] is OpenApiSchema member)
                {
                    member.Type = (member.Type ?? (member.Format == "date-time" ? JsonSchemaType.String : null)) & ~JsonSchemaType.Null;
                    member.Metadata?.Remove(NullableReference);
                }

        if (descriptor is not null) Limit(properties, descriptor);
    }

    /// <summary>A null is left out of an answer, except where it is written on purpose.</summary>
    private static bool IsAlwaysThere(JsonPropertyInfo member) =>
        member.AttributeProvider?.GetCustomAttributes(typeof(JsonIgnoreAttribute), inherit: true) is [
            JsonIgnoreAttribute { Condition: JsonIgnoreCondition.Never }]
        || (member.PropertyType.IsValueType ? Nullable.GetUnderlyingType(member.PropertyType) is null : !member.IsGetNullable);

    private static HashSet<Type> AllSent()
    {
        var requests = Assembly.GetExecutingAssembly().GetTypes().Where(type => type.IsAssignableTo(typeof(IBaseRequest))).ToList();
        var sent = Within(requests);
        // What goes both ways is described as an answer, which leaves less open.
        sent.ExceptWith(Within(requests.SelectMany(type => type.GetInterfaces())
            .Where(contract => contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IRequest<>))
            .Select(contract => contract.GetGenericArguments()[0])));
        return sent;
    }

    private static HashSet<Type> Within(IEnumerable<Type> types)
    {
        var found = new HashSet<Type>();
        foreach (var type in types) Add(type);
        return found;

        void Add(Type type)
        {
            if (type.IsArray) Add(type.GetElementType()!);
            foreach (var inner in type.GetGenericArguments()) Add(inner);
            if (type.FullName?.StartsWith(nameof(Mediation) + ".", StringComparison.Ordinal) != true || !found.Add(type)) return;
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)) Add(property.PropertyType);
        }
    }

    private static void Limit(IDictionary<string, IOpenApiSchema> properties, IValidatorDescriptor descriptor)
    {
        foreach (var member in descriptor.GetMembersWithValidators().Select(member => member.Key))
        {
            if (!properties.TryGetValue(JsonNamingPolicy.CamelCase.ConvertName(member), out var property)
                || property is not OpenApiSchema text || text.Type?.HasFlag(JsonSchemaType.String) != true) continue;
            foreach (var check in Checks(descriptor, member))
            {
                if (check is ILengthValidator { Max: > 0 } length) text.MaxLength = length.Max;
                if (check is INotEmptyValidator) text.MinLength = 1;
            }
        }
    }
}
