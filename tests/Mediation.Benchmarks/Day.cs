using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Mediation.Service.Courts.Files;

namespace Mediation.Benchmarks;

/// <summary>
/// Everything at once, with the jobs on: intake at twenty a second, a hundred reads a second, lists and case pages as HTML,
/// and a court's file of ten thousand rows. No answer may be wrong.
/// </summary>
internal sealed partial class Day(CaseDatabase database, Lots lots, Options options, TextWriter output)
{
    private const int Rows = 10_000;

    public async Task RunAsync()
    {
        await using var service = await ServiceProcess.StartAsync(database, jobs: true);
        var cookies = new List<string>();
        foreach (var viewer in Readers(lots)) cookies.Add(await SignInAsync(service.Port, viewer.User));
        var time = TimeSpan.FromMinutes(options.Minutes);
        var heads = lots.Heads.Values.ToList();
        var memory = new List<double>();
        using var over = new CancellationTokenSource();
        var watching = WatchAsync(service.Id, memory, over.Token);
        var kinds = new (string Name, double PerSecond, int Lines, Func<int, Traffic> Traffic)[]
        {
            ("intake", 20, 4, index => Asking.Create(lots, index)),
            ("case, API", 50, 4, index =>
                Asking.Get(random => ("/api/v1/cases/" + lots.Cases[random.Next(lots.Cases.Count)], lots.Province.Token), index)),
            ("list, API", 30, 4, index => Asking.Get(random =>
            {
                var head = heads[random.Next(heads.Count)];
                return ($"/api/v1/cases?open=true&body={head.Body}", head.Token);
            }, index)),
            ("list, page", 10, 2, index => Asking.Page(_ => ("/", cookies[index % cookies.Count]))),
            ("case, page", 10, 2, index => new CasePages(lots, cookies, index)),
        };
        var results = new LoadResult[kinds.Length];
        var threads = kinds.Select((kind, at) =>
            new Thread(() => results[at] = Load.Run(service.Port, Asking.Each(kind.Traffic, kind.Lines), time, kind.PerSecond))).ToList();
        threads.ForEach(thread => thread.Start());
        var import = await ImportAsync(service.Port, time);
        threads.ForEach(thread => thread.Join());
        await over.CancelAsync();
        await watching;
        output.WriteLine();
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"A mixed day of {options.Minutes:F1} minutes at {database.Cases:N0} "
            + $"cases; the import of {Rows:N0} rows took {import:F0} s; memory {memory.Take(5).Average():F0} MiB at first, "
            + $"{memory.TakeLast(5).Average():F0} MiB at last, {memory.Max():F0} MiB at most."));
        output.WriteLine("| asked | per s | wrong | p50 ms | p95 ms | p99 ms | longest ms |");
        output.WriteLine("|---|---|---|---|---|---|---|");
        foreach (var (kind, result) in kinds.Zip(results))
            output.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"| {kind.Name} | {result.Done / result.Seconds:F0} | {result.Wrong} | {result.Percentile(0.5):F1} | "
                    + $"{result.Percentile(0.95):F1} | {result.Percentile(0.99):F1} | {result.Milliseconds.LastOrDefault():F0} |"));
        foreach (var wrong in results.Select(result => result.FirstWrong).OfType<string>()) output.WriteLine(wrong);
    }

    private async Task<double> ImportAsync(int port, TimeSpan time)
    {
        await Task.Delay(time / 4);
        var from = (int)(TimeProvider.System.GetUtcNow().ToUnixTimeSeconds() % 90_000_000);
        var court = lots.Courts[0];
        var file = People.CourtFile(court.Body, Rows, from * 10, new Random(from));
        var began = TimeProvider.System.GetTimestamp();
        return await Task.Run(() =>
        {
            using var line = new HttpLine(port);
            var answer = line.Ask(Asking.Post("/api/v1/referrals/batch", court.Token, $"day-{from}", "text/csv", file));
            if (answer.Status != 200) throw new InvalidOperationException($"The import was answered with {answer.Status}.");
            return TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        });
    }

    private static async Task WatchAsync(int process, List<double> memory, CancellationToken over)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(2));
        try
        {
            while (await timer.WaitForNextTickAsync(over)) memory.Add(Cpu.Memory(process));
        }
        catch (OperationCanceledException)
        {
            memory.Add(Cpu.Memory(process)); // the end
        }
    }

    /// <summary>The session's cookie, as a browser gets it from the form.</summary>
    private static async Task<string> SignInAsync(int port, string user)
    {
        var jar = new CookieContainer();
        using var client = new HttpClient(new HttpClientHandler { CookieContainer = jar, AllowAutoRedirect = false })
        { BaseAddress = new Uri($"http://127.0.0.1:{port}") };
        var form = await client.GetStringAsync(new Uri("/sign-in", UriKind.Relative));
        var token = Antiforgery().Match(form).Groups["token"].Value;
        using var content = new FormUrlEncodedContent(
            [new("Account", user), new("Password", "mediation-demo"), new("__RequestVerificationToken", token)]);
        using var answer = await client.PostAsync(new Uri("/sign-in", UriKind.Relative), content);
        if (answer.StatusCode != HttpStatusCode.Found)
            throw new InvalidOperationException($"{user} cannot sign in: {(int)answer.StatusCode}.");
        return jar.GetCookieHeader(client.BaseAddress);
    }

    /// <summary>Heads whose bodies have cases among the lots.</summary>
    private static IEnumerable<Viewer> Readers(Lots lots) =>
        lots.Heads.Values.Where(viewer => lots.Changeable.Any(row => row.Body == viewer.Body)).Take(4);

    /// <summary>Pages of cases that the reader's own body holds.</summary>
    private sealed class CasePages(Lots lots, List<string> cookies, int index) : Traffic
    {
        private readonly List<Viewer> readers = [.. Readers(lots)];
        private readonly Random random = new(index);

        public override ReadOnlySpan<byte> Next()
        {
            var at = random.Next(readers.Count);
            var own = lots.Changeable.Where(row => row.Body == readers[at].Body).ToList();
            return Asking.PageRequest("/cases/" + own[random.Next(own.Count)].Id, cookies[at]);
        }

        public override bool IsRight(Answer answer) => answer.Status == 200;
    }

    [GeneratedRegex("""name="__RequestVerificationToken"[^>]*value="(?<token>[^"]+)""", RegexOptions.None, 1000)]
    private static partial Regex Antiforgery();
}
