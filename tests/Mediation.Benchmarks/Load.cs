using System.Diagnostics;

namespace Mediation.Benchmarks;

/// <summary>What one connection asks; one object to each connection.</summary>
internal abstract class Traffic
{
    public abstract ReadOnlySpan<byte> Next();

    public virtual void Answered(Answer answer)
    {
    }

    /// <summary>Whether this answer is what the operation is about.</summary>
    public virtual bool IsRight(Answer answer) => answer.Status is 200 or 201;
}

/// <param name="Milliseconds">Of every request, sorted.</param>
internal sealed record LoadResult(double Seconds, long Done, long Wrong, double[] Milliseconds, string? FirstWrong)
{
    public double Percentile(double share) =>
        Milliseconds.Length == 0 ? 0 : Milliseconds[(int)Math.Min(Milliseconds.Length - 1, share * Milliseconds.Length)];
}

/// <summary>Closed loop: each connection asks again as soon as it is answered; with a rate, no sooner than its turn.</summary>
internal static class Load
{
    public static LoadResult Run(int port, IReadOnlyList<Traffic> traffic, TimeSpan time, double perSecond = 0, long most = long.MaxValue)
    {
        var results = new (List<double> Times, long Wrong, string? First)[traffic.Count];
        var budget = most;
        var began = Stopwatch.GetTimestamp();
        var threads = traffic.Select((source, index) => new Thread(() => results[index] = Worker(source, index))).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        var seconds = Stopwatch.GetElapsedTime(began).TotalSeconds;
        var all = results.SelectMany(result => result.Times).ToArray();
        Array.Sort(all);
        return new LoadResult(seconds, all.Length, results.Sum(result => result.Wrong), all,
            results.Select(result => result.First).FirstOrDefault(text => text is not null));

        (List<double>, long, string?) Worker(Traffic source, int index)
        {
            var (times, wrong, first) = (new List<double>(16_384), 0L, (string?)null);
            using var line = new HttpLine(port);
            using var turn = new ManualResetEventSlim();
            var pace = perSecond > 0 ? TimeSpan.FromSeconds(traffic.Count / perSecond) : TimeSpan.Zero;
            for (var n = 0L; Stopwatch.GetElapsedTime(began) < time && Interlocked.Decrement(ref budget) >= 0; n++)
            {
                var due = pace * (n + ((double)index / traffic.Count));
                var wait = due - Stopwatch.GetElapsedTime(began);
                if (wait > TimeSpan.FromMilliseconds(1)) turn.Wait(wait);
                // With a rate the clock starts at the turn: a service that is late makes those behind it wait too.
                var started = pace > TimeSpan.Zero ? began + (long)(due.TotalSeconds * Stopwatch.Frequency) : Stopwatch.GetTimestamp();
                var answer = line.Ask(source.Next());
                times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
                source.Answered(answer);
                if (source.IsRight(answer)) continue;
                wrong++;
                first ??= System.Text.Encoding.UTF8.GetString(line.Text[..Math.Min(answer.Bytes, 1500)]);
            }

            return (times, wrong, first);
        }
    }
}
