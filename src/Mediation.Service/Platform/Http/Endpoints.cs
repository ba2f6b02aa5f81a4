using System.Reflection;
using Microsoft.AspNetCore.Mvc;

namespace Mediation.Service.Platform.Http;

/// <summary>A use case that is reached over HTTP. Every one of this assembly is found and mapped; nothing is listed.</summary>
public interface IEndpoint
{
    static abstract void Map(IEndpointRouteBuilder app);
}

public static class Endpoints
{
    public static IReadOnlyList<Type> All { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetTypes()
            .Where(type => type is { IsAbstract: false, IsInterface: false } && type.IsAssignableTo(typeof(IEndpoint)))
            .OrderBy(type => type.FullName, StringComparer.Ordinal),
    ];

    public static void MapEndpoints(this IEndpointRouteBuilder app)
    {
        var group = app.MapGroup("");
        ((IEndpointConventionBuilder)group).Finally(DeclareProblems);
        var map = typeof(Endpoints).GetMethod(nameof(Map), BindingFlags.NonPublic | BindingFlags.Static)!;
        foreach (var type in All) map.MakeGenericMethod(type).Invoke(null, [group]);
    }

    /// <summary>Declares problem answers beyond those that every endpoint of its kind has.</summary>
    public static TBuilder ProducesProblems<TBuilder>(this TBuilder builder, params int[] statuses)
        where TBuilder : IEndpointConventionBuilder
    {
        foreach (var status in statuses) builder.WithMetadata(Problem(status));
        return builder;
    }

    private static void Map<T>(IEndpointRouteBuilder app) where T : IEndpoint => T.Map(app);

    /// <summary>What may go wrong anywhere, with an address that names something, and with a body.</summary>
    private static void DeclareProblems(EndpointBuilder endpoint)
    {
        var reads = endpoint.Metadata.OfType<HttpMethodMetadata>().SelectMany(metadata => metadata.HttpMethods).All(HttpMethods.IsGet);
        var names = endpoint is RouteEndpointBuilder { RoutePattern.Parameters.Count: > 0 };
        int[] usual = [400, 401, 403, .. names ? [404] : Array.Empty<int>(), .. reads ? [] : new[] { 413, 415, 422 }, 429];
        var declared = endpoint.Metadata.OfType<ProducesResponseTypeMetadata>().Select(answer => answer.StatusCode).ToHashSet();
        foreach (var status in usual.Where(status => !declared.Contains(status))) endpoint.Metadata.Add(Problem(status));
    }

    private static ProducesResponseTypeMetadata Problem(int status) => new(status, typeof(ProblemDetails), ["application/problem+json"]);
}
