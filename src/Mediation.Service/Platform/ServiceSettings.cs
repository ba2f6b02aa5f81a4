using Npgsql;

namespace Mediation.Service.Platform;

/// <summary>What a running service is made of; tests make the same with a clock of their own.</summary>
/// <param name="Demonstration">No connection string was given: own database, demonstration accounts and cases.</param>
/// <param name="Jobs">This node fires the jobs (role worker or all).</param>
/// <param name="WarmUp">Not ready before the ways that everybody takes have been run.</param>
public sealed record ServiceSettings(NpgsqlDataSource Db, Keys Keys, TimeProvider Clock, string DataFolder, bool Demonstration,
    bool Jobs = true, bool WarmUp = false);

/// <summary>How far this node has come with its start.</summary>
public sealed class NodeState(ServiceSettings settings)
{
    private volatile bool warm = !settings.WarmUp;

    /// <summary>What everybody asks first has been run; until then readiness is refused and limits do not count.</summary>
    public bool IsWarm => warm;

    public void Warmed() => warm = true;
}
