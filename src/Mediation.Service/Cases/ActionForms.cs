using Mediation.Domain.Cases;

namespace Mediation.Service.Cases;

/// <summary>What is asked for, and so which control asks and which JSON comes out.</summary>
public enum Ask { Line, Area, Lines, Date, Moment, Number, YesNo, Value, Party, Parties, Body, Mediator, Court, Session, Term, CorrectField, Signatures, Terms, RiskItems, Person, AnyBody, Departments, Letter, Whistle }

/// <param name="Name">As the API names it; <c>n</c> is the number in the route.</param>
/// <param name="Values">The enumeration of an <see cref="Ask.Value"/>.</param>
public sealed record ActionField(string Name, Ask Ask, bool Required = false, Type? Values = null);

/// <summary>The form of every action, by its name in the transition table. Labels, hints and consequences are texts by key.</summary>
public static class ActionForms
{
    private static readonly ActionField Reason = new("reason", Ask.Area, true);
    private static readonly ActionField Session = new("n", Ask.Session, true);
    private static readonly ActionField Term = new("n", Ask.Term, true);

    private static readonly ActionField[] Agreement =
    [
        Of<AgreementForm>("form"), new("signedOn", Ask.Date, true), new("facts", Ask.Area), new("issues", Ask.Area), new("terms", Ask.Terms),
        new("way", Ask.Line), new("signatures", Ask.Signatures), new("sealed", Ask.YesNo),
    ];

    private static readonly Dictionary<string, ActionField[]> ByName = new(StringComparer.Ordinal)
    {
        ["accept"] = [new("self", Ask.YesNo), new("mediator", Ask.Mediator), new("termFrom", Ask.Date)],
        ["not-accept"] = [Of<NotAcceptReason>("reason")],
        ["guide"] = [Of<GuideRoute>("route")],
        ["refer"] = [new("body", Ask.Body, true), Reason with { Required = false }],
        ["referral/accept"] = [new("signedOn", Ask.Date)],
        ["referral/decline"] = [Reason],
        ["transfer"] = [new("body", Ask.Body), new("division", Ask.Line), Reason],
        ["transfer/accept"] = [],
        ["transfer/decline"] = [Reason],
        ["join"] = [new("body", Ask.Body, true)],
        ["assign"] = [new("mediator", Ask.Mediator, true)],
        ["recuse"] = [Reason],
        ["consents"] = [new("party", Ask.Party, true), new("given", Ask.YesNo, true), new("how", Ask.Line, true)],
        ["sessions"] = [new("startsAt", Ask.Moment, true), new("minutes", Ask.Number, true), new("place", Ask.Line, true), Of<SessionKind>("kind")],
        ["sessions/held"] = [Session, new("attendance", Ask.Parties, true), new("record", Ask.Area, true)],
        ["sessions/cancel"] = [Session, Reason],
        ["sessions/no-show"] = [Session, new("party", Ask.Party, true)],
        ["suspend"] = [Reason],
        ["resume"] = [],
        ["extend"] = [new("days", Ask.Number, true), new("consents", Ask.Parties, true)],
        ["settle"] = Agreement,
        ["partial-settle"] = [new("settledParties", Ask.Parties), new("settledIssues", Ask.Area), Of<Rest>("rest"), .. Agreement],
        ["fail"] = [Of<FailReason>("reason")],
        ["withdraw"] = [new("party", Ask.Party, true), Reason],
        ["terminate"] = [Reason],
        ["confirmation/request"] = [new("court", Ask.Court), new("byBothParties", Ask.YesNo, true)],
        ["confirmation/not-accepted"] = [Reason],
        ["confirmation/granted"] = [new("confirmationNo", Ask.Line, true)],
        ["confirmation/rejected"] = [Reason],
        ["confirmation/withdrawn"] = [],
        ["terms/performed"] = [Term, new("amount", Ask.Number)],
        ["terms/defaulted"] = [Term],
        ["remediate"] = [new("consents", Ask.Parties, true)],
        ["correct"] = [new("field", Ask.CorrectField, true), new("value", Ask.Line, true), Reason],
        ["follow-ups"] = [new("method", Ask.Line, true), new("performed", Ask.YesNo, true), new("satisfaction", Ask.Number), new("remarks", Ask.Area)],
        ["archive"] = [],
        ["reopen"] = [Reason],
        ["risk"] = [Of<Risk>("level") with { Required = false }, new("items", Ask.RiskItems), new("until", Ask.Date), Reason],
        ["risk/confirm"] = [],
        ["letters"] = [new("to", Ask.AnyBody, true), Of<LetterKind>("kind") with { Required = false }, new("text", Ask.Area, true), new("replyBy", Ask.Date, true)],
        ["letters/reply"] = [new("n", Ask.Letter, true), new("text", Ask.Area, true)],
        ["letters/close"] = [new("n", Ask.Letter, true), new("remarks", Ask.Area)],
        ["whistle"] = [new("departments", Ask.Departments, true), new("question", Ask.Area, true), new("answerBy", Ask.Date, true)],
        ["whistle/answer"] = [new("n", Ask.Whistle, true), new("text", Ask.Area, true)],
        ["lead"] = [new("person", Ask.Person, true)],
    };

    public static IReadOnlyCollection<string> Names => ByName.Keys;

    public static IReadOnlyList<ActionField>? Find(string action) => ByName.GetValueOrDefault(action);

    private static ActionField Of<T>(string name) where T : struct, Enum => new(name, Ask.Value, true, typeof(T));
}
