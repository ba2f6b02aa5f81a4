using System.Diagnostics;
using System.Text.Json;
using Dapper;
using Mediation.Service.Cases;
using Mediation.Service.Platform;
using Mediation.Service.Platform.Callers;
using Mediation.Service.Platform.Http;
using MediatR;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Npgsql;

namespace Mediation.Service.Health;

/// <summary>
/// Runs what everybody asks first, often enough to be compiled and with its statements prepared, so that nobody's first
/// request of the morning is the slow one. Readiness waits for it; when it fails the node serves cold.
/// </summary>
public sealed class WarmUp(ServiceSettings settings, NodeState state, IServiceScopeFactory scopes, IServer server,
    IHostApplicationLifetime lifetime, ILogger<WarmUp> log) : BackgroundService
{
    private const int Rounds = 60; // the compiler looks at a method again after thirty calls
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(8);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        if (state.IsWarm) return;
        var started = new TaskCompletionSource();
        await using var listening = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        var began = Stopwatch.GetTimestamp();
        try
        {
            using var client = new HttpClient { BaseAddress = new Uri(OwnAddress()), Timeout = Most };
            await Task.WhenAll(Enumerable.Range(0, Environment.ProcessorCount).Select(async _ =>
            {
                for (var round = 0; round < Rounds && Stopwatch.GetElapsedTime(began) < Most; round++)
                {
                    await AskAsync(stoppingToken);
                    using var page = await client.GetAsync(new Uri("/sign-in", UriKind.Relative), stoppingToken);
                }
            }));
        }
        catch (Exception cold) when (cold is NpgsqlException or HttpRequestException or TimeoutException or TaskCanceledException
            && !stoppingToken.IsCancellationRequested)
        {
            log.LogWarning("Not warmed up: {Error}", cold.GetType().Name);
        }

        state.Warmed();
    }

    /// <summary>A list, one of its cases and its history, the month: as the service itself, which may see everything.</summary>
    private async Task AskAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var services = scope.ServiceProvider;
        services.GetRequiredService<CurrentCaller>().Value = Caller.System;
        var mediator = services.GetRequiredService<IMediator>();
        var page = await mediator.Send(new ListCases { Open = true }, cancellationToken);
        JsonSerializer.SerializeToUtf8Bytes(page, ApiJson.Output);
        if (page.Items.Count > 0) await mediator.Send(new GetCase(page.Items[^1].Id.ToString()), cancellationToken);
        await using var connection = await settings.Db.OpenConnectionAsync(cancellationToken);
        await connection.ExecuteScalarAsync<int>(new CommandDefinition("select 1", cancellationToken: cancellationToken));
    }

    /// <summary>Where this node listens, from itself: a wildcard address is not one to call.</summary>
    private string OwnAddress()
    {
        var address = server.Features.Get<IServerAddressesFeature>()!.Addresses.First(
            address => address.StartsWith("http:", StringComparison.OrdinalIgnoreCase));
        return address.Replace("[::]", "localhost", StringComparison.Ordinal).Replace("0.0.0.0", "localhost", StringComparison.Ordinal)
            .Replace("+", "localhost", StringComparison.Ordinal).Replace("*", "localhost", StringComparison.Ordinal);
    }
}
