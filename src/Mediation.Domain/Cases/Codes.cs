namespace Mediation.Domain.Cases;

/// <summary>Where a case stands. The possible moves are in <see cref="Transitions"/>.</summary>
public enum Status
{
    Registered, NotAccepted, Guided, Accepted, Referred, Assigned, InSession, Suspended,
    Settled, PartiallySettled, Failed, Withdrawn, Terminated, Recalled, Archived,
}

/// <summary>The four stages that the stage rail shows.</summary>
public enum Stage { Intake, Referral, Mediation, Closure }

/// <summary>How a case ended. Stays when the file is archived, goes when the case is reopened.</summary>
public enum Outcome { Settled, Partial, Failed, Withdrawn, Terminated, Recalled, NotAccepted, Guided }

public enum Channel { WalkIn, Online, Hotline, Grid, Police, Petition, Court, Enterprise, Transfer }

public enum Initiation { Application, OwnInitiative, Entrusted }

public enum Side { Applicant, Respondent, ThirdParty }

public enum PartyKind { Person, Organisation }

public enum RepresentativeKind { LegalRepresentative, Guardian, Entrusted, Chosen }

public enum Authority { General, Special }

public enum NotAcceptReason { SpecialBody, AlreadyWithCourt, Refusal, DecidedByGovernment, Crime }

public enum GuideRoute { Arbitration, AdministrativeRuling, Reconsideration, LabourInspection, LegalAid, Notary, Police, Court }

public enum SessionKind { InPerson, Phone, Video, Asynchronous, Courtyard }

public enum SessionState { Scheduled, Held, Cancelled }

public enum AgreementForm { Written, Oral, Reconciled }

public enum TermState { Open, Performed, Defaulted }

public enum ConfirmationState { Requested, NotAccepted, Granted, Rejected, Withdrawn }

/// <summary>What happens to the part of the dispute that a partial agreement leaves open.</summary>
public enum Rest { Continue, Fail, Split }

/// <summary>Why mediation failed (调解不成).</summary>
public enum FailReason { ConsentRefused, Unreachable, NoShow, Deadlock, Expired, RefusedToSign, Unsuitable }

/// <summary>How the lawsuit behind a court's case ended.</summary>
public enum ConclusionKind { WithdrawnSuit, OtherClosure, MediationPaper, Judgment }
