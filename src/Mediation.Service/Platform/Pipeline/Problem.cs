using Mediation.Domain.Cases;
using Mediation.Service.Platform.Telemetry;

namespace Mediation.Service.Platform.Pipeline;

/// <summary>
/// The one way in which a request fails on purpose: a stable code, a message in both languages, the HTTP status that
/// the API gives it. Pages show the same message. Never holds personal data.
/// </summary>
public sealed class ProblemException(int status, string code, Message message) : Exception(code)
{
    private bool counted;

    public int Status { get; } = status;
    public string Code { get; } = code;
    public Message Text { get; } = message;
    public Message? Basis { get; init; }

    /// <summary>camelCase path of the field (e.g. <c>parties[0].name</c>) to what is wrong with it.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Message>> Fields { get; init; } = new Dictionary<string, IReadOnlyList<Message>>();

    /// <summary>Further members of the problem document, e.g. changedBy.</summary>
    public IReadOnlyDictionary<string, object?> Extensions { get; init; } = new Dictionary<string, object?>();

    /// <summary>Once, however many hands it goes through.</summary>
    internal void Count()
    {
        if (counted) return;
        counted = true;
        Counted.Refusal(Code);
    }

    public static ProblemException NotFound() => new(404, "notFound",
        new("没有找到，或您无权查看。请核对编号。", "Not found, or not visible to you. Check the number."));

    public static ProblemException Forbidden() => new(403, "forbidden",
        new("您的角色不能执行此操作。请联系本单位负责人。", "Your role may not do this. Ask the head of your body."));

    public static ProblemException Invalid(IReadOnlyDictionary<string, IReadOnlyList<Message>> fields) => new(400, "validation",
        new("有内容需要更正，请逐项查看。", "Some fields need correction; see each of them."))
    { Fields = fields };

    public static ProblemException Invalid(string field, Message message) =>
        Invalid(new Dictionary<string, IReadOnlyList<Message>> { [field] = [message] });

    /// <summary>422: a well-formed value that names nothing.</summary>
    public static ProblemException Unknown(string field, Message message) => new(422, field + ".unknown", message)
    {
        Fields = new Dictionary<string, IReadOnlyList<Message>> { [field] = [message] },
    };

    public static ProblemException Of(Refusal refusal) => new(refusal.Fields.Count > 0 ? 422 : 409, refusal.Code, refusal.Message)
    {
        Basis = refusal.Basis,
        Fields = refusal.Fields.ToDictionary(pair => pair.Key, pair => (IReadOnlyList<Message>)[pair.Value]),
    };
}
