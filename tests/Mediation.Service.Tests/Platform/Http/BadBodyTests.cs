using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using Dapper;
using FluentValidation;
using Mediation.Service.Platform.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Mediation.Service.Tests.Platform.Http;

/// <summary>Whatever is sent to whichever write operation: a problem document, never a 5xx, and no trace in the database.</summary>
public sealed class BadBodyTests(ApiService api) : IClassFixture<ApiService>
{
    private static readonly byte[] InvalidUtf8 = [.. "{\"on\":\""u8, 0xC3, 0x28, 0xED, 0xA0, 0x80, .. "\"}"u8];

    private IEnumerable<Operation> WithBody => api.Operations.Where(operation => operation is { Writes: true, Body: not null });

    [Fact]
    public async Task An_empty_object_is_refused_where_something_is_required()
    {
        var tried = 0;
        await EachAsync(async operation =>
        {
            if (!await RequiresSomethingAsync(operation)) return null;
            tried++;
            using var answer = await api.SendAsync(operation, Body("{}"));
            return await answer.FaultAsync(400);
        });
        Assert.InRange(tried, 20, 200);
    }

    [Fact]
    public async Task A_value_that_no_enumeration_has_is_refused()
    {
        var tried = 0;
        await EachAsync(async operation =>
        {
            foreach (var property in operation.Body!.GetProperties()
                .Where(property => Inner(property.PropertyType).IsEnum && !property.IsDefined(typeof(JsonIgnoreAttribute), inherit: false)))
            {
                var name = JsonNamingPolicy.CamelCase.ConvertName(property.Name);
                foreach (var wrong in new JsonNode[] { "zzz", 0, 99, "", "0", true })
                {
                    tried++;
                    using var answer = await api.SendAsync(operation, Body(Changed(operation, name, wrong)));
                    if (await answer.FaultAsync(400) is { } fault) return $"{name}={wrong}: {fault}";
                }
            }

            return null;
        });
        Assert.InRange(tried, 60, 5000);
    }

    [Fact]
    public Task A_field_of_the_wrong_type_is_refused() => EachAsync(async operation =>
    {
        foreach (var (name, value) in Example(operation))
        {
            JsonNode[] wrongs = value switch
            {
                JsonArray => ["x", 1, new JsonObject()],
                JsonObject => ["x", 1, new JsonArray()],
                JsonValue scalar when scalar.GetValueKind() == JsonValueKind.String => [1, true, new JsonArray(), new JsonObject()],
                JsonValue scalar when scalar.GetValueKind() == JsonValueKind.Number => ["1", true, new JsonArray("1"), 1e40],
                _ => ["true", 1, new JsonArray()],
            };
            foreach (var wrong in wrongs)
            {
                using var answer = await api.SendAsync(operation, Body(Changed(operation, name, wrong)));
                if (await answer.FaultAsync(400) is { } fault) return $"{name}={wrong.ToJsonString()}: {fault}";
            }
        }

        return null;
    });

    [Fact]
    public Task Text_that_cannot_be_stored_is_refused() => EachAsync(async operation =>
    {
        foreach (var (name, value) in Example(operation)
            .Where(member => member.Value is JsonValue scalar && scalar.GetValueKind() == JsonValueKind.String))
        {
            foreach (var escape in new[] { @"\u0000", @"\ud800", @"\udc00\ud800", @"a\u0007b" })
            {
                var text = Changed(operation, name, "MARK").Replace("MARK", escape, StringComparison.Ordinal);
                using var answer = await api.SendAsync(operation, Body(text));
                if (await answer.FaultAsync(400) is { } fault) return $"{name}={escape}: {fault}";
            }
        }

        return null;
    });

    public static TheoryData<string> Malformed { get; } =
    [
        "{", "}", "null", "[]", "[{}]", "1", "\"x\"", "true", "{\"on\":}", "{\"on\":\"2026-10-2", "{'on':1}", "{}{}", "{} x", "// c\n{}",
        "{\"on\":NaN}", "{\"a\":1,}", "{\"zzz\":1}", "{\"on\":null,\"on\":null}", "{\"On\":null}", "{\"\\u0000\":1}", "{\"\\ud800\":1}",
        "{\"on\":\"\\ud800\"}", "{\"on\":\"2026-13-01\"}", "{\"on\":\"2026-10-21T00:00:00Z\"}", "{\"lateReason\":{}}", "{\"__proto__\":{}}",
        "\u0000", " ", "\uFEFF{\"zzz\":1}",
    ];

    [Theory]
    [MemberData(nameof(Malformed))]
    public Task What_is_no_proper_object_is_refused(string text) => EachAsync(async operation =>
    {
        using var answer = await api.SendAsync(operation, Body(text));
        return await answer.FaultAsync(400);
    });

    [Fact]
    public Task Half_of_a_good_body_and_a_doubled_field_are_refused() => EachAsync(async operation =>
    {
        var good = Example(operation).ToJsonString();
        using var half = await api.SendAsync(operation, Body(good[..(good.Length / 2)]));
        if (await half.FaultAsync(400) is { } cut) return cut;
        if (good == "{}") return null;
        using var doubled = await api.SendAsync(operation, Body(good[..^1] + "," + good[1..]));
        return await doubled.FaultAsync(400);
    });

    [Fact]
    public Task Bytes_that_are_no_UTF8_are_refused() => EachAsync(async operation =>
    {
        using var answer = await api.SendAsync(operation, ApiService.Bytes(InvalidUtf8));
        return await answer.FaultAsync(400);
    });

    [Fact]
    public Task A_thousand_levels_are_refused() => EachAsync(async operation =>
    {
        foreach (var deep in new[] { new string('[', 1000) + new string(']', 1000),
            string.Concat(Enumerable.Repeat("{\"a\":", 1000)) + "1" + new string('}', 1000) })
        {
            using var answer = await api.SendAsync(operation, Body(deep));
            if (await answer.FaultAsync(400) is { } fault) return fault;
        }

        return null;
    });

    [Fact]
    public Task One_byte_more_than_a_megabyte_is_too_large() => EachAsync(async operation =>
    {
        var large = new byte[RequestBody.MaxJson + 1];
        Array.Fill(large, (byte)' ');
        using var told = await api.SendAsync(operation, ApiService.Bytes(large));
        if (await told.FaultAsync(413) is { } fault) return fault;
        using var plain = await api.SendAsync(operation, ApiService.Bytes(large, "text/plain"));
        if (await plain.FaultAsync(413) is { } other) return other;
        using var chunked = await api.SendAsync(operation, ApiService.Bytes(large), headers => headers.TransferEncodingChunked = true);
        return await chunked.FaultAsync(413);
    });

    [Theory]
    [InlineData("application/json; charset=bogus")]
    [InlineData("application/json; charset=utf-7")]
    [InlineData("application/json; charset=utf-16")]
    [InlineData("text/plain")]
    [InlineData("text/html; charset=utf-8")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=x")]
    [InlineData("nonsense")]
    [InlineData(null)]
    public Task Another_media_type_or_charset_is_not_read(string? type) => EachAsync(async operation =>
    {
        using var answer = await api.SendAsync(operation,
            ApiService.Bytes(Encoding.UTF8.GetBytes(Example(operation).ToJsonString()), type));
        return await answer.FaultAsync(415);
    });

    [Theory]
    [InlineData("text/html")]
    [InlineData("application/xml")]
    [InlineData("*/*;q=0")]
    public Task Whatever_the_client_accepts_an_error_is_a_problem_document(string accept) => EachAsync(async operation =>
    {
        using var answer = await api.SendAsync(operation, Body("{\"zzz\":1}"),
            headers => headers.TryAddWithoutValidation("Accept", accept));
        return await answer.FaultAsync(400);
    });

    [Fact]
    public async Task Every_operation_that_writes_says_what_its_body_is_or_takes_a_file()
    {
        var silent = new List<string>();
        foreach (var operation in api.Operations.Where(operation => operation is { Writes: true, Body: null }))
        {
            // What reads no JSON may take a file or nothing; it must only not break.
            using var answer = await api.SendAsync(operation, ApiService.Bytes(InvalidUtf8));
            if (await answer.FaultAsync() is { } fault) silent.Add($"{operation}: {fault}");
        }

        Assert.Empty(silent);
    }

    private async Task EachAsync(Func<Operation, Task<string?>> fault)
    {
        var before = await RowsAsync();
        var faults = new List<string>();
        foreach (var operation in WithBody)
            if (await fault(operation) is { } found) faults.Add($"{operation}: {found}");
        Assert.True(faults.Count == 0, string.Join('\n', faults));
        Assert.Equal(before, await RowsAsync());
    }

    private async Task<string> RowsAsync()
    {
        // The senders are found before: that leaves no rows either, but would not be this test's finding.
        foreach (var operation in WithBody) await api.SenderAsync(operation);
        await using var connection = await api.Service.Db.OpenConnectionAsync();
        return await connection.ExecuteScalarAsync<string>("""
            select concat_ws(' ', (select count(*) from cases), (select sum(version) from cases), (select count(*) from case_event),
                (select count(*) from case_party),
                (select count(*) from case_text), (select count(*) from idempotency), (select count(*) from survey),
                (select count(*) from prevented))
            """) ?? "";
    }

    private async Task<bool> RequiresSomethingAsync(Operation operation)
    {
        await using var scope = api.Service.Scope();
        return scope.ServiceProvider.GetService(typeof(IValidator<>).MakeGenericType(operation.Body!)) is IValidator validator
            && OpenApiSetup.Required(validator.CreateDescriptor()).Any();
    }

    private static JsonObject Example(Operation operation) =>
        operation.Example is { } example ? JsonSerializer.SerializeToNode(example, operation.Body!, ApiJson.Output)!.AsObject() : [];

    private static string Changed(Operation operation, string name, JsonNode value)
    {
        var body = Example(operation);
        body[name] = value.DeepClone();
        return body.ToJsonString();
    }

    private static ByteArrayContent Body(string text) => ApiService.Bytes(Encoding.UTF8.GetBytes(text));

    private static Type Inner(Type type) => Nullable.GetUnderlyingType(type) ?? type;
}
