namespace Mediation.Domain;

public enum Track { People, Administrative, Labour, Medical, Commercial, Delegated, Entrusted }

/// <summary>The court's procedure; decides the term of an entrusted case.</summary>
public enum Procedure { Ordinary, Summary }

/// <summary>How dangerous the matter is. Never mixed with timeliness, which the clocks give.</summary>
public enum Risk { Green, Yellow, Red }

/// <summary>The rung of the tree at which a body works; the reports count what each rung resolves.</summary>
public enum Level { Village, Township, County, City, Province }
