"""Writes the Unicode tables of the Python parser: python3 eng/unicode/generate.py FOLDER (src/AgentFactory.Core/Notebooks/Python/Unicode).

Run it in the CPython whose language the parser follows, so that both know the same Unicode version. The library of .NET has neither
the names of characters nor, without ICU, NFKC.
"""
import gzip
import sys
import unicodedata
from pathlib import Path

CODES = [c for c in range(0x110000) if not 0xD800 <= c < 0xE000]


def names():
    """Lines of NAME, tab, code in hexadecimal, sorted by name in ASCII order; the Hangul syllables and the ideographs follow rules and are left out."""
    lines = {}
    for code in CODES:
        name = unicodedata.name(chr(code), "")
        if name and not name.startswith("HANGUL SYLLABLE ") and not name.endswith("-%X" % code):
            lines[name] = code
    for alias, code in aliases():
        lines[alias] = code
    return "".join("%s\t%X\n" % (name, lines[name]) for name in sorted(lines))


def aliases():
    """Names that are looked up but are no character's own name: read from NameAliases.txt, given as the second argument, where there is one."""
    if len(sys.argv) > 2:
        for line in Path(sys.argv[2]).read_text(encoding="ascii").splitlines():
            if line and not line.startswith("#"):
                code, alias, _ = line.split(";")
                yield alias, int(code, 16)


def ranges():
    """Lines of PREFIX, tab, first, tab, last: the characters whose name is the prefix and their code."""
    found = []
    for code in CODES:
        name = unicodedata.name(chr(code), "")
        if name.endswith("-%X" % code):
            prefix = name[:-len("%X" % code)]
            if found and found[-1][0] == prefix and found[-1][2] == code - 1:
                found[-1][2] = code
            else:
                found.append([prefix, code, code])
    return "".join("%s\t%X\t%X\n" % tuple(line) for line in found)


def normalisation():
    """Lines "D code codes" (full compatibility decomposition), "O code class" (combining class), "C first second whole" (composition)."""
    lines = []
    for code in CODES:
        char = chr(code)
        if not 0xAC00 <= code < 0xD7A4:
            whole = unicodedata.normalize("NFKD", char)
            if whole != char:
                lines.append("D %X %s" % (code, " ".join("%X" % ord(c) for c in whole)))
            parts = unicodedata.decomposition(char).split()
            if len(parts) == 2 and not parts[0].startswith("<") and unicodedata.normalize("NFC", char) == char:
                lines.append("C %s %s %X" % (parts[0], parts[1], code))
        if unicodedata.combining(char):
            lines.append("O %X %d" % (code, unicodedata.combining(char)))
    return "\n".join(lines) + "\n"


def main():
    folder = Path(sys.argv[1])
    for name, text in (("names", names()), ("ranges", ranges()), ("normalisation", normalisation())):
        (folder / (name + ".txt.gz")).write_bytes(gzip.compress(text.encode("ascii"), 9, mtime=0))
    print("Unicode", unicodedata.unidata_version)


main()
