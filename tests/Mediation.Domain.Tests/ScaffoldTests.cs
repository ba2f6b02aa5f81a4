namespace Mediation.Domain.Tests;
