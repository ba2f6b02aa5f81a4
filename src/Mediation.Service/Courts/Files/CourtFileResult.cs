using Mediation.Domain.Cases;

namespace Mediation.Service.Courts.Files;

/// <summary>What the reader needs from outside the file.</summary>
/// <param name="DivisionExists">Whether a GB/T 2260 code is a known division.</param>
/// <param name="Today">Asia/Shanghai.</param>
public sealed record CourtFileContext(Func<string, bool> DivisionExists, DateOnly Today)
{
    public int MaxRows { get; init; } = 10_000;
}

/// <summary>Something wrong or doubtful in one cell. The message never repeats the value, which may be personal data.</summary>
/// <param name="Column">Chinese heading; empty when the whole row is meant.</param>
public sealed record CourtFileIssue(string Column, string Value, string Code, Message Message);

/// <summary>How a valid row stands to the earlier valid rows of the same file with the same court case number.</summary>
public enum FileOccurrence
{
    First,

    /// <summary>The same content again.</summary>
    Repeat,

    /// <summary>Other content; the first stays.</summary>
    Conflict,
}

/// <param name="Row">Data rows count from 1.</param>
/// <param name="Cells">As they came, for the result file.</param>
/// <param name="CourtCaseNoRaw">As written; in normal form when it could be read.</param>
/// <param name="Draft">Null when there are errors.</param>
public sealed record CourtFileRow(
    int Row, IReadOnlyList<string> Cells, string CourtCaseNoRaw, ReferralDraft? Draft,
    IReadOnlyList<CourtFileIssue> Errors, IReadOnlyList<CourtFileIssue> Warnings)
{
    /// <summary>SHA-256 of the draft's content; empty without a draft.</summary>
    public byte[] ContentHash { get; init; } = [];
    public FileOccurrence Occurrence { get; init; }

    /// <summary>The row of the first occurrence; this row's own number when it is the first.</summary>
    public int FirstRow { get; init; } = Row;
}

/// <param name="Headings">As they came.</param>
/// <param name="Problem">What is wrong with the file as a whole (file.columns, file.tooManyRows); then there are no rows.</param>
public sealed record CourtFileResult(IReadOnlyList<string> Headings, IReadOnlyList<CourtFileRow> Rows, Refusal? Problem);
