namespace Mediation.Domain.Identities;

/// <summary>Brings numbers as people and other systems write them to one form: half-width, without white space.</summary>
public static class Written
{
    /// <summary>Full-width ASCII made half-width; white space and zero-width characters removed.</summary>
    public static string Compact(string? text)
    {
        if (string.IsNullOrEmpty(text)) return "";
        Span<char> buffer = text.Length <= 128 ? stackalloc char[text.Length] : new char[text.Length];
        var length = 0;
        foreach (var character in text)
        {
            // U+200B..U+200D and U+FEFF come along when a number is copied out of a chat or a web page.
            if (char.IsWhiteSpace(character) || character is '\u200B' or '\u200C' or '\u200D' or '\uFEFF') continue;
            buffer[length++] = Narrow(character);
        }
        return new string(buffer[..length]);
    }

    /// <summary>The half-width twin of a full-width ASCII character; any other character unchanged.</summary>
    public static char Narrow(char character) => character switch
    {
        >= '\uFF01' and <= '\uFF5E' => (char)(character - 0xFEE0),
        '\u3000' => ' ',
        _ => character,
    };
}
