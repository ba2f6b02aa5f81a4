using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mediation.Benchmarks;

/// <param name="Version">From the ETag; 0 without one.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct Answer(int Status, int Version, int Bytes);

/// <summary>
/// One connection of the load: sends a ready-made request, reads the whole answer, on a thread of its own. Far cheaper than
/// HttpClient, and what it costs is taken from the cores that the service needs.
/// </summary>
internal sealed class HttpLine : IDisposable
{
    private readonly Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp)
    { NoDelay = true, ReceiveTimeout = 60_000 };
    private byte[] buffer = new byte[64 * 1024];

    public HttpLine(int port) => socket.Connect(IPAddress.Loopback, port);

    public ReadOnlySpan<byte> Text => buffer;

    public Answer Ask(ReadOnlySpan<byte> request)
    {
        while (request.Length > 0) request = request[socket.Send(request)..];
        int have = 0, head;
        while ((head = buffer.AsSpan(0, have).IndexOf("\r\n\r\n"u8)) < 0) have += Receive(have);
        var headers = buffer.AsSpan(0, head + 2);
        if (!Utf8Parser.TryParse(headers[9..], out int status, out _)) throw new IOException("Not an HTTP answer.");
        var version = Number(headers, "\r\nETag: \""u8);
        var length = Number(headers, "\r\nContent-Length: "u8);
        var start = head + 4;
        if (length >= 0)
        {
            while (have < start + length) have += Receive(have);
        }
        else if (headers.IndexOf("\r\nTransfer-Encoding: chunked"u8) >= 0)
        {
            // JSON and our pages hold no bare CR LF, so that the last chunk shows itself.
            while (have < start + 5 || !buffer.AsSpan(have - 5, 5).SequenceEqual("0\r\n\r\n"u8)) have += Receive(have);
        }

        return new Answer(status, Math.Max(version, 0), have);
    }

    public void Dispose() => socket.Dispose();

    private int Receive(int have)
    {
        if (have == buffer.Length) Array.Resize(ref buffer, buffer.Length * 2);
        var read = socket.Receive(buffer, have, buffer.Length - have, SocketFlags.None);
        return read > 0 ? read : throw new IOException("The service closed the connection.");
    }

    private static int Number(ReadOnlySpan<byte> headers, ReadOnlySpan<byte> name)
    {
        var at = headers.IndexOf(name);
        return at >= 0 && Utf8Parser.TryParse(headers[(at + name.Length)..], out int number, out _) ? number : -1;
    }
}
