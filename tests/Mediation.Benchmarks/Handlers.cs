using Mediation.Service;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using MediatR;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace Mediation.Benchmarks;

/// <summary>The service's own handlers, called in this process as its command line calls them, with a clock of our own.</summary>
internal sealed class Handlers(CaseDatabase database) : IAsyncDisposable
{
    private readonly NpgsqlDataSource pool = Database.Open(database.ConnectionString);

    public async Task<T> SendAsync<T>(IRequest<T> request, TimeProvider? clock = null)
    {
        await using var app = Build(clock ?? TimeProvider.System);
        return await SendAsync(app, request);
    }

    /// <summary>Several times in one host: what the host costs to start is not in it.</summary>
    /// <returns>Milliseconds of the median.</returns>
    public async Task<double> TimeAsync<T>(Func<IRequest<T>> request, int times, Action afterWarming)
    {
        await using var app = Build(TimeProvider.System);
        for (var warming = 0; warming < 200; warming++) await SendAsync(app, request());
        afterWarming();
        var took = new double[times];
        for (var at = 0; at < times; at++)
        {
            var began = TimeProvider.System.GetTimestamp();
            await SendAsync(app, request());
            took[at] = TimeProvider.System.GetElapsedTime(began).TotalMilliseconds;
        }

        Array.Sort(took);
        return took[times / 2];
    }

    public ValueTask DisposeAsync() => pool.DisposeAsync();

    private Microsoft.AspNetCore.Builder.WebApplication Build(TimeProvider clock)
    {
        var keys = Keys.FromFile(Path.Combine(database.Folder, "personal-data.key"));
        return ServiceApp.Build([], new ServiceSettings(pool, keys, clock, database.Folder, Demonstration: false, Jobs: false));
    }

    private static async Task<T> SendAsync<T>(Microsoft.AspNetCore.Builder.WebApplication app, IRequest<T> request)
    {
        await using var scope = app.Services.CreateAsyncScope();
        scope.ServiceProvider.GetRequiredService<CurrentCaller>().Value = Caller.System;
        return await scope.ServiceProvider.GetRequiredService<IMediator>().Send(request);
    }
}
