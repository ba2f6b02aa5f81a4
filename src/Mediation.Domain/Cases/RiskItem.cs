namespace Mediation.Domain.Cases;

/// <summary>
/// Which list an item stands on: key problems and key persons (重点问题, 重点人员) of love, marriage and family disputes,
/// signs that any dispute may show, and tags that say what kind of matter it is (医闹, 阻工).
/// </summary>
public enum RiskList { Problem, Person, Sign, Tag }

/// <summary>One line of a checklist. Its points say how much it weighs; see <see cref="RiskScore"/>.</summary>
/// <param name="Code">Stable and never used again; the journal names it.</param>
/// <param name="Category">The category whose disputes it is for; null: every category.</param>
/// <param name="Points">1 to 3.</param>
/// <param name="From">First day (Asia/Shanghai) on which it may be ticked.</param>
/// <param name="To">Last day; null: no end.</param>
public sealed record RiskItem(string Code, RiskList List, string? Category, Message Name, int Points, DateOnly From, DateOnly? To)
{
    public bool Applies(string category, DateOnly on) =>
        (Category is null || Category == category) && From <= on && (To is null || on <= To);
}

/// <summary>
/// How the points of the ticked items make a colour: one point is yellow, three are red. Grading in points is a rule of the house.
/// </summary>
public static class RiskScore
{
    public const int Yellow = 1;
    public const int Red = 3;

    public static Risk Level(int points) => points >= Red ? Risk.Red : points >= Yellow ? Risk.Yellow : Risk.Green;
}
