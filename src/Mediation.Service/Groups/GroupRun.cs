using System.Text.Json.Serialization;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Groups;

/// <summary>A case of the group as the caller saw it.</summary>
public sealed record SeenCase
{
    /// <summary>UUID or case number.</summary>
    public string? Case { get; init; }

    /// <summary>The version that was seen; without it the case is taken as it stands.</summary>
    public int? Version { get; init; }

    public bool Is(Case state) => string.Equals(Case, state.CaseNo, StringComparison.OrdinalIgnoreCase)
        || string.Equals(Case, state.Id.ToString("D"), StringComparison.OrdinalIgnoreCase);
}

/// <summary>One action for the cases of a group: for each case its own command, its own events and its own result.</summary>
public abstract record GroupActRequest : IRequest<GroupAnswer>
{
    [JsonIgnore]
    public Guid Id { get; set; }

    /// <summary>Only these; every case of the group by default.</summary>
    public IReadOnlyList<SeenCase>? Cases { get; init; }

    /// <summary>The business date on which it happened (Asia/Shanghai); today by default.</summary>
    public DateOnly? On { get; init; }

    /// <summary>What the case is asked, step by step; nothing where it is so already.</summary>
    /// <exception cref="ProblemException">Where it cannot be asked of this case.</exception>
    public abstract IReadOnlyList<CaseActionRequest> Steps(StoredCase stored);

    /// <summary>Whether the case is meant, and as it was seen.</summary>
    public virtual SeenCase? Seen(Case state) =>
        Cases is null ? new SeenCase { Case = state.CaseNo } : Cases.FirstOrDefault(one => one.Is(state));

    public virtual IEnumerable<string> Names() => (Cases ?? []).Select(one => one.Case!);
}

public abstract class GroupActValidator<T> : AbstractValidator<T> where T : GroupActRequest
{
    protected GroupActValidator()
    {
        RuleFor(request => request.Cases).Must(cases => cases is null or { Count: > 0 and <= CaseGroups.Most })
            .Saying($"请选择 1 至 {CaseGroups.Most} 件。", $"Choose 1 to {CaseGroups.Most} cases.");
        RuleForEach(request => request.Cases).Must(one => one?.Case is { Length: > 0 and <= 36 }).Saying("应为案件编号。", "Give a case number.");
    }
}

/// <summary>
/// Walks through a group. Every case is decided and written by itself, with a session of its own: what one case refuses
/// stops no other, and what was done before a crash is done.
/// </summary>
public sealed class GroupRun(IServiceScopeFactory scopes, CurrentCaller caller, CaseGroups groups)
{
    private static readonly Message LeftOut = new("未选择，未处理。", "Not chosen, left alone.");
    private static readonly Message Unchanged = new("已是如此，未再处理。", "It is so already; nothing was done.");

    public async Task<GroupAnswer> RunAsync(GroupActRequest request, CancellationToken cancellationToken)
    {
        var group = await groups.FindAsync(request.Id, cancellationToken);
        var (members, hidden) = await groups.MembersAsync(group.Id, cancellationToken);
        var rows = new List<GroupRow>();
        var known = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var id in members)
        {
            var row = await OneAsync(request, id, cancellationToken);
            known.Add(row.CaseNo);
            known.Add(id.ToString("D"));
            rows.Add(row);
        }

        rows.AddRange(request.Names().Distinct(StringComparer.OrdinalIgnoreCase).Where(name => !known.Contains(name))
            .Select(name => GroupRow.Refused(name, NotInGroup)));
        return GroupAnswer.Of(group, rows, hidden);
    }

    internal static ProblemException NotInGroup =>
        new(404, "group.notMember", new("该案不在本批次中，或您无权查看。", "The case is not in this group, or not visible to you."));

    private async Task<GroupRow> OneAsync(GroupActRequest request, Guid id, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = caller.Value;
        var stored = await scope.ServiceProvider.GetRequiredService<CaseSession>().LoadAsync(id.ToString("D"), cancellationToken);
        if (request.Seen(stored.State) is not { } seen) return GroupRow.Unchanged(stored.State, LeftOut);
        CaseView? view = null;
        try
        {
            foreach (var step in request.Steps(stored))
            {
                (step.Case, step.On, step.ExpectedVersion) = (id.ToString("D"), request.On,
                    view?.Version ?? seen.Version ?? stored.State.Version);
                view = (await scope.ServiceProvider.GetRequiredService<IMediator>().Send(step, cancellationToken)).View!;
            }

            return view is null ? GroupRow.Unchanged(stored.State, Unchanged) : GroupRow.Done(view);
        }
        catch (ProblemException problem)
        {
            return GroupRow.Refused(stored.State.CaseNo, problem, stored.State);
        }
    }
}
