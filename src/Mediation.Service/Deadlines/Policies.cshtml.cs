using Mediation.Domain.Cases;
using Mediation.Domain.Deadlines;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Shared;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Localization;

namespace Mediation.Service.Deadlines;

/// <summary>Every deadline policy by clock, and what one start day comes to under them.</summary>
public sealed class PoliciesModel(IMediator mediator, CurrentCaller caller) : PageModel
{
    public ILookup<ClockName, PolicyView> Policies { get; private set; } = Array.Empty<PolicyView>().ToLookup(policy => policy.Clock);
    public ComputeDeadline.Answer? Computed { get; private set; }
    public bool MayChange => Permissions.Has(caller.Value.Role, Permission.ManagePolicies);

    public async Task OnGetAsync()
    {
        var stop = HttpContext.RequestAborted;
        Policies = (await mediator.Send(new ListPolicies(), stop)).Items.ToLookup(policy => policy.Clock);
        if (Typed("startedOn").Length == 0) return;
        var day = PolicyForm.Day(Typed("startedOn"));
        if (day is null || day < PolicyRules.FirstDay || day.Value.Year > 2100)
        {
            ModelState.AddModelError("startedOn", new Message("请填写2000年至2100年之间的日期。", "Give a day from 2000 to 2100.").In());
            Response.StatusCode = 400;
            return;
        }

        try
        {
            Computed = await mediator.Send(new ComputeDeadline(PolicyForm.Value<ClockName>(Typed("clock")),
                PolicyForm.Value<Track>(Typed("track")), PolicyForm.Value<Procedure>(Typed("procedure")),
                Category.Exists(Typed("category")) ? Typed("category") : null, PolicyForm.Value<Risk>(Typed("risk")), day), stop);
        }
        catch (ProblemException problem) when (problem.Status == 400)
        {
            ModelState.Show(problem, ("clock", "clock"));
            Response.StatusCode = problem.Status;
        }
    }

    public FieldView Choice(string name, string label, IReadOnlyList<Option> options, string byDefault, string? any = null) =>
        new(name, Control.Select, label)
        {
            Options = options,
            Empty = any,
            Values = [Typed(name) is { Length: > 0 } typed ? typed : byDefault],
        };

    public FieldView Started(string label) => new("startedOn", Control.Date, label) { Values = [Typed("startedOn")] };

    public static IReadOnlyList<Option> Clocks(IStringLocalizer<Texts> texts) =>
        [.. texts.Options<ClockName>().Where(option => option.Value != "performance")];

    private string Typed(string name) => (string?)Request.Query[name] ?? "";
}
