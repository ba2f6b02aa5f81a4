using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace Mediation.Service.Tests.Platform.Http;

/// <summary>A way to a server that can be cut and restored: while cut, connections break and new ones are refused.</summary>
public sealed class CuttableProxy(string host, int port) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<Socket, byte> open = new();
    private TcpListener listener = new(IPAddress.Loopback, 0);
    private Task accepting = Task.CompletedTask;

    public int Port { get; private set; }

    public void Start()
    {
        listener = new TcpListener(IPAddress.Loopback, Port);
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        accepting = AcceptAsync(listener);
    }

    public async Task CutAsync()
    {
        listener.Stop();
        await accepting;
        foreach (var socket in open.Keys) socket.Close(0);
        open.Clear();
    }

    public async ValueTask DisposeAsync()
    {
        await CutAsync();
        listener.Dispose();
    }

    private async Task AcceptAsync(TcpListener from)
    {
        try
        {
            while (true)
            {
                var client = await from.AcceptSocketAsync();
                var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
                open[client] = open[server] = 0;
                await server.ConnectAsync(host, port);
                _ = PumpAsync(client, server);
                _ = PumpAsync(server, client);
            }
        }
        catch (Exception stopped) when (stopped is SocketException or ObjectDisposedException)
        {
            // Cut.
        }
    }

    private async Task PumpAsync(Socket from, Socket to)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int read;
            while ((read = await from.ReceiveAsync(buffer)) > 0)
                for (var sent = 0; sent < read;) sent += await to.SendAsync(buffer.AsMemory(sent, read - sent));
        }
        catch (Exception broken) when (broken is SocketException or ObjectDisposedException)
        {
            // One end is gone: so is the other.
        }

        foreach (var socket in new[] { from, to })
        {
            open.TryRemove(socket, out _);
            socket.Close(0);
        }
    }
}
