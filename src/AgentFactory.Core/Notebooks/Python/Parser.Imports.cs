using AgentFactory.Core.Notebooks.Python.Tokens;

namespace AgentFactory.Core.Notebooks.Python;

internal sealed partial class Parser
{
    private Import ImportStatement()
    {
        var start = token.Start;
        var names = new List<Alias>();
        do
        {
            Advance();
            names.Add(ImportedModule());
        }
        while (At(TokenKind.Comma));
        return new Import(names.ToArray()) { Start = start, End = lastEnd };
    }

    private Alias ImportedModule()
    {
        var start = token.Start;
        var name = DottedName();
        var asName = Accept(TokenKind.As) ? Identifier("a name after 'as'") : null;
        return new Alias(name, asName) { Start = start, End = lastEnd };
    }

    private string DottedName()
    {
        var name = Identifier("the name of a module");
        if (!At(TokenKind.Dot))
        {
            return name;
        }

        var parts = new List<string> { name };
        while (Accept(TokenKind.Dot))
        {
            parts.Add(Identifier("a name after '.'"));
        }

        return string.Join('.', parts);
    }

    private ImportFrom ImportFromStatement()
    {
        var start = token.Start;
        Advance();
        var level = 0;
        while (token.Kind is TokenKind.Dot or TokenKind.Ellipsis)
        {
            level += At(TokenKind.Dot) ? 1 : 3;
            Advance();
        }

        var module = level > 0 && At(TokenKind.Import) ? null : DottedName();
        Expect(TokenKind.Import, "'import'");
        var names = ImportedNames();
        return new ImportFrom(module, names, level) { Start = start, End = lastEnd };
    }

    private Alias[] ImportedNames()
    {
        if (At(TokenKind.Star))
        {
            var star = new Alias("*", null) { Start = token.Start, End = token.End };
            Advance();
            return [star];
        }

        var inParentheses = Accept(TokenKind.LeftParenthesis);
        var names = new List<Alias>();
        do
        {
            if (inParentheses && names.Count > 0 && At(TokenKind.RightParenthesis))
            {
                break;
            }

            names.Add(ImportedName());
        }
        while (Accept(TokenKind.Comma));
        if (inParentheses)
        {
            Expect(TokenKind.RightParenthesis, "',' or ')'");
        }

        return names.ToArray();
    }

    private Alias ImportedName()
    {
        var start = token.Start;
        var name = Identifier("a name to import");
        var asName = Accept(TokenKind.As) ? Identifier("a name after 'as'") : null;
        return new Alias(name, asName) { Start = start, End = lastEnd };
    }
}
