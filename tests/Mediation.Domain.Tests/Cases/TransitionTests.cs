using Mediation.Domain.Cases;

namespace Mediation.Domain.Tests.Cases;

public sealed class TransitionTests
{
    private static readonly Type[] WithoutRow =
        [typeof(CaseCommand.Register), typeof(CaseCommand.Tick), typeof(CaseCommand.EndRisk), typeof(CaseCommand.AnswerNotice),
            typeof(CaseCommand.Recompute)];

    public static TheoryData<CaseAction> Actions => new(Enum.GetValues<CaseAction>());

    [Theory]
    [MemberData(nameof(Actions))]
    public void An_action_is_possible_from_exactly_the_statuses_of_the_table_and_leads_where_it_says(CaseAction action)
    {
        var row = Transitions.For(action);
        var reached = new HashSet<(Status From, Status To)>();
        foreach (var world in Worlds.All.SelectMany(Variants))
        {
            foreach (var command in Worlds.Commands(action, world))
            {
                var decision = world.Ask(command);
                if (decision.Refusal is { } refusal)
                {
                    if (!row.From.Contains(world.Case.Status))
                        Assert.Contains(refusal.Code, (string[])["transition.notAllowed", "reopen.recalled"]);
                    continue;
                }
                var status = world.Copy().Do(command).Case.Status;
                Assert.True(row.Reaches(world.Case.Status, status), $"{row.Name} led from {world.Case.Status} to {status}.");
                reached.Add((world.Case.Status, status));
            }
        }
        Assert.Equal(row.Arrows.Order(), reached.Order());
    }

    [Fact]
    public void The_worlds_of_these_tests_cover_every_status() =>
        Assert.Equal(Enum.GetValues<Status>(), Worlds.All.Select(world => world.Case.Status).Distinct().Order());

    [Fact]
    public void Every_action_and_every_command_has_its_row()
    {
        Assert.Equal(Enum.GetValues<CaseAction>(), Transitions.All.Select(row => row.Action).Order());
        Assert.Equal(Transitions.All.Count, Transitions.All.Select(row => row.Name).Distinct(StringComparer.Ordinal).Count());
        var commands = typeof(CaseCommand).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(CaseCommand)));
        Assert.Equal(
            commands.Select(type => type.Name).Order(StringComparer.Ordinal),
            Transitions.All.Select(row => row.Command).Concat(WithoutRow).Select(type => type.Name).Order(StringComparer.Ordinal));
        foreach (var action in Enum.GetValues<CaseAction>())
        {
            var samples = Worlds.Commands(action, Worlds.All[0]).ToList();
            Assert.NotEmpty(samples);
            Assert.All(samples, command => Assert.Equal(action, Transitions.Of(command)));
        }
        Assert.Null(Transitions.Of(new CaseCommand.Tick()));
    }

    [Fact]
    public void A_refusal_of_the_table_names_the_status_and_the_action_in_both_languages()
    {
        var refusal = Story.Registered().Refused(new CaseCommand.Archive());
        Assert.Equal("transition.notAllowed", refusal.Code);
        Assert.Equal("案件处于“已登记”状态，不能进行“归档”。", refusal.Message.Zh);
        Assert.Equal("“Archive” is not possible while the case is registered.", refusal.Message.En);
    }

    [Fact]
    public void What_can_be_said_without_the_input_is_said_by_check_in_the_same_words()
    {
        foreach (var world in Worlds.All)
        {
            foreach (var action in Enum.GetValues<CaseAction>())
            {
                if (Decide.Check(world.Case, action, world.Context()) is { } refusal)
                    Assert.All(Worlds.Commands(action, world), command => Assert.Equal(refusal.Message, world.Refused(command).Message));
            }
        }
    }

    [Fact]
    public void The_diagram_in_the_documentation_is_up_to_date()
    {
        var path = Path.Combine(Root(), "docs", "state-diagram.md");
        if (Environment.GetEnvironmentVariable("UPDATE_DIAGRAM") == "1")
            File.WriteAllText(path, Transitions.ToMermaid());
        Assert.True(File.Exists(path) && File.ReadAllText(path).ReplaceLineEndings("\n") == Transitions.ToMermaid(),
            "docs/state-diagram.md is out of date. Write it anew with UPDATE_DIAGRAM=1 dotnet test tests/Mediation.Domain.Tests");
    }

    // A mediator with whom the case began, a red risk and no consent open or bar actions that the bare worlds do not show.
    private static IEnumerable<Story> Variants(Story world)
    {
        yield return world;
        foreach (var asked in Worlds.Commands(CaseAction.SendLetter, world).Concat(Worlds.Commands(CaseAction.BlowWhistle, world)))
            if (world.Ask(asked).Refusal is null)
                yield return world.Copy().Do(asked);
        if (world.Ask(new CaseCommand.SetRisk(Risk.Red, [], null, Story.Text)).Refusal is null)
        {
            yield return world.Copy().Do(new CaseCommand.SetRisk(Risk.Red, [], null, Story.Text));
            yield return world.Copy().Do(new CaseCommand.SetRisk(Risk.Red, [], null, Story.Text))
                .Do(new CaseCommand.NameLead("wang.clerk"));
        }
    }

    private static string Root()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Mediation.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new DirectoryNotFoundException("Mediation.sln was not found above the tests.");
    }
}
