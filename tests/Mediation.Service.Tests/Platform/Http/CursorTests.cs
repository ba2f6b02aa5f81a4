using Mediation.Service.Platform.Http;
using Mediation.Service.Platform.Pipeline;

namespace Mediation.Service.Tests.Platform.Http;

public sealed class CursorTests
{
    [Fact]
    public void A_cursor_gives_back_its_key_under_the_same_filters()
    {
        var cursor = Cursor.Write(["2026-11-23", null, "某"], "division", null);

        Assert.Equal(["2026-11-23", null, "某"], Cursor.Read(cursor, 3, "division", null));
        Assert.Null(Cursor.Read(null, 3, "division"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("%%%")]
    [InlineData("e30")]
    [InlineData("bnVsbA")]
    [InlineData("W10")]
    public void What_is_no_cursor_is_refused(string cursor) => Refused(cursor, "division");

    [Fact]
    public void A_cursor_under_other_filters_or_of_another_list_is_refused()
    {
        var cursor = Cursor.Write(["1"], "division", "43");

        Refused(cursor, "division", "4301");
        Refused(cursor, "division43");
        Assert.Equal("cursor.invalid", Assert.Throws<ProblemException>(() => Cursor.Read(cursor, 2, "division", "43")).Code);
    }

    private static void Refused(string cursor, params string[] filters)
    {
        var problem = Assert.Throws<ProblemException>(() => Cursor.Read(cursor, 1, filters));
        Assert.Equal((400, "cursor.invalid"), (problem.Status, problem.Code));
    }
}
