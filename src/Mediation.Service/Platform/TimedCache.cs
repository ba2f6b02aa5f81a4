using System.Collections.Concurrent;

namespace Mediation.Service.Platform;

/// <summary>Keeps answers in memory for a short time, so that a change elsewhere is seen soon without anyone being told.</summary>
public sealed class TimedCache<TKey, TValue>(TimeProvider clock, TimeSpan kept, int largest = 20_000) where TKey : notnull
{
    private readonly ConcurrentDictionary<TKey, (TValue Value, DateTimeOffset Until)> entries = new();

    public async ValueTask<TValue> GetAsync(TKey key, Func<TKey, Task<TValue>> load)
    {
        var now = clock.GetUtcNow();
        if (entries.TryGetValue(key, out var entry) && now < entry.Until) return entry.Value;
        var value = await load(key);
        if (entries.Count >= largest) entries.Clear();
        entries[key] = (value, now + kept);
        return value;
    }

    public void Clear() => entries.Clear();
}
