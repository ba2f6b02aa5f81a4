using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Mediation.Service.Tests.Sending;

/// <summary>A mail server over TCP that keeps what it is given, and misbehaves as the test wants.</summary>
public sealed class MailSink : IAsyncDisposable
{
    public enum Manner
    {
        Accepts,
        RefusesRecipient,
        CutsInTheMiddle,
        CutsBeforeTheAnswer,
        NeverAnswers,
    }

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentBag<Task> talks = [];
    private readonly Task running;

    public MailSink()
    {
        listener.Start();
        running = RunAsync();
    }

    public Manner Behaves { get; set; }

    /// <summary>What was taken in whole, header and body, in the order of arrival.</summary>
    public ConcurrentQueue<string> Mails { get; } = [];

    public string[] Settings =>
    [
        "--MEDIATION_SMTP_HOST=127.0.0.1", $"--MEDIATION_SMTP_PORT={((IPEndPoint)listener.LocalEndpoint).Port}", "--MEDIATION_SMTP_TLS=none",
        "--MEDIATION_SMTP_FROM=mediation@example.org", "--MEDIATION_SMTP_TIMEOUT=1", "--MEDIATION_PUBLIC_URL=https://mediation.example.org",
    ];

    public static string Header(string mail, string name) =>
        mail.Split("\r\n").First(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];

    /// <summary>The body as the reader sees it.</summary>
    public static string Body(string mail) => Encoding.UTF8.GetString(Convert.FromBase64String(mail[(mail.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].Replace("\r\n", "", StringComparison.Ordinal)));

    public async ValueTask DisposeAsync()
    {
        await end.CancelAsync();
        listener.Stop();
        await running;
        await Task.WhenAll(talks);
        end.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(end.Token);
                talks.Add(TalkAsync(client));
            }
        }
        catch (Exception closed) when (closed is OperationCanceledException or SocketException)
        {
            Assert.True(end.IsCancellationRequested);
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using var _ = client;
        await using var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII);
        try
        {
            await SayAsync(stream, "220 sink");
            while (await reader.ReadLineAsync(end.Token) is { } line && line != "QUIT")
            {
                var verb = line.Split(' ')[0].ToUpperInvariant();
                if (verb == "RCPT" && Behaves == Manner.NeverAnswers) await Task.Delay(Timeout.Infinite, end.Token);
                if (verb == "RCPT" && Behaves == Manner.RefusesRecipient) await SayAsync(stream, "550 no such mailbox");
                else if (verb == "DATA" && !await DataAsync(stream, reader)) return;
                else if (verb != "DATA") await SayAsync(stream, "250 fine");
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The sender hung up, or the test is over: the next connection is another's.
            client.Close();
        }
    }

    private async Task<bool> DataAsync(NetworkStream stream, StreamReader reader)
    {
        await SayAsync(stream, "354 go on");
        var mail = new StringBuilder();
        while (await reader.ReadLineAsync(end.Token) is { } line && line != ".")
        {
            mail.Append(line).Append("\r\n");
            if (Behaves == Manner.CutsInTheMiddle && mail.Length > 100) return false;
        }

        Mails.Enqueue(mail.ToString());
        if (Behaves == Manner.CutsBeforeTheAnswer) return false;
        await SayAsync(stream, "250 taken");
        return true;
    }

    private async Task SayAsync(NetworkStream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), end.Token);
}
