using System.Globalization;
using System.Text;

namespace Mediation.Service.Desks;

/// <summary>One day or meeting of a calendar (RFC 5545, 3.6.1).</summary>
/// <param name="Uid">Stays the same as long as it is about the same thing.</param>
/// <param name="Sequence">Grows with every change, so that calendars take the later one.</param>
/// <param name="Changed">When it was last changed.</param>
/// <param name="Summary">Without personal data: calendars are shown on screens that others see.</param>
/// <param name="Day">All of a day (Asia/Shanghai); null: it has an hour.</param>
public sealed record CalendarEntry(string Uid, int Sequence, DateTimeOffset Changed, string Summary, DateOnly? Day, DateTimeOffset StartsAt,
    int Minutes, bool Cancelled, string Address);

/// <summary>Writes calendars as RFC 5545 wants them: CRLF, lines of 75 octets at most, commas and the like escaped.</summary>
public static class ICalendar
{
    private const int LineOctets = 75;

    public static string Write(string name, IEnumerable<CalendarEntry> entries)
    {
        var text = new StringBuilder();
        Line(text, "BEGIN:VCALENDAR");
        Line(text, "VERSION:2.0");
        Line(text, "PRODID:-//Mediation//Cases//ZH");
        Line(text, "CALSCALE:GREGORIAN");
        Line(text, "X-WR-CALNAME:" + Escaped(name));
        Line(text, "X-WR-TIMEZONE:Asia/Shanghai");
        foreach (var entry in entries)
        {
            Line(text, "BEGIN:VEVENT");
            Line(text, "UID:" + entry.Uid);
            Line(text, string.Create(CultureInfo.InvariantCulture, $"SEQUENCE:{entry.Sequence}"));
            Line(text, "DTSTAMP:" + Instant(entry.Changed));
            Line(text, "SUMMARY:" + Escaped(entry.Summary));
            Line(text, entry.Day is { } day ? "DTSTART;VALUE=DATE:" + Date(day) : "DTSTART:" + Instant(entry.StartsAt));
            Line(text, entry.Day is { } last
                ? "DTEND;VALUE=DATE:" + Date(last.AddDays(1)) : "DTEND:" + Instant(entry.StartsAt.AddMinutes(entry.Minutes)));
            Line(text, entry.Cancelled ? "STATUS:CANCELLED" : "STATUS:CONFIRMED");
            Line(text, entry.Day is null ? "TRANSP:OPAQUE" : "TRANSP:TRANSPARENT");
            Line(text, "URL:" + entry.Address);
            Line(text, "END:VEVENT");
        }

        Line(text, "END:VCALENDAR");
        return text.ToString();
    }

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture);

    private static string Date(DateOnly day) => day.ToString("yyyyMMdd", CultureInfo.InvariantCulture);

    private static string Escaped(string text) =>
        text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace(";", "\\;", StringComparison.Ordinal)
            .Replace(",", "\\,", StringComparison.Ordinal).ReplaceLineEndings("\\n");

    // Folded between characters: a line that breaks inside one is unreadable to many calendars.
    private static void Line(StringBuilder text, string line)
    {
        var octets = 0;
        foreach (var rune in line.EnumerateRunes())
        {
            if (octets + rune.Utf8SequenceLength > LineOctets)
            {
                text.Append("\r\n ");
                octets = 1;
            }

            text.Append(rune);
            octets += rune.Utf8SequenceLength;
        }

        text.Append("\r\n");
    }
}
