using System.Data;
using Dapper;
using Npgsql;

namespace Mediation.Service.Platform;

/// <summary>How the service connects: as the role mediation_app, which cannot change the journal.</summary>
public static class Database
{
    public static NpgsqlDataSource Open(string connectionString)
    {
        MapTypes();
        var given = new NpgsqlConnectionStringBuilder(connectionString);
        var settings = new NpgsqlConnectionStringBuilder(connectionString)
        {
            // Compiling a plan (jit) takes longer than the longest of these statements gains by it.
            Options = "-c role=mediation_app -c statement_timeout=30000 -c timezone=UTC -c jit=off",
            ApplicationName = string.IsNullOrEmpty(given.ApplicationName) ? "mediation" : given.ApplicationName,
            MaxAutoPrepare = 200,
            // nothing here leaves a setting behind, and seven statements for each use of a connection cost more than the use
            NoResetOnClose = true,
            IncludeErrorDetail = false, // details quote row values: personal data
            Timeout = 5,
        };
        // By the name its figures are told apart, where else the connection string would stand.
        return new NpgsqlDataSourceBuilder(settings.ConnectionString) { Name = settings.ApplicationName }.Build();
    }

    /// <summary>
    /// What Dapper does not do by itself: DateTimeOffset for timestamptz, DateOnly, arrays of text in a constructor, and body_name
    /// for BodyName. The word of a member it reads as the member by itself, in any case.
    /// </summary>
    public static void MapTypes()
    {
        DefaultTypeMap.MatchNamesWithUnderscores = true;
        SqlMapper.AddTypeHandler(new InstantHandler());
        SqlMapper.AddTypeHandler(new DateHandler());
        SqlMapper.AddTypeHandler(new WordsHandler());
    }

    private sealed class InstantHandler : SqlMapper.TypeHandler<DateTimeOffset>
    {
        public override DateTimeOffset Parse(object value) => new(DateTime.SpecifyKind((DateTime)value, DateTimeKind.Utc));

        public override void SetValue(IDbDataParameter parameter, DateTimeOffset value) => parameter.Value = value.UtcDateTime;
    }

    private sealed class DateHandler : SqlMapper.TypeHandler<DateOnly>
    {
        public override DateOnly Parse(object value) => value is DateOnly date ? date : DateOnly.FromDateTime((DateTime)value);

        public override void SetValue(IDbDataParameter parameter, DateOnly value)
        {
            parameter.DbType = DbType.Date;
            parameter.Value = value;
        }
    }

    private sealed class WordsHandler : SqlMapper.TypeHandler<string[]>
    {
        public override string[] Parse(object value) => (string[])value;

        public override void SetValue(IDbDataParameter parameter, string[]? value) => parameter.Value = value;
    }
}
