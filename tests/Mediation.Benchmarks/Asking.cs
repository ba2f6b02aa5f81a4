using System.Text;

namespace Mediation.Benchmarks;

/// <summary>The requests of each operation, one object to each connection.</summary>
internal static class Asking
{
    public static IReadOnlyList<Traffic> Each(Func<int, Traffic> make, int connections = Options.Connections) =>
        [.. Enumerable.Range(0, connections).Select(make)];

    public static Traffic Get(Func<Random, (string Path, string Token)> choose, int index) => new Reading(choose, new Random(index + 1));

    public static Traffic Page(Func<Random, (string Path, string Cookie)> choose) => new Seeing(choose);

    public static byte[] PageRequest(string path, string cookie) =>
        Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\nAccept: text/html\r\n\r\n");

    public static Traffic Create(Lots lots, int index) => new Creating(lots, index);

    /// <summary>The cases that fall to this connection: nobody else changes them.</summary>
    public static Traffic Change(Lots lots, int index, int connections, int[] versions) => new Changing(lots, index, connections, versions);

    // A window that used the keys of another would only be told its answers again.
    private static string Run() => Guid.CreateVersion7(TimeProvider.System.GetUtcNow()).ToString("N");

    public static byte[] Post(string path, string token, string? key, string contentType, byte[] body, string extra = "")
    {
        var head = Encoding.UTF8.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n"
            + (key is null ? "" : $"Idempotency-Key: {key}\r\n") + extra
            + $"Content-Type: {contentType}\r\nContent-Length: {body.Length}\r\n\r\n");
        return [.. head, .. body];
    }

    private sealed class Reading(Func<Random, (string Path, string Token)> choose, Random random) : Traffic
    {
        public override ReadOnlySpan<byte> Next()
        {
            var (path, token) = choose(random);
            return Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {token}\r\n\r\n");
        }

        public override bool IsRight(Answer answer) => answer.Status == 200;
    }

    private sealed class Seeing(Func<Random, (string Path, string Cookie)> choose) : Traffic
    {
        private readonly Random random = new();

        public override ReadOnlySpan<byte> Next()
        {
            var (path, cookie) = choose(random);
            return PageRequest(path, cookie);
        }

        public override bool IsRight(Answer answer) => answer.Status == 200;
    }

    private sealed class Creating(Lots lots, int index) : Traffic
    {
        private readonly string run = Run();
        private readonly Random random = new();
        private int count;

        public override ReadOnlySpan<byte> Next()
        {
            var clerk = lots.Clerks[index % lots.Clerks.Count];
            var body = $$"""
                {"channel":"walkIn","category":"{{People.Category(random)}}",
                "division":"{{lots.Townships[random.Next(lots.Townships.Count)]}}",
                "summary":"楼上漏水,多次协商未果","amount":{{random.Next(100, 90_000)}}.50,"parties":[
                {"side":"applicant","kind":"person","name":"{{People.Name(random)}}","identityNumber":"{{People.Number(random)}}",
                "phone":"{{People.Phone(random)}}"},
                {"side":"respondent","kind":"person","name":"{{People.Name(random)}}","phone":"{{People.Phone(random)}}"}]}
                """;
            return Post("/api/v1/cases", clerk.Token, $"{run}-{index}-{++count}", "application/json", Encoding.UTF8.GetBytes(body));
        }

        public override bool IsRight(Answer answer) => answer.Status == 201;
    }

    private sealed class Changing(Lots lots, int index, int connections, int[] versions) : Traffic
    {
        private readonly string run = Run();
        private int at = index - connections;
        private int count;

        public override ReadOnlySpan<byte> Next()
        {
            at += connections;
            if (at >= lots.Changeable.Count) at = index;
            var row = lots.Changeable[at];
            var version = Math.Abs(versions[at]);
            var action = versions[at] < 0 ? "resume" : "suspend";
            return Post($"/api/v1/cases/{row.Id}/{action}", lots.Heads[row.Body].Token, $"{run}-{index}-{++count}", "application/json",
                action == "resume" ? "{}"u8.ToArray() : "{\"reason\":\"等待鉴定意见\"}"u8.ToArray(), $"If-Match: \"{version}\"\r\n");
        }

        // Negative: suspended.
        public override void Answered(Answer answer)
        {
            if (answer.Status == 200) versions[at] = versions[at] < 0 ? answer.Version : -answer.Version;
        }
    }

    public static int[] Versions(Lots lots) => [.. lots.Changeable.Select(row => row.Status == "suspended" ? -row.Version : row.Version)];
}
