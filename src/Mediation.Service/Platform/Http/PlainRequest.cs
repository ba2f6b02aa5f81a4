using FluentValidation;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Pipeline;
using MediatR;
using Npgsql;

namespace Mediation.Service.Platform.Http;

/// <summary>A POST that is not about one existing case, read in the order of checks that clients count on.</summary>
public sealed class PlainRequest<T>(HttpContext http, T request, StoredAnswer? earlier) where T : class
{
    public async Task SendAsync<TAnswer>(Func<TAnswer, StoredAnswer> kept)
    {
        var answer = earlier;
        if (answer is null)
        {
            var sent = await http.RequestServices.GetRequiredService<IMediator>().Send((IRequest<TAnswer>)request, http.RequestAborted);
            answer = kept(sent);
        }

        await answer.WriteAsync(http);
    }

    /// <summary>For a request that writes nothing: its answer is kept by itself.</summary>
    public async Task SendAloneAsync<TAnswer>(Func<TAnswer, StoredAnswer> kept)
    {
        var services = http.RequestServices;
        var answer = earlier
            ?? await services.GetRequiredService<Idempotency>().KeepAloneAsync(services.GetRequiredService<NpgsqlDataSource>(),
                kept(await services.GetRequiredService<IMediator>().Send((IRequest<TAnswer>)request, http.RequestAborted)),
                http.RequestAborted);
        await answer.WriteAsync(http);
    }
}

public static class PlainRequest
{
    /// <param name="locate">Gives the request what stands in the address.</param>
    public static async Task<PlainRequest<T>> ReadAsync<T>(HttpContext http, Action<T>? locate = null) where T : class
    {
        var services = http.RequestServices;
        var body = await RequestBody.ReadJsonAsync(http);
        RequestPermission.Demand<T>(services.GetRequiredService<CurrentCaller>().Value);
        var request = body.Parse<T>();
        locate?.Invoke(request);
        Shape.Check(request, services.GetServices<IValidator<T>>());
        services.GetRequiredService<RequestChecks>().Passed(request);
        var idempotency = services.GetRequiredService<Idempotency>();
        idempotency.Begin(http, body);
        return new PlainRequest<T>(http, request,
            await idempotency.FindAsync(services.GetRequiredService<NpgsqlDataSource>(), http.RequestAborted));
    }
}
