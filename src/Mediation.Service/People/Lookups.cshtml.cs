using Mediation.Service.Platform.Http;
using MediatR;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Mediation.Service.People;

/// <summary>Who looked for whom, for those who watch over it.</summary>
public sealed class LookupsModel(IMediator mediator) : PageModel
{
    public Page<ListLookups.Item> Lookups { get; private set; } = new([], null);

    public async Task OnGetAsync(string? after) =>
        Lookups = await mediator.Send(new ListLookups(50, string.IsNullOrEmpty(after) ? null : after), HttpContext.RequestAborted);
}
