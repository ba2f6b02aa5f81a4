namespace Mediation.Domain.Identities;

/// <summary>A Chinese telephone number. Kept as written by people, compared and shown in one form.</summary>
public static class PhoneNumber
{
    /// <summary>Half-width, without white space, hyphens, brackets and the country code of China.</summary>
    public static string Normalise(string? text)
    {
        var number = string.Concat(Written.Compact(text).Where(character => character is not ('-' or '(' or ')' or '—')));
        foreach (var prefix in (ReadOnlySpan<string>)["+86", "0086"])
            if (number.StartsWith(prefix, StringComparison.Ordinal))
                return number[prefix.Length..];
        // "86" alone is a country code only before a mobile number.
        return number.Length == 13 && number.StartsWith("861", StringComparison.Ordinal) ? number[2..] : number;
    }

    /// <summary>First three and last four characters (前3后4); a short number is hidden whole.</summary>
    public static string Mask(string? text)
    {
        var number = Normalise(text);
        return number.Length <= 7
            ? new string('*', number.Length)
            : string.Concat(number.AsSpan(0, 3), new string('*', number.Length - 7), number.AsSpan(number.Length - 4));
    }
}
