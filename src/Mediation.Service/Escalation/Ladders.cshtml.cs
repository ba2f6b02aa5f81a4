using System.Globalization;
using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Escalation;

/// <summary>Every ladder with its steps; the administrator tries, adds and ends them.</summary>
public sealed class LaddersModel(IMediator mediator, CurrentCaller caller, TimeProvider clock, IStringLocalizer<Texts> texts) : PageModel
{
    public const int Rows = 5;
    private IFormCollection typed = FormCollection.Empty;

    public IReadOnlyList<LadderView> Items { get; private set; } = [];
    public SimulateLadder.Answer? Tried { get; private set; }
    public bool MayChange => Permissions.Has(caller.Value.Role, Permission.ManagePolicies);

    public async Task OnGetAsync() => Items = (await mediator.Send(new ListLadders(), HttpContext.RequestAborted)).Items;

    public Task<IActionResult> OnPostAsync() => ActAsync(async () =>
    {
        await mediator.Send(Read(new AddLadder()), HttpContext.RequestAborted);
        return Redirect("/ladders");
    });

    public Task<IActionResult> OnPostTryAsync() => ActAsync(async () =>
    {
        Tried = await mediator.Send(Read(new SimulateLadder()), HttpContext.RequestAborted);
        await OnGetAsync();
        return Page();
    });

    public Task<IActionResult> OnPostEndAsync(string? ladder) => ActAsync(async () =>
    {
        await mediator.Send(new EndLadder { Ladder = ladder ?? "", To = ShanghaiTime.DateOf(clock.GetUtcNow()) },
            HttpContext.RequestAborted);
        return Redirect("/ladders");
    });

    public string For(LadderView ladder)
    {
        var words = new[]
        {
            ladder.Clock is { } name ? texts.Word(name) : null,
            ladder.Level is { } level ? texts["LadderLevel." + level.Camel()].Value : null,
            ladder.Category is { } category ? Words.Category(category) : null, ladder.Risk is { } risk ? texts.Word(risk) : null,
            ladder.AmountFrom is { } amount ? texts["Ladders.AmountFrom", Show.Money(amount)].Value : null,
        }.OfType<string>().ToList();
        return words.Count == 0 ? texts["Ladders.Every"] : string.Join(" · ", words);
    }

    public string Step(LadderStepView step) =>
        texts["Ladders.Step", step.After!, texts.Word(step.Unit!.Value), texts.Word(step.To!.Value), texts.Word(step.Ask!.Value)]
            + (step.Attempts > 0 ? texts["Ladders.Attempts", step.Attempts] : "")
            + (step.RepeatTimes > 0 ? texts["Ladders.Repeats", step.RepeatEvery!, texts.Word(step.Unit!.Value), step.RepeatTimes!] : "")
            + (step.Channels!.Count > 1 ? " · " + string.Join(" · ", step.Channels.Where(channel => channel != LadderChannel.Inbox)
                .Select(channel => texts.Word(channel))) : "");

    public IReadOnlyList<FieldView> Fields =>
    [
        Field("nameZh", Control.Line) with { Required = true, MaxLength = 100 },
        Field("nameEn", Control.Line) with { Required = true, MaxLength = 100 },
        Field("clock", Control.Select, texts.Options<ClockName>()) with { Required = false, Empty = texts["Ladders.Every"] },
        Field("level", Control.Select,
            [.. Enum.GetValues<Level>().Select(level => new Option(level.Camel(), texts["LadderLevel." + level.Camel()]))]) with
        {
            Required = false,
            Empty = texts["Ladders.Every"]
        },
        Field("category", Control.Select, [.. Category.All.Select(code => new Option(code, Words.Category(code)))]) with
        { Required = false, Empty = texts["Ladders.Every"] },
        Field("risk", Control.Select, texts.Options<Risk>()) with { Required = false, Empty = texts["Ladders.Every"] },
        Field("amountFrom", Control.Number) with { Required = false },
        Field("from", Control.Date) with { Required = true },
    ];

    /// <summary>A row that tells nobody is left out.</summary>
    public IReadOnlyList<FieldView> StepFields(int row) =>
    [
        Step(row, "to", Control.Select, [.. Rungs]) with { Required = false, Empty = texts["Ladders.Nobody"] },
        Step(row, "after", Control.Number) with { Required = false },
        Step(row, "unit", Control.Select, texts.Options<DelayUnit>()) with { Required = false },
        Step(row, "ask", Control.Select, texts.Options<LadderAsk>()) with { Required = false },
        Step(row, "channels", Control.Checks, [.. texts.Options<LadderChannel>().Skip(1)]) with { Required = false },
        Step(row, "attempts", Control.Number) with { Required = false, Hint = texts["Hint.LadderAttempts"] },
        Step(row, "repeatEvery", Control.Number) with { Required = false },
        Step(row, "repeatTimes", Control.Number) with { Required = false },
    ];

    private IEnumerable<Option> Rungs => texts.Options<LadderRung>().Where(option => option.Value != "above")
        .Concat(Enumerable.Range(1, 2).Select(up => new Option($"above{up}", texts["Ladders.Above", up])));

    private async Task<IActionResult> ActAsync(Func<Task<IActionResult>> act)
    {
        if (!MayChange) throw ProblemException.Forbidden();
        typed = await Request.ReadFormAsync(HttpContext.RequestAborted);
        try
        {
            return await act();
        }
        catch (ProblemException problem) when (problem.Status is 400 or 404 or 422)
        {
            ModelState.Show(problem, [.. problem.Fields.Keys.Select(field => (field, field switch
            {
                "name.zh" or "name" => "nameZh",
                "name.en" => "nameEn",
                _ when field.StartsWith("steps[", StringComparison.Ordinal) =>
                    $"s{Row(field)}.{field[(field.IndexOf(']', StringComparison.Ordinal) + 2)..]}",
                "steps" => "s0.to",
                _ => field,
            }))]);
            Response.StatusCode = problem.Status;
            await OnGetAsync();
            return Page();
        }
    }

    private T Read<T>(T draft) where T : LadderDraft => draft with
    {
        Name = new LadderNameView(Text("nameZh"), Text("nameEn")),
        Clock = Value<ClockName>("clock"),
        Level = Value<Level>("level"),
        Category = Text("category"),
        Risk = Value<Risk>("risk"),
        AmountFrom = Text("amountFrom") is not { } amount ? null
            : decimal.TryParse(amount, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var yuan) ? yuan : -1,
        From = DateOnly.TryParseExact(Text("from"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var from)
            ? from : null,
        Steps = [.. Taken.Select(StepOf)],
    };

    private IEnumerable<int> Taken => Enumerable.Range(0, Rows).Where(row => Text($"s{row}.to") is not null);

    // A row of the form, of the n-th step that was sent.
    private int Row(string field) => Taken.ElementAtOrDefault(
        int.Parse(field.AsSpan(6, field.IndexOf(']', StringComparison.Ordinal) - 6), CultureInfo.InvariantCulture));

    private LadderStepView StepOf(int row)
    {
        var to = Text($"s{row}.to")!;
        var above = to.StartsWith("above", StringComparison.Ordinal);
        return new LadderStepView
        {
            To = above ? LadderRung.Above : Enum.TryParse<LadderRung>(to, ignoreCase: true, out var rung) ? rung : null,
            Up = above ? Whole(to[5..]) : 0,
            After = Whole(Text($"s{row}.after")),
            Unit = Value<DelayUnit>($"s{row}.unit"),
            Ask = Value<LadderAsk>($"s{row}.ask"),
            Channels = [.. typed[$"s{row}.channels"]
                .Select(name => Enum.TryParse<LadderChannel>(name, ignoreCase: true, out var channel) ? channel : LadderChannel.Inbox)],
            Attempts = Whole(Text($"s{row}.attempts")),
            RepeatEvery = Whole(Text($"s{row}.repeatEvery")),
            RepeatTimes = Whole(Text($"s{row}.repeatTimes")),
        };
    }

    // What is no number is refused with the range, as a negative one is.
    private static int Whole(string? text) =>
        text is null ? 0 : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : -1;

    private T? Value<T>(string name) where T : struct, Enum =>
        Enum.TryParse<T>(Text(name), ignoreCase: true, out var value) && Enum.IsDefined(value) ? value : null;

    private string? Text(string name) => typed[name].ToString().Trim() is { Length: > 0 } text ? text : null;

    private FieldView Field(string name, Control control, IReadOnlyList<Option>? options = null) =>
        new(name, control, texts["LadderField." + name]) { Options = options ?? [], Values = [.. typed[name].OfType<string>()] };

    private FieldView Step(int row, string name, Control control, IReadOnlyList<Option>? options = null) =>
        new($"s{row}.{name}", control, texts["LadderField." + name])
        { Options = options ?? [], Values = [.. typed[$"s{row}.{name}"].OfType<string>()] };
}
