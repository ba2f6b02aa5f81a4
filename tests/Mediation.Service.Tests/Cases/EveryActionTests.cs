using System.Net.Http.Headers;
using System.Reflection;
using System.Text.Json;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;

namespace Mediation.Service.Tests.Cases;

/// <summary>Every action with nothing, with nonsense, and with its own example: never a 500, and what is missing is named.</summary>
public sealed class EveryActionTests(Desk desk) : IClassFixture<Desk>
{
    private static readonly string[] NeedNothing =
        ["accept", "archive", "confirmation/withdrawn", "letters/{n}/close", "referral/accept", "resume", "risk/confirm",
            "terms/{n}/defaulted", "terms/{n}/performed", "transfer/accept"];

    public static TheoryData<string> Routes => [.. CaseActions.All.Select(action => action.Route)];

    public static TheoryData<string, string> Properties => [.. CaseActions.All.SelectMany(action => action.Type.GetProperties()
        .Where(property =>
            property.SetMethod is not null && property.GetCustomAttribute<System.Text.Json.Serialization.JsonIgnoreAttribute>() is null)
        .Select(property => (action.Route, JsonNamingPolicy.CamelCase.ConvertName(property.Name))))];

    [Theory, MemberData(nameof(Routes))]
    public async Task With_an_empty_object_it_names_what_is_required_or_needs_nothing(string route)
    {
        var (status, answer) = await PostAsync(route, "{}");

        if (NeedNothing.Contains(route)) Assert.True(status is 200 or 409, answer);
        else Assert.True(status == 400 && JsonDocument.Parse(answer).RootElement.GetProperty("errors").EnumerateObject().Any(),
            $"{status} {answer}");
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task An_unknown_field_is_refused(string route)
    {
        var (status, answer) = await PostAsync(route, """{"colour":"blue"}""");

        Assert.True(status == 400, $"{status} {answer}");
        Assert.Contains("colour", answer, StringComparison.Ordinal);
    }

    [Theory, MemberData(nameof(Properties))]
    public async Task A_value_of_the_wrong_kind_is_refused_by_its_field(string route, string property)
    {
        foreach (var nonsense in new[] { """{"a":1}""", """[[]]""", """[null]""" })
        {
            var (status, answer) = await PostAsync(route, $$"""{"{{property}}":{{nonsense}}}""");

            Assert.True(status == 400, $"{nonsense}: {status} {answer}");
            Assert.Contains(property, answer, StringComparison.Ordinal);
        }
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task A_value_that_is_none_of_the_list_is_refused(string route)
    {
        var type = CaseActions.All.Single(action => action.Route == route).Type;
        foreach (var property in type.GetProperties().Where(property => Nullable.GetUnderlyingType(property.PropertyType)?.IsEnum == true))
        {
            foreach (var value in new[] { "\"nonsense\"", "99", "\"0\"" })
            {
                var (status, answer) = await PostAsync(route,
                    $$"""{"{{JsonNamingPolicy.CamelCase.ConvertName(property.Name)}}":{{value}}}""");
                Assert.True(status == 400, $"{value}: {status} {answer}");
            }
        }
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task Its_example_is_well_formed(string route)
    {
        var type = CaseActions.All.Single(action => action.Route == route).Type;
        var example = JsonSerializer.SerializeToNode(type.GetProperty("Example")!.GetValue(null), type, ApiJson.Output)!.AsObject();
        foreach (var name in example.Where(field => field.Value is null).Select(field => field.Key).ToList()) example.Remove(name);

        var (status, answer) = await PostAsync(route, example.ToJsonString());

        Assert.True(status is 200 or 409 or 422, $"{status} {answer}");
    }

    [Theory, MemberData(nameof(Routes))]
    public async Task No_body_reads_as_an_empty_object(string route)
    {
        var (with, _) = await PostAsync(route, "{}");
        var (without, answer) = await PostAsync(route, "");

        Assert.True(with == without, answer);
    }

    /// <summary>
    /// To a fresh case in which the caller may take the action by role and place; whether its state allows it is another matter.
    /// </summary>
    private async Task<(int Status, string Answer)> PostAsync(string route, string body)
    {
        var permission = CaseActions.NeededFor(CaseActions.All.Single(action => action.Route == route).Type);
        var (id, by) = permission switch
        {
            Permission.AnswerReferral => (await desk.ReferredAsync(), desk.Head),
            Permission.AnswerTransfer => (await OfferedAsync(), desk.Service.As("clerk.430102")),
            Permission.Triage or Permission.Refer or Permission.SendLetter
                or Permission.ResolveConfirmation => (await desk.OpenAsync(), desk.Clerk),
            _ => (await desk.AssignedAsync(), desk.Head),
        };
        var content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(body));
        if (body.Length > 0) content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        var request = new HttpRequestMessage(HttpMethod.Post, $"/api/v1/cases/{id}/{route.Replace("{n}", "1", StringComparison.Ordinal)}")
        { Content = content };
        request.Headers.TryAddWithoutValidation("If-Match", (await by.GetAsync($"/api/v1/cases/{id}")).Headers.ETag!.ToString());
        var answer = await by.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync());
    }

    private async Task<string> OfferedAsync()
    {
        var id = await desk.OpenAsync();
        await desk.Clerk.DoAsync(id, "transfer", new { division = "430102", reason = "纠纷发生地在芙蓉区" });
        return id;
    }
}
