using System.Globalization;
using System.Reflection;
using FluentValidation;
using Mediation.Domain.Cases;
using Mediation.Service.Accounts;
using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Microsoft.AspNetCore.Http.Metadata;

namespace Mediation.Service.Platform.Journal;

/// <summary>Maps every action of this assembly to its address, and checks in the order that clients count on (docs/adr/0005).</summary>
public static class CaseActions
{
    public static IEnumerable<(Type Type, string Route)> All { get; } = [.. Assembly.GetExecutingAssembly().GetTypes()
        .Where(type => type.IsSubclassOf(typeof(CaseActionRequest)) && !type.IsAbstract)
        .Select(type => (type, type.GetCustomAttribute<CaseRouteAttribute>()?.Route ?? ""))
        .Where(action => action.Item2.Length > 0)
        .OrderBy(action => action.Item2, StringComparer.Ordinal)];

    private static readonly Dictionary<string, Type> ByName = All.ToDictionary(
        action => action.Route.Replace("{n}/", "", StringComparison.Ordinal), action => action.Type, StringComparer.Ordinal);

    public static IServiceCollection AddCaseActions(this IServiceCollection services)
    {
        foreach (var type in Assembly.GetExecutingAssembly().GetTypes().Where(type => type.IsSubclassOf(typeof(CaseActionRequest)) && !type.IsAbstract))
            services.AddScoped(typeof(IRequestHandler<,>).MakeGenericType(type, typeof(CaseAnswer)), typeof(CaseActionHandler<>).MakeGenericType(type));
        return services;
    }

    public static void MapCaseActions(this IEndpointRouteBuilder app)
    {
        var map = typeof(CaseActions).GetMethod(nameof(Map), BindingFlags.NonPublic | BindingFlags.Static)!;
        foreach (var (type, route) in All) map.MakeGenericMethod(type).Invoke(null, [app, route]);
    }

    /// <exception cref="ProblemException">403 where the caller's role or place in the case does not allow it.</exception>
    public static void Demand<T>(Caller caller, Case state) where T : CaseActionRequest
    {
        if (!CaseAccess.May(caller, Needs<T>.Permission, state)) throw ProblemException.Forbidden();
    }

    /// <param name="name">As in the transition table, e.g. <c>sessions/held</c>.</param>
    public static bool MayTake(Caller caller, string name, Case state) => CaseAccess.May(caller,
        ByName.TryGetValue(name, out var type) ? PermissionOf(type) : Permission.ReferAsCourt, state);

    /// <summary>The request behind an action's name; null where this build has none.</summary>
    public static Type? Find(string name) => ByName.GetValueOrDefault(name);

    public static Permission PermissionOf(Type action) => action.GetCustomAttribute<RequiresAttribute>()!.Permission;

    private static void Map<T>(IEndpointRouteBuilder app, string route) where T : CaseActionRequest =>
        app.MapPost("/api/v1/cases/{id}/" + route.Replace("{n}", "{n:int}", StringComparison.Ordinal), (Delegate)HandleAsync<T>)
            .WithName(typeof(T).Name).WithTags("Cases").WithMetadata(new BodyOf(typeof(T)))
            .Produces<CaseView>()
            .ProducesProblems(400, 401, 403, 404, 409, 412, 413, 415, 422, 428, 429);

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
        if (idempotency.Earlier() is { } earlier)
        {
            await CaseAnswer.WriteAsync(http, earlier);
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
            return int.TryParse(tag.AsSpan(1, tag.Length - 2), NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
        throw new ProblemException(428, "precondition.required",
            new("请在 If-Match 中给出所见案件的 ETag(一个强标签)。", "Give the ETag of the case that you saw in If-Match (one strong tag)."));
    }

    private static class Needs<T>
    {
        public static readonly Permission Permission = PermissionOf(typeof(T));
    }
}

/// <summary>
/// The type that an endpoint reads by itself, for the OpenAPI document and for tests that try every body. It names no
/// media type: with one, routing would answer 415 before 413.
/// </summary>
public sealed record BodyOf(Type Type) : IAcceptsMetadata
{
    public IReadOnlyList<string> ContentTypes => [];

    public Type RequestType => Type;

    public bool IsOptional => false;
}

/// <summary>An endpoint that reads a file as it is: its usual media type, and the first lines of one.</summary>
public sealed record FileOf(string MediaType, string Example) : IAcceptsMetadata
{
    public IReadOnlyList<string> ContentTypes => [];

    public Type RequestType => typeof(string);

    public bool IsOptional => false;
}

public static class ProblemMetadata
{
    /// <summary>Declares the problem answers of an endpoint for the OpenAPI document.</summary>
    public static TBuilder ProducesProblems<TBuilder>(this TBuilder builder, params int[] statuses) where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses)
            builder.WithMetadata(new ProducesResponseTypeMetadata(status, typeof(Microsoft.AspNetCore.Mvc.ProblemDetails), ["application/problem+json"]));
        return builder;
    }
}
