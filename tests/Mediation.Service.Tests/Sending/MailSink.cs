using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
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
        NeverGetsToTheEnd,
        RefusesLogin,
    }

    public enum Speech
    {
        Plain,
        StartTls,
        Tls,
    }

    private readonly Speech speech;
    private readonly X509Certificate2? certificate;

    private readonly TcpListener listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource end = new();
    private readonly ConcurrentBag<Task> talks = [];
    private readonly Task running;

    /// <param name="certificate">What it shows who wants TLS.</param>
    public MailSink(Speech speech = Speech.Plain, X509Certificate2? certificate = null)
    {
        (this.speech, this.certificate) = (speech, certificate);
        listener.Start();
        Port = ((IPEndPoint)listener.LocalEndpoint).Port;
        running = RunAsync();
    }

    public Manner Behaves { get; set; }

    public int Port { get; }

    /// <summary>How often somebody came.</summary>
    public int Talks => talks.Count;

    /// <summary>What was asked before anything was encrypted.</summary>
    public ConcurrentQueue<string> InTheClear { get; } = [];

    /// <summary>User and password of who logged in.</summary>
    public ConcurrentQueue<string> Logins { get; } = [];

    /// <summary>What was taken in whole, header and body, in the order of arrival.</summary>
    public ConcurrentQueue<string> Mails { get; } = [];

    public string[] Settings =>
    [
        "--MEDIATION_SMTP_HOST=127.0.0.1", $"--MEDIATION_SMTP_PORT={Port}", "--MEDIATION_SMTP_TLS=none",
        "--MEDIATION_SMTP_FROM=mediation@example.org", "--MEDIATION_SMTP_TIMEOUT=60",
        "--MEDIATION_PUBLIC_URL=https://mediation.example.org",
    ];

    public static string Header(string mail, string name) =>
        mail.Split("\r\n").First(line => line.StartsWith(name + ": ", StringComparison.OrdinalIgnoreCase))[(name.Length + 2)..];

    /// <summary>The body as the reader sees it.</summary>
    public static string Body(string mail) => Encoding.UTF8.GetString(Convert.FromBase64String(
        mail[(mail.IndexOf("\r\n\r\n", StringComparison.Ordinal) + 4)..].Replace("\r\n", "", StringComparison.Ordinal)));

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
        Stream stream = client.GetStream();
        try
        {
            if (speech == Speech.Tls) stream = await EncryptAsync(stream);
            var reader = new StreamReader(stream, Encoding.ASCII);
            await SayAsync(stream, "220 sink");
            while (await reader.ReadLineAsync(end.Token) is { } line && line != "QUIT")
            {
                if (stream is not SslStream) InTheClear.Enqueue(line);
                var verb = line.Split(' ')[0].ToUpperInvariant();
                if (verb == "RCPT" && Behaves == Manner.NeverAnswers) await Task.Delay(Timeout.Infinite, end.Token);
                if (verb == "RCPT" && Behaves == Manner.NeverGetsToTheEnd) await DripAsync(stream);
                if (verb == "RCPT" && Behaves == Manner.RefusesRecipient) await SayAsync(stream, "550 no such mailbox");
                else if (verb == "EHLO" && speech == Speech.StartTls && stream is not SslStream)
                    await SayAsync(stream, "250-sink\r\n250 STARTTLS");
                else if (verb == "EHLO" && stream is SslStream) await SayAsync(stream, "250-sink\r\n250 AUTH PLAIN");
                else if (verb == "AUTH") await SayAsync(stream, Login(line.Split(' ')[2]));
                else if (verb == "STARTTLS")
                {
                    await SayAsync(stream, "220 go on");
                    stream = await EncryptAsync(stream);
                    reader = new StreamReader(stream, Encoding.ASCII);
                }
                else if (verb == "DATA" && !await DataAsync(stream, reader)) return;
                else if (verb != "DATA") await SayAsync(stream, "250 fine");
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException
            or System.Security.Authentication.AuthenticationException)
        {
            // The sender hung up, or the test is over: the next connection is another's.
            client.Close();
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private async Task<Stream> EncryptAsync(Stream stream)
    {
        var encrypted = new SslStream(stream);
        await encrypted.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, end.Token);
        return encrypted;
    }

    private string Login(string given)
    {
        if (Behaves == Manner.RefusesLogin) return "535 not you";
        Logins.Enqueue(Encoding.UTF8.GetString(Convert.FromBase64String(given)).Trim('\0').Replace('\0', ' '));
        return "235 welcome";
    }

    /// <summary>A line of an answer now and then, and never the last.</summary>
    private async Task DripAsync(Stream stream)
    {
        using var drops = new PeriodicTimer(TimeSpan.FromMilliseconds(100));
        while (await drops.WaitForNextTickAsync(end.Token)) await SayAsync(stream, "250-wait");
    }

    private async Task<bool> DataAsync(Stream stream, StreamReader reader)
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

    private async Task SayAsync(Stream stream, string line) => await stream.WriteAsync(Encoding.ASCII.GetBytes(line + "\r\n"), end.Token);
}
