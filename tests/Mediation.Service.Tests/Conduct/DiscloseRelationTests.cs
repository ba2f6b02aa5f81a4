using System.Net;
using System.Text.Json;
using Mediation.Service.Tests.Cases;
using Mediation.Service.Tests.Pages;

namespace Mediation.Service.Tests.Conduct;

public sealed class DiscloseRelationTests(Desk desk) : IClassFixture<Desk>
{
    private const string Second = "mediator2.430104001";

    [Fact]
    public async Task What_a_mediator_discloses_is_told_with_the_case_and_keeps_him_from_being_assigned_again()
    {
        var id = await desk.AssignedAsync();

        var told = await desk.Mediator.DoAsync(id, "disclose", new { relation = "表兄弟", party = "p2" });
        await desk.Head.DoAsync(id, "assign", new { mediator = Second });

        var relation = Assert.Single(told.GetProperty("disclosures").EnumerateArray());
        Assert.Equal((Desk.MediatorName, "p2", "表兄弟"), (relation.Text("mediator"), relation.Text("party"), relation.Text("relation")));
        var line = (await desk.TimelineAsync(id)).Single(item => item.Text("kind") == "disclosed").Text("summary");
        Assert.EndsWith("披露与李小1的关系：表兄弟", line, StringComparison.Ordinal);
        Assert.DoesNotContain(Desk.MediatorName, line, StringComparison.Ordinal);
        await (await desk.Head.ActAsync(id, "assign", new { mediator = Desk.MediatorName }, await desk.TagAsync(id)))
            .RefusedAsync(409, "conflict.ofInterest");
    }

    [Fact]
    public async Task His_head_may_record_it_for_him_and_nobody_else_may()
    {
        var id = await desk.AssignedAsync();
        var body = new { relation = "邻居", party = "p1" };
        var tag = await desk.TagAsync(id);

        await (await desk.Clerk.ActAsync(id, "disclose", body, tag)).RefusedAsync(403, "forbidden");
        await (await desk.Service.As(Second).ActAsync(id, "disclose", body, tag)).RefusedAsync(403, "forbidden");
        var told = await desk.Head.DoAsync(id, "disclose", body);

        Assert.Equal(Desk.MediatorName, told.GetProperty("disclosures")[0].Text("mediator"));
    }

    [Fact]
    public async Task What_lacks_or_is_too_overlongis_named_and_so_is_a_party_that_the_case_has_not()
    {
        var id = await desk.AssignedAsync();
        var tag = await desk.TagAsync(id);

        var empty = await desk.Mediator.ActAsync(id, "disclose", new { relation = " " }, tag);
        var overlong = await desk.Mediator.ActAsync(id, "disclose", new { relation = new string('亲', 201), party = "p2" }, tag);
        var unknown = await desk.Mediator.ActAsync(id, "disclose", new { relation = "同学", party = "p9" }, tag);

        Assert.Equal(["party", "relation"], await FieldsAsync(empty, 400));
        Assert.Equal(["relation"], await FieldsAsync(overlong, 400));
        Assert.Equal(["party"], await FieldsAsync(unknown, 422));
        Assert.Equal(tag, await desk.TagAsync(id));
    }

    [Fact]
    public async Task Before_a_mediator_has_the_case_there_is_nothing_to_disclose()
    {
        var id = await desk.ReferredAsync();
        await desk.Head.DoAsync(id, "referral/accept");

        await (await desk.Head.ActAsync(id, "disclose", new { relation = "同学", party = "p1" }, await desk.TagAsync(id)))
            .RefusedAsync(409, "transition.notAllowed");
    }

    [Fact]
    public async Task The_form_asks_in_the_actions_own_words_and_the_page_of_the_case_shows_the_relation()
    {
        var number = (await desk.GetAsync(await desk.AssignedAsync())).Text("caseNo");
        using var browser = await Browser.SignedInAsync(desk.Service, Desk.MediatorName);
        var form = await browser.OpenAsync($"/cases/{number}/act/disclose");
        Assert.Equal(["当事人", "与该当事人的关系"],
            form.QuerySelectorAll("label[for=f-party], label[for=f-relation]").Select(label => label.ChildNodes[0].TextContent.Trim()));

        var (wrong, _, again) = await browser.SendAsync(form, new() { ["party"] = ["p2"] });
        var (done, _, _) = await browser.SendAsync(again, new() { ["relation"] = ["表兄弟"] });

        Assert.Equal((HttpStatusCode.BadRequest, HttpStatusCode.Redirect), (wrong, done));
        Assert.Contains("与该当事人的关系", again.QuerySelector(".error-summary")!.TextContent, StringComparison.Ordinal);
        var facts = (await browser.OpenAsync("/cases/" + number)).QuerySelector("section[aria-labelledby=summary]")!.TextContent;
        Assert.Contains("李小1：表兄弟", facts, StringComparison.Ordinal);
    }

    private static async Task<IEnumerable<string>> FieldsAsync(HttpResponseMessage answer, int status)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == status, $"{(int)answer.StatusCode} {text}");
        using var problem = JsonDocument.Parse(text);
        return [.. problem.RootElement.GetProperty("errors").EnumerateObject().Select(field => field.Name).Order(StringComparer.Ordinal)];
    }
}
