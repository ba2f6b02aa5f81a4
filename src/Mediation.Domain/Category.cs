using System.Collections.Frozen;

namespace Mediation.Domain;

/// <summary>The kinds of dispute of the people's mediation return (纠纷类型) and two further ones, by code.</summary>
public static class Category
{
    private static readonly (string Code, Message Name)[] Table =
    [
        ("01", new("婚姻家庭", "Marriage and family")),
        ("02", new("邻里", "Neighbours")),
        ("03", new("房屋宅基地", "Housing and homesteads")),
        ("04", new("合同", "Contracts")),
        ("05", new("生产经营", "Production and business")),
        ("06", new("损害赔偿", "Damages")),
        ("07", new("山林土地", "Forest and land")),
        ("08", new("征地拆迁", "Land taking and demolition")),
        ("09", new("环境污染", "Pollution")),
        ("10", new("劳动争议", "Labour disputes")),
        ("11", new("消费", "Consumer matters")),
        ("12", new("医疗", "Medical disputes")),
        ("13", new("道路交通事故", "Road traffic accidents")),
        ("14", new("物业", "Property management")),
        ("15", new("旅游", "Tourism")),
        ("16", new("互联网", "Internet")),
        ("17", new("金融保险", "Finance and insurance")),
        ("18", new("知识产权", "Intellectual property")),
        ("19", new("校园", "Schools")),
        ("99", new("其他", "Other")),
    ];

    private static readonly FrozenDictionary<string, Message> ByCode = Table.ToFrozenDictionary(row => row.Code,
        row => row.Name, StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, string> Codes = Table.ToFrozenDictionary(row => row.Name.Zh,
        row => row.Code, StringComparer.Ordinal);

    /// <summary>Every code in the order of the table.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Table.Select(row => row.Code)];

    public static bool Exists(string? code) => code is not null && ByCode.ContainsKey(code);

    /// <summary>Null for an unknown code.</summary>
    public static Message? Name(string? code) => code is null ? null : ByCode.GetValueOrDefault(code);

    /// <summary>The code of the name that files use, with or without the ending 纠纷; null when unknown.</summary>
    public static string? ByChineseName(string? name)
    {
        if (name is null) return null;
        var text = name.Trim();
        return Codes.GetValueOrDefault(text)
            ?? (text.EndsWith("纠纷", StringComparison.Ordinal) ? Codes.GetValueOrDefault(text[..^2]) : null);
    }
}
