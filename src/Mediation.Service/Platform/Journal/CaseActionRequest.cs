using System.Text.Json.Serialization;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Platform.Journal;

/// <summary>Where an action stands in the API: <c>POST /api/v1/cases/{id}/{route}</c>; a route may hold <c>{n}</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class CaseRouteAttribute(string route) : Attribute
{
    public string Route { get; } = route;

    /// <summary>Of what <c>{n}</c> is the number.</summary>
    public Ask Numbers { get; init; }

    /// <summary>An action beside the usual course: its button stands back.</summary>
    public bool Secondary { get; init; }
}

/// <summary>
/// An action on a case, from the API, a page or a job: the same record, the same pipeline. A use case derives from it, says
/// its fields, checks their shape, and makes the domain's command.
/// </summary>
public abstract record CaseActionRequest : IRequest<CaseAnswer>
{
    /// <summary>UUID or case number.</summary>
    [JsonIgnore]
    public string Case { get; set; } = "";

    /// <summary>
    /// The version that the caller has seen. A page that was overtaken only by the service's own events sends the newer one.
    /// </summary>
    [JsonIgnore]
    public int ExpectedVersion { get; set; }

    /// <summary>The number in the route: of a session or a term.</summary>
    [JsonIgnore]
    public int N { get; set; }

    /// <summary>The business date on which it happened (Asia/Shanghai); today by default.</summary>
    [NotAsked("Every form asks for it, below its own fields.")]
    public DateOnly? On { get; set; }

    /// <summary>Needed when <see cref="On"/> lies before the last event.</summary>
    [NotAsked("Every form asks for it, below its own fields.")]
    public string? LateReason { get; set; }

    public abstract ValueTask<CaseCommand> CommandAsync(CaseDraft draft, CancellationToken cancellationToken);
}

/// <summary>The fields that every action has.</summary>
public abstract class CaseActionValidator<T> : AbstractValidator<T> where T : CaseActionRequest
{
    protected CaseActionValidator() => RuleFor(request => request.LateReason).MaximumLength(500);
}

/// <summary>The one handler of all actions: load, decide, write.</summary>
public sealed class CaseActionHandler<T>(CaseSession session, TimeProvider clock, CurrentCaller caller, ICaseDirectory directory,
    CaseNumbers numbers, Keys keys, NpgsqlDataSource db, RequestChecks checks) : IRequestHandler<T, CaseAnswer>
    where T : CaseActionRequest
{
    private const int MostAtOnce = 50;

    public async Task<CaseAnswer> Handle(T request, CancellationToken cancellationToken)
    {
        var stored = await session.LoadAsync(request.Case, cancellationToken);
        if (!checks.Has(request)) CaseActions.Demand<T>(caller.Value, stored.State);
        if (stored.State.Version != request.ExpectedVersion) throw CaseSession.Stale(stored.State);
        for (var attempt = 1; ; attempt++)
        {
            var draft = new CaseDraft(stored.State.Id, stored, clock, directory, numbers, caller.Value, keys) { Db = db };
            var command = await request.CommandAsync(draft, cancellationToken);
            var context = await session.ContextAsync(request.On, draft.OptionalText("lateReason", request.LateReason), cancellationToken);
            try
            {
                return await session.ActAsync(draft, command, context, 200, cancellationToken);
            }
            catch (PostgresException taken) when (taken.ConstraintName == "letter_number" && attempt < MostAtOnce)
            {
                // Another letter of the same issuer took the number in this moment: the next one is asked for.
            }
        }
    }
}
