using Mediation.Domain.Deadlines;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Registry;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.Cases;

/// <summary>The case on paper (A4): everything that its page shows, without what is only for clicking.</summary>
public sealed class PrintPageModel(IMediator mediator, BodyDirectory directory, CurrentCaller caller, TimeProvider clock) : PageModel
{
    public CaseView Case { get; private set; } = null!;
    public IReadOnlyList<GetTimeline.Item> Timeline { get; private set; } = [];
    public IReadOnlyDictionary<string, string> Names { get; private set; } = new Dictionary<string, string>();
    public string PrintedBy => caller.Value.DisplayName;
    public DateTimeOffset PrintedAt => clock.GetUtcNow();

    public async Task OnGetAsync(string id)
    {
        var stop = HttpContext.RequestAborted;
        Case = (await mediator.Send(new GetCase(id), stop)).View!;
        var items = new List<GetTimeline.Item>();
        string? after = null;
        do
        {
            var page = await mediator.Send(new GetTimeline(id, 200, after), stop);
            items.AddRange(page.Items);
            after = page.Next;
        }
        while (after is not null);
        Timeline = items;
        Names = await CaseNames.OfAsync(Case, items.Select(item => item.Actor).Distinct(StringComparer.Ordinal), directory, stop);
    }

    public string Name(string? code) => code is null ? "—" : Names.GetValueOrDefault(code, code);

    public string Party(string id) => Case.Parties.FirstOrDefault(party => party.Id == id)?.Name ?? Name(id);

    public string Parties(IEnumerable<string> ids) => string.Join(Language.IsEnglish ? ", " : "、", ids.Select(Party));

    public static bool Differs(GetTimeline.Item item) => item.On != ShanghaiTime.DateOf(item.At);
}
