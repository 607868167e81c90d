"""Prints CPython's own syntax trees in the form of SyntaxDump.cs.

Reads names of Python files from standard input, one a line. For each writes a line "file NAME", then either "error" or the tree, one value a line.
"""
import ast
import struct
import sys
import warnings

# Before 3.12 a node inside an f-string had no position of its own.
FIELD_POSITIONS = sys.version_info >= (3, 12)
WITHOUT_POSITION = {"arguments", "comprehension", "withitem", "match_case", "Module"}
SKIPPED = {"type_comment", "type_ignores"}
ADDED = {"FunctionDef": ["type_params"], "AsyncFunctionDef": ["type_params"], "ClassDef": ["type_params"],
         "TypeVar": ["default_value"], "TypeVarTuple": ["default_value"], "ParamSpec": ["default_value"]}


def plain(name):
    return name.replace("_", "").lower()


def bits(number):
    return struct.pack(">d", number).hex() if number == number else "nan"


def scalar(value):
    if value is None or value is True or value is False or value is ...:
        return str(value)
    if isinstance(value, str):
        units = value.encode("utf-16-be", "surrogatepass")
        codes = [units[i] << 8 | units[i + 1] for i in range(0, len(units), 2)]
        return "s:" + "".join(chr(c) if 32 <= c < 127 and c != 92 else "\\%04x" % c for c in codes)
    if isinstance(value, bytes):
        return "b:" + value.hex()
    if isinstance(value, int):
        return "i:%x" % value if value >= 0 else "i:-%x" % -value
    if isinstance(value, float):
        return "f:" + bits(value)
    if isinstance(value, complex):
        return "c:" + bits(value.real) + bits(value.imag)
    raise TypeError(type(value))


def dump(name, value, in_string, out):
    if isinstance(value, list):
        out.append("%s [%d" % (name, len(value)))
        for item in value:
            dump("-", item, in_string, out)
    elif isinstance(value, (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)):
        out.append("%s %s" % (name, type(value).__name__))
    elif isinstance(value, ast.AST):
        kind = type(value).__name__
        place = ""
        if kind not in WITHOUT_POSITION and not (in_string and not FIELD_POSITIONS):
            place = " %d:%d-%d:%d" % (value.lineno, value.col_offset, value.end_lineno, value.end_col_offset)
        out.append("%s %s%s" % (name, plain(kind), place))
        fields = [f for f in value._fields if f not in SKIPPED]
        fields += [f for f in ADDED.get(kind, []) if f not in fields]
        for field in fields:
            empty = [] if field == "type_params" else None
            dump(plain(field), getattr(value, field, empty), in_string or kind == "JoinedStr", out)
    else:
        out.append("%s %s" % (name, scalar(value)))


def main():
    sys.setrecursionlimit(10000)
    warnings.simplefilter("ignore")
    for line in sys.stdin:
        path = line.rstrip("\n")
        out = ["file " + path]
        try:
            with open(path, "rb") as file:
                dump("root", ast.parse(file.read()), False, out)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            out = ["file " + path, "error"]
        sys.stdout.write("\n".join(out) + "\n")
    sys.stdout.write("version %d.%d\n" % sys.version_info[:2])


main()
