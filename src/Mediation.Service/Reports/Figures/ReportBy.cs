using Mediation.Domain.Cases;

namespace Mediation.Service.Reports.Figures;

/// <summary>What the rows of a report stand for.</summary>
public enum ReportBy { Division, Category, Channel, Initiation, Body, Court, Track, Level }
