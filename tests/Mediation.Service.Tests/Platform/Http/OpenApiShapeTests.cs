using System.Text.Json;

namespace Mediation.Service.Tests.Platform.Http;

/// <summary>Every schema of the document, wherever it stands, says what a program that is made from it must know.</summary>
public sealed class OpenApiShapeTests(ApiService api) : IClassFixture<ApiService>
{
    private static readonly string[] Says = ["$ref", "type", "enum", "allOf", "anyOf", "oneOf"];

    /// <summary>Instants and dates whose names end in neither At nor On; every other one does.</summary>
    private static readonly string[] OtherInstants = ["at", "due", "next", "scheduledFor", "since"];

    private static readonly string[] OtherDates =
    [
        "answerBy", "date", "due", "from", "on", "openedFrom", "openedTo", "replyBy", "riskUntil", "since",
        "termFrom", "termUntil", "to", "until",
    ];

    private static readonly string[] Formats = ["date", "date-time", "uuid", "int32", "int64", "double", "binary", "byte", "uri"];

    [Fact]
    public async Task Every_schema_has_a_type_and_free_json_stands_nowhere() => NoFault(await WalkAsync(schema =>
        !Says.Any(word => schema.Value.TryGetProperty(word, out _)) ? "says nothing"
        : schema.Is("array") && !schema.Value.TryGetProperty("items", out _) ? "is a list of nobody knows what"
        : schema.Value.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.True ? "takes anything"
        : schema.Value.TryGetProperty("format", out var format) && !Formats.Contains(format.GetString()) ? $"has the format {format}"
        : null));

    [Fact]
    public async Task Instants_and_dates_are_text_with_their_format() => NoFault(await WalkAsync(schema =>
    {
        var format = schema.Value.TryGetProperty("format", out var value) ? value.GetString() : null;
        var (isInstant, isDate) = (schema.Name.Length > 2 && schema.Name.EndsWith("At", StringComparison.Ordinal),
            schema.Name.Length > 2 && schema.Name.EndsWith("On", StringComparison.Ordinal));
        return isInstant && format != "date-time" ? "is no instant"
            : isDate && format != "date" ? "is no date"
            : format is "date" or "date-time" && !schema.Is("string") ? "is a time and no text"
            : format == "date-time" && schema.Name.Length > 0 && !isInstant && !OtherInstants.Contains(schema.Name)
                ? "is an instant and named for none"
            : format == "date" && schema.Name.Length > 0 && !isDate && !OtherDates.Contains(schema.Name) ? "is a date and named for none"
            : null;
    }));

    [Fact]
    public async Task Money_is_a_number_whole_numbers_are_integers_and_nothing_is_both_number_and_text() =>
        NoFault(await WalkAsync(schema =>
            schema.Name.EndsWith("mount", StringComparison.Ordinal) && !schema.Is("number") ? "is money and no number"
            : schema.Value.TryGetProperty("format", out var format) && format.GetString() is "int32" or "int64" && !schema.Is("integer")
                    ? "is whole and no integer"
            : format.ValueKind == JsonValueKind.String && format.GetString() == "double" && !schema.Is("number")
                    ? "has a fraction and is no number"
            : schema.Is("integer") && schema.Is("string") || schema.Is("number") && schema.Is("string") ? "is a number or a text"
            : null));

    [Fact]
    public async Task Enumerations_list_words() => NoFault(await WalkAsync(schema =>
        schema.Value.TryGetProperty("enum", out var values)
        && (!schema.Is("string") || values.GetArrayLength() == 0
            || values.EnumerateArray().Any(value => value.ValueKind != JsonValueKind.String || value.GetString()!.Length == 0))
            ? "lists no words" : null));

    /// <summary>Null is left out of answers, so that what is required there and may be null is written as null on purpose.</summary>
    [Fact]
    public async Task What_an_answer_always_holds_is_required_and_what_it_may_leave_out_is_not()
    {
        var document = await DocumentAsync();
        var answers = Reached(document, operation => operation.GetProperty("responses"));
        var faults = new List<string>();
        foreach (var name in answers.Where(name => name != "Problem"))
        {
            var schema = document.GetProperty("components").GetProperty("schemas").GetProperty(name);
            if (!schema.TryGetProperty("properties", out var properties)) continue;
            var required = Names(schema);
            foreach (var property in properties.EnumerateObject())
                if (!required.Contains(property.Name) && !MayBeNull(property.Value))
                    faults.Add($"{name}.{property.Name} is always there and not required");
        }

        Assert.InRange(answers.Count, 60, 500);
        NoFault(faults);
        var view = document.GetProperty("components").GetProperty("schemas").GetProperty("CaseView");
        Assert.Superset(new HashSet<string>(["id", "version", "openedAt", "clocks"], StringComparer.Ordinal), Names(view));
        Assert.DoesNotContain("mediator", Names(view));
        Assert.Contains("next", Names(document.GetProperty("components").GetProperty("schemas").GetProperty("ListCasesPage")));
    }

    [Fact]
    public async Task What_is_really_answered_has_every_required_member_and_none_that_is_not_described()
    {
        var document = await DocumentAsync();
        var faults = new List<string>();
        var read = 0;
        foreach (var operation in api.Operations.Where(operation => operation.Method == "GET"))
        {
            var said = document.GetProperty("paths").GetProperty(PathIn(operation.Route)).GetProperty("get").GetProperty("responses");
            if (!said.TryGetProperty("200", out var good) || !good.TryGetProperty("content", out var content)
                || !content.TryGetProperty("application/json", out var media))
                continue;
            var (client, path) = await api.SenderAsync(operation);
            using var answer = await client.GetAsync(path);
            if (!answer.IsSuccessStatusCode) continue;
            read++;
            Compare(document, media.GetProperty("schema"), await answer.JsonAsync(), operation.ToString(), faults);
        }

        Assert.InRange(read, 25, 500);
        NoFault(faults);
    }

    [Fact]
    public async Task What_a_request_must_hold_is_required_and_not_null()
    {
        var document = await DocumentAsync();
        var sent = Reached(document, operation => operation.TryGetProperty("requestBody", out var body) ? body : default);
        sent.ExceptWith(Reached(document, operation => operation.GetProperty("responses")));
        var faults = from name in sent
                     let schema = document.GetProperty("components").GetProperty("schemas").GetProperty(name)
                     from member in Names(schema)
                     where MayBeNull(schema.GetProperty("properties").GetProperty(member))
                     select $"{name}.{member} is required and may be null";

        NoFault(faults);
        Assert.Contains("parties", Names(document.GetProperty("components").GetProperty("schemas").GetProperty("OpenCase")));
        Assert.DoesNotContain("on", Names(document.GetProperty("components").GetProperty("schemas").GetProperty("AcceptCase")));
    }

    /// <summary>The members of what came, against what was said of them.</summary>
    private static void Compare(JsonElement document, JsonElement schema, JsonElement value, string where, List<string> faults)
    {
        schema = Resolved(document, schema);
        if (schema.TryGetProperty("oneOf", out var either))
        {
            if (value.ValueKind == JsonValueKind.Null) return;
            schema = Resolved(document, either.EnumerateArray().First(one => !IsNull(one)));
        }

        var kind = value.ValueKind switch
        {
            JsonValueKind.Object => "object",
            JsonValueKind.Array => "array",
            JsonValueKind.String => "string",
            JsonValueKind.Number => "number",
            JsonValueKind.Null => "null",
            _ => "boolean",
        };
        if (!Types(schema).Contains(kind) && !(kind == "number" && Types(schema).Contains("integer") && value.TryGetInt64(out _)))
        {
            faults.Add($"{where} is {kind} and said to be {string.Join(" or ", Types(schema))}");
            return;
        }

        if (schema.TryGetProperty("enum", out var words) && !words.EnumerateArray().Any(word => word.ValueEquals(value.GetString())))
            faults.Add($"{where}: {value} is no value of the enumeration");
        if (kind == "array")
        {
            foreach (var item in value.EnumerateArray()) Compare(document, schema.GetProperty("items"), item, where + "[]", faults);
        }
        else if (kind == "object")
        {
            var properties = schema.TryGetProperty("properties", out var named) ? named : default;
            foreach (var name in Names(schema).Where(name => !value.TryGetProperty(name, out _)))
                faults.Add($"{where}.{name} is required and was left out");
            foreach (var member in value.EnumerateObject())
            {
                if (properties.ValueKind == JsonValueKind.Object && properties.TryGetProperty(member.Name, out var one))
                    Compare(document, one, member.Value, $"{where}.{member.Name}", faults);
                else if (schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.Object)
                    Compare(document, more, member.Value, $"{where}.*", faults);
                else faults.Add($"{where}.{member.Name} is not described");
            }
        }
    }

    private async Task<IReadOnlyList<string>> WalkAsync(Func<Schema, string?> fault)
    {
        var document = await DocumentAsync();
        var schemas = document.GetProperty("components").GetProperty("schemas").EnumerateObject()
            .SelectMany(named => Schema.Under(named.Value, "", named.Name)).ToList();
        foreach (var path in document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                var where = $"{operation.Name} {path.Name}";
                foreach (var parameter in operation.Value.GetProperty("parameters").EnumerateArray())
                    schemas.AddRange(Schema.Under(parameter.GetProperty("schema"), parameter.GetProperty("name").GetString()!,
                        $"{where} ?{parameter.GetProperty("name")}"));
                var contents = operation.Value.GetProperty("responses").EnumerateObject().Select(answer => answer.Value)
                    .Concat(operation.Value.TryGetProperty("requestBody", out var body) ? [body] : []);
                foreach (var media in contents.Where(one => one.TryGetProperty("content", out _))
                    .SelectMany(one => one.GetProperty("content").EnumerateObject()))
                    schemas.AddRange(Schema.Under(media.Value.GetProperty("schema"), "", $"{where} {media.Name}"));
            }
        }

        Assert.InRange(schemas.Count, 2000, 100_000);
        return [.. schemas.Select(schema => fault(schema) is { } found ? $"{schema.Where} {found}: {schema.Value.GetRawText()}" : null)
            .OfType<string>()];
    }

    /// <summary>The named schemas behind a part of every operation.</summary>
    private static HashSet<string> Reached(JsonElement document, Func<JsonElement, JsonElement> part)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var path in document.GetProperty("paths").EnumerateObject())
            foreach (var operation in path.Value.EnumerateObject()) Follow(part(operation.Value));
        return found;

        void Follow(JsonElement element)
        {
            if (element.ValueKind == JsonValueKind.Array)
                foreach (var item in element.EnumerateArray()) Follow(item);
            if (element.ValueKind != JsonValueKind.Object) return;
            if (element.TryGetProperty("$ref", out var reference) && reference.GetString()!.Split('/')[^1] is var name && found.Add(name))
                Follow(document.GetProperty("components").GetProperty("schemas").GetProperty(name));
            foreach (var member in element.EnumerateObject()) Follow(member.Value);
        }
    }

    private static JsonElement Resolved(JsonElement document, JsonElement schema) => schema.TryGetProperty("$ref", out var reference)
        ? document.GetProperty("components").GetProperty("schemas").GetProperty(reference.GetString()!.Split('/')[^1]) : schema;

    private static HashSet<string> Names(JsonElement schema) => schema.TryGetProperty("required", out var required)
        ? required.EnumerateArray().Select(name => name.GetString()!).ToHashSet(StringComparer.Ordinal) : [];

    private static IEnumerable<string> Types(JsonElement schema) => !schema.TryGetProperty("type", out var type) ? []
        : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!) : [type.GetString()!];

    private static bool IsNull(JsonElement schema) => Types(schema).SequenceEqual(["null"]);

    private static bool MayBeNull(JsonElement schema) =>
        Types(schema).Contains("null") || (schema.TryGetProperty("oneOf", out var either) && either.EnumerateArray().Any(IsNull));

    private static string PathIn(string route) => System.Text.RegularExpressions.Regex.Replace(route, @"\{(?<name>\w+)[^}]*\}", "{${name}}",
        System.Text.RegularExpressions.RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));

    private static void NoFault(IEnumerable<string> faults)
    {
        var all = faults.ToList();
        Assert.True(all.Count == 0, $"{all.Count}\n" + string.Join('\n', all.Take(60)));
    }

    private async Task<JsonElement> DocumentAsync()
    {
        using var anonymous = api.Service.Anonymous();
        using var answer = await anonymous.GetAsync("/openapi/v1.json");
        return await answer.JsonAsync();
    }

    /// <param name="Name">Of the member or parameter; empty where it has none.</param>
    private sealed record Schema(JsonElement Value, string Name, string Where)
    {
        public bool Is(string type) => Types(Value).Contains(type);

        public static IEnumerable<Schema> Under(JsonElement value, string name, string where)
        {
            yield return new Schema(value, name, where);
            var inner = new List<(JsonElement, string, string)>();
            if (value.TryGetProperty("properties", out var properties))
                inner.AddRange(properties.EnumerateObject().Select(member => (member.Value, member.Name, $"{where}.{member.Name}")));
            if (value.TryGetProperty("items", out var items)) inner.Add((items, "", where + "[]"));
            if (value.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.Object)
                inner.Add((more, "", where + ".*"));
            foreach (var word in new[] { "allOf", "anyOf", "oneOf" })
                if (value.TryGetProperty(word, out var parts))
                    inner.AddRange(parts.EnumerateArray().Select((part, index) => (part, "", $"{where}<{word} {index}>")));
            foreach (var (part, partName, place) in inner)
                foreach (var schema in Under(part, partName, place)) yield return schema;
        }
    }
}
