using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

[assembly: TestFramework(typeof(Mediation.Service.Tests.DatabaseOrSkip))]

namespace Mediation.Service.Tests;

/// <summary>
/// Without a PostgreSQL the tests of a class with a fixture are skipped before it is made: xUnit counts what a fixture
/// throws as a failure, a skip too. All class fixtures here begin with a database; other tests say it when they ask for one.
/// </summary>
public sealed class DatabaseOrSkip : XunitTestFramework
{
    protected override ITestFrameworkExecutor CreateExecutor(Assembly assembly) =>
        new Executor(new XunitTestAssembly(assembly, null, assembly.GetName().Version));

    private sealed class Executor(IXunitTestAssembly assembly) : XunitTestFrameworkExecutor(assembly)
    {
        public override async ValueTask RunTestCases(
            IReadOnlyCollection<IXunitTestCase> testCases, IMessageSink executionMessageSink,
            ITestFrameworkExecutionOptions executionOptions, CancellationToken cancellationToken)
        {
            if (testCases.Any(HasFixture) && await TestCluster.MissingAsync() is { } missing)
                testCases = [.. testCases.Select(test => HasFixture(test) ? Skipped(test, missing) : test)];
            await base.RunTestCases(testCases, executionMessageSink, executionOptions, cancellationToken);
        }

        private static bool HasFixture(IXunitTestCase test) => test.TestClass.ClassFixtureTypes.Count > 0;

        private static XunitTestCase Skipped(IXunitTestCase test, string missing) =>
            new(test.TestMethod, test.TestCaseDisplayName, test.UniqueID, test.Explicit, skipReason: missing,
                sourceFilePath: test.SourceFilePath, sourceLineNumber: test.SourceLineNumber);
    }
}
