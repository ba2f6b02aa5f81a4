using Mediation.Domain.Cases;
using Mediation.Domain.Identities;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Journal;
using Mediation.Service.Platform.Pipeline;
using Mediation.Service.Registry;
using MediatR;

namespace Mediation.Service.Courts;

/// <summary>What a court says of a case that it referred, by its own number. It knows no version: it acts on the newest.</summary>
public abstract record CourtAct : IRequest<CaseAnswer>
{
    public string? CourtCaseNo { get; init; }

    /// <summary>The business date (Asia/Shanghai); today by default.</summary>
    public DateOnly? On { get; init; }

    internal abstract CaseCommand Command(CaseDraft draft);
}

/// <summary>Finds the newest round of the number and acts; a version that changed in between is read again.</summary>
public sealed class CourtActs(Referrals referrals, CaseSession session, CurrentCaller caller, BodyDirectory directory, CaseNumbers numbers,
    Platform.Keys keys, TimeProvider clock)
{
    private const int Tries = 5;

    public async Task<CaseAnswer> ActAsync(CourtAct request, CancellationToken cancellationToken)
    {
        if (!CourtCaseNumber.TryParse(request.CourtCaseNo, out var number)) throw ProblemException.NotFound();
        var known = (await referrals.KnownAsync([number.ToString()], cancellationToken))[number.ToString()].FirstOrDefault()
            ?? throw ProblemException.NotFound();
        for (var attempt = 1; ; attempt++)
        {
            var stored = await session.LoadAsync(known.Id.ToString("D"), cancellationToken);
            if (!CaseAccess.May(caller.Value, Permission.ReferAsCourt, stored.State)) throw ProblemException.Forbidden();
            var draft = new CaseDraft(stored.State.Id, stored, clock, directory, numbers, caller.Value, keys);
            // A court reports what happened at the court, and does not know what was entered here since.
            var late = request.On < stored.State.LastOn ? draft.Text("lateReason", "日期以法院告知为准。") : null;
            try
            {
                return await session.ActAsync(draft, request.Command(draft),
                    await session.ContextAsync(request.On, late, cancellationToken), 200, cancellationToken);
            }
            catch (ProblemException overtaken) when (overtaken.Code == "case.stale" && attempt < Tries)
            {
                // ActAsync has read the newer version already.
            }
        }
    }

    public static void Map<T>(IEndpointRouteBuilder app, string route) where T : CourtAct =>
        app.MapPost("/api/v1/referrals/" + route, (Delegate)(async (HttpContext http) =>
            await (await PlainRequest.ReadAsync<T>(http)).SendAsync<CaseAnswer>(answer => answer.Kept)))
            .WithName(typeof(T).Name).WithTags("Courts").WithMetadata(new BodyOf(typeof(T)))
            .Produces<CaseView>().ProducesProblems(409);
}
