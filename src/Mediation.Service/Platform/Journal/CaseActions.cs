using System.Globalization;
using System.Reflection;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;

namespace Mediation.Service.Platform.Journal;

/// <summary>Maps every action of this assembly to its address, and checks in the order that clients count on (docs/adr/0005).</summary>
public sealed class CaseActions : IEndpoint
{
    public static IEnumerable<(Type Type, string Route)> All { get; } = [.. Assembly.GetExecutingAssembly().GetTypes()
        .Where(type => type.IsSubclassOf(typeof(CaseActionRequest)) && !type.IsAbstract)
        .Select(type => (type, type.GetCustomAttribute<CaseRouteAttribute>()?.Route ?? ""))
        .Where(action => action.Item2.Length > 0)
        .OrderBy(action => action.Item2, StringComparer.Ordinal)];

    private static readonly Dictionary<string, Type> ByName = All.ToDictionary(
        action => NameOf(action.Route), action => action.Type, StringComparer.Ordinal);

    private CaseActions() { }

    public static void Map(IEndpointRouteBuilder app)
    {
        var map = typeof(CaseActions).GetMethod(nameof(Map), BindingFlags.NonPublic | BindingFlags.Static)!;
        foreach (var (type, route) in All) map.MakeGenericMethod(type).Invoke(null, [app, route]);
    }

    /// <exception cref="ProblemException">403 where the caller's role or place in the case does not allow it.</exception>
    public static void Demand<T>(Caller caller, Case state) where T : CaseActionRequest
    {
        if (!CaseAccess.May(caller, RequestPermission.Of<T>()!.Value, state)) throw ProblemException.Forbidden();
    }

    /// <param name="name">As in the transition table, e.g. <c>sessions/held</c>.</param>
    public static bool MayTake(Caller caller, string name, Case state) => CaseAccess.May(caller,
        ByName.TryGetValue(name, out var type) ? NeededFor(type) : Permission.ReferAsCourt, state);

    /// <summary>The name in the transition table.</summary>
    public static string NameOf(string route) => route.Replace("{n}/", "", StringComparison.Ordinal);

    /// <summary>The request behind an action's name; null where this build has none.</summary>
    public static Type? Find(string name) => ByName.GetValueOrDefault(name);

    public static Permission NeededFor(Type action) => action.GetCustomAttribute<RequiresAttribute>()!.Permission;

    private static void Map<T>(IEndpointRouteBuilder app, string route) where T : CaseActionRequest =>
        app.MapPost("/api/v1/cases/{id}/" + route.Replace("{n}", "{n:int}", StringComparison.Ordinal), (Delegate)HandleAsync<T>)
            .WithName(typeof(T).Name).WithTags("Cases").WithMetadata(new BodyOf(typeof(T)))
            .Produces<CaseView>()
            .ProducesProblems(409, 412, 428);

    private static async Task HandleAsync<T>(HttpContext http) where T : CaseActionRequest
    {
        var services = http.RequestServices;
        var body = await RequestBody.ReadJsonAsync(http);
        var idempotency = services.GetRequiredService<Idempotency>();
        idempotency.Begin(http, body);
        var reference = (string)http.GetRouteValue("id")!;
        var stored = await services.GetRequiredService<CaseSession>().LoadAsync(reference, http.RequestAborted);
        Demand<T>(services.GetRequiredService<CurrentCaller>().Value, stored.State);
        var request = body.Parse<T>();
        request.Case = reference;
        if (http.GetRouteValue("n") is string n) request.N = int.Parse(n, CultureInfo.InvariantCulture);
        Shape.Check(request, services.GetServices<IValidator<T>>());
        services.GetRequiredService<RequestChecks>().Passed(request);
        if (idempotency.Earlier() is { } earlier)
        {
            await earlier.WriteAsync(http);
            return;
        }

        request.ExpectedVersion = IfMatch(http.Request);
        var answer = await services.GetRequiredService<IMediator>().Send(request, http.RequestAborted);
        await answer.WriteAsync(http);
    }

    /// <summary>One strong tag; a list, a weak tag or * would let a stale change through.</summary>
    private static int IfMatch(HttpRequest request)
    {
        var values = request.Headers.IfMatch;
        if (values.Count == 1 && values[0] is { Length: > 2 } tag && tag[0] == '"' && tag[^1] == '"'
            && tag.AsSpan(1, tag.Length - 2).IndexOf('"') < 0)
            return int.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version)
                ? version : -1;
        throw new ProblemException(428, "precondition.required",
            new("请在 If-Match 中给出所见案件的 ETag(一个强标签)。", "Give the ETag of the case that you saw in If-Match (one strong tag)."));
    }
}
