using AgentFactory.Core.Notebooks.Schemas;

namespace AgentFactory.Core.Tests.Notebooks.Schemas;

public sealed class DocstringTests
{
    [Theory]
    [InlineData("""
        Finds a flight.

        Also by train.

        Args:
            origin (str): Where from,
                as a code.
            day: When.
            **more: The rest.

        Returns:
            A list.
        """)]
    [InlineData("""
        Finds a flight.

        Also by train.

        Parameters
        ----------
        origin : str
            Where from,
            as a code.
        day : str, optional
            When.
        more
            The rest.

        Returns
        -------
        list
        """)]
    [InlineData("""
        Finds a flight.

        Also by train.

        :param str origin: Where from,
            as a code.
        :param day: When.
        :param more: The rest.
        :return: A list.
        """)]
    public void All_three_styles_give_the_description_and_the_parameters(string text)
    {
        var doc = Docstring.Parse("\n    " + text.Replace("\n", "\n    ", StringComparison.Ordinal) + "\n    ");
        Assert.Equal("Finds a flight.\n\nAlso by train.", doc.Description);
        Assert.Equal("Where from, as a code.", doc.Parameters["origin"]);
        Assert.Equal("When.", doc.Parameters["day"]);
        Assert.Equal("The rest.", doc.Parameters["more"]);
        Assert.Equal(3, doc.Parameters.Count);
        Assert.StartsWith("Finds a flight.\n\nAlso", doc.Whole, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Note this: it works.", "Note this: it works.")]
    [InlineData("", "")]
    [InlineData("Args:\n    x: Only this.", "")]
    [InlineData("Looks up: names, places.\nSecond line.", "Looks up: names, places.\nSecond line.")]
    public void What_is_no_section_is_description(string text, string description) => Assert.Equal(description, Docstring.Parse(text).Description);
}
