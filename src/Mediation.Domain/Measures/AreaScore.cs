using Mediation.Domain.Cases;

namespace Mediation.Domain.Measures;

/// <summary>What an area counts in a period.</summary>
/// <param name="Petitions">Disputes that came in as petitions.</param>
/// <param name="Accidents">As reported; null while a month of the period is not reported: silence is not zero.</param>
/// <param name="Crimes">As reported; null while a month of the period is not reported.</param>
public sealed record AreaScore(long Petitions, long? Accidents, long? Crimes)
{
    public static Refusal AlreadyListed { get; } = new("area.listed",
        new("该地区在这一天已在重点名单上，不能重复挂牌。", "The area is on the watch list on that day already; end that listing first."));

    public static Refusal NotListed { get; } = new("area.notListed",
        new("该地区当前没有挂牌，或挂牌日期晚于所填日期。", "The area is not on the watch list, or was listed after that day."));

    /// <summary>No petition, no accident, no criminal case (三无); null while that cannot be said.</summary>
    public bool? HasThreeZeros => Petitions > 0 || Accidents > 0 || Crimes > 0 ? false : Accidents is null || Crimes is null ? null : true;
}
