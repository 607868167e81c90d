"""Runs one function of a tool inside the sandbox.

Reads one JSON object on standard input: code, function, arguments, environment, packages, limits. Answers on what was standard output
when it began: a line `started`, then one line of JSON, {"value": ...} or {"error": "Type: message"}, with the name of a module that is not
there as "missing". Whatever the tool prints goes to standard error.

Arguments become what the annotations of the function ask for: Pydantic models, dataclasses, enums, dates, decimals, UUIDs, paths, sets,
tuples, and containers of these. A returned value becomes JSON: models, dataclasses, enums, sets, dates, arrays and data frames by
their own form, bytes as text, everything else (infinite numbers too) by str().
"""

import collections.abc
import dataclasses
import enum
import importlib
import inspect
import json
import math
import os
import resource
import sys
import types
import typing

MODULE = "agent_tool"
MAX_DEPTH = 60


def limit(limits):
    cpu, size = limits["cpu_seconds"], limits["file_bytes"]
    for kind, soft, hard in (
        (resource.RLIMIT_CPU, cpu, cpu + 1),
        (resource.RLIMIT_AS, limits["memory_bytes"], limits["memory_bytes"]),
        (resource.RLIMIT_FSIZE, size, size),
        (resource.RLIMIT_NOFILE, 256, 256),
        (resource.RLIMIT_NPROC, limits["processes"], limits["processes"]),
        (resource.RLIMIT_CORE, 0, 0),
        (resource.RLIMIT_MSGQUEUE, 0, 0),
        (resource.RLIMIT_MEMLOCK, 0, 0),
    ):
        ceiling = resource.getrlimit(kind)[1]
        if ceiling != resource.RLIM_INFINITY:
            soft, hard = min(soft, ceiling), min(hard, ceiling)
        resource.setrlimit(kind, (soft, hard))


def load(code):
    # A file, not a string: tracebacks, inspect.getsource and pickle then work as they do in a notebook.
    with open(MODULE + ".py", "w", encoding="utf-8") as file:
        file.write(code)
    sys.path.insert(0, os.getcwd())
    return importlib.import_module(MODULE)


def find(module, path):
    target = module
    for name in path.split("."):
        owner, target = target, getattr(target, name, None)
        if target is None:
            raise LookupError(f"the module has no '{path}'")
    if not callable(target):
        raise TypeError(f"'{path}' is {type(target).__name__}, not a function")
    if inspect.isclass(owner) and isinstance(inspect.getattr_static(owner, name), types.FunctionType):
        return getattr(owner(), name)
    return target


def coerce(hint, value):
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return coerce(inner[0], value)
    if origin is typing.Union or origin is types.UnionType:
        return coerce_union(inner, value)
    kind = origin or hint
    if not isinstance(kind, type) or value is None:
        return value
    if isinstance(value, dict):
        return coerce_object(kind, inner, value)
    if isinstance(value, list):
        return coerce_list(kind, inner, value)
    if issubclass(kind, enum.Enum) and not isinstance(value, kind):
        return kind[value] if isinstance(value, str) and value in kind.__members__ else kind(value)
    if isinstance(value, str):
        return coerce_text(kind, value)
    if isinstance(value, bool):
        return value
    if kind is int and isinstance(value, float) and value.is_integer():
        return int(value)
    if kind is float and isinstance(value, int):
        return float(value)
    if kind.__module__ == "decimal" and kind.__name__ == "Decimal":
        return kind(str(value))
    return value


def coerce_union(choices, value):
    if value is None and type(None) in choices:
        return None
    if any(choice in (str, int, float, bool) and type(value) is choice for choice in choices):
        return value
    failure = None
    for choice in choices:
        if choice is type(None):
            continue
        try:
            made = coerce(choice, value)
        except (ValueError, TypeError, KeyError) as error:
            failure = failure or error
            continue
        kind = typing.get_origin(choice) or choice
        if not isinstance(kind, type) or isinstance(made, kind):
            return made
    if failure:
        raise failure
    return value


def coerce_object(kind, inner, value):
    if hasattr(kind, "model_validate"):
        return kind.model_validate(value)
    if hasattr(kind, "parse_obj"):
        return kind.parse_obj(value)
    if dataclasses.is_dataclass(kind):
        hints = hints_of(kind)
        return kind(**{name: coerce(hints.get(name, typing.Any), item) for name, item in value.items()})
    if len(inner) == 2:
        return {coerce(inner[0], name): coerce(inner[1], item) for name, item in value.items()}
    return value


def coerce_list(kind, inner, value):
    if issubclass(kind, tuple) and inner and inner[-1] is not Ellipsis:
        value = [coerce(hint, item) for hint, item in zip(inner, value)] + value[len(inner):]
    elif inner:
        value = [coerce(inner[0], item) for item in value]
    if hasattr(kind, "_fields"):
        return kind(*value)
    for plain in (tuple, set, frozenset):
        if kind is plain:
            return plain(value)
    return set(value) if kind in (collections.abc.Set, collections.abc.MutableSet) else value


def coerce_text(kind, value):
    place, name = kind.__module__, kind.__name__
    if place == "datetime" and name in ("datetime", "date", "time"):
        return kind.fromisoformat(value.replace("Z", "+00:00") if name != "date" else value)
    if (place, name) in (("decimal", "Decimal"), ("_decimal", "Decimal"), ("_pydecimal", "Decimal"), ("uuid", "UUID")):
        return kind(value)
    if place.startswith("pathlib") and name in ("Path", "PurePath", "PosixPath"):
        return kind(value)
    return value.encode() if kind is bytes else value


def hints_of(function):
    try:
        return typing.get_type_hints(function, include_extras=True)
    except Exception:  # an annotation that can't be resolved is no reason not to call: the values stay as JSON has them
        return {}


def call(function, arguments):
    hints = hints_of(function)
    try:
        parameters = inspect.signature(function).parameters
    except (ValueError, TypeError):
        parameters = {}
    positional, keywords = [], {}
    for name, value in arguments.items():
        parameter = parameters.get(name)
        value = coerce(hints.get(name, typing.Any), value)
        if parameter is not None and parameter.kind is parameter.VAR_KEYWORD and isinstance(value, dict):
            keywords.update(value)
        elif parameter is None or parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            keywords[name] = value
    for name, parameter in parameters.items():
        if name in arguments and parameter.kind is parameter.POSITIONAL_ONLY:
            positional.append(coerce(hints.get(name, typing.Any), arguments[name]))
        elif name in arguments and parameter.kind is parameter.VAR_POSITIONAL:
            # Only reachable by position, so everything before it has to go by position too.
            before = [other for other in parameters if other in keywords][: list(parameters).index(name)]
            positional += [keywords.pop(other) for other in before] + list(arguments[name])
    result = function(*positional, **keywords)
    if inspect.isawaitable(result) or inspect.isasyncgen(result):
        import asyncio

        result = asyncio.run(drain(result))
    return list(result) if inspect.isgenerator(result) else result


async def drain(result):
    return [item async for item in result] if inspect.isasyncgen(result) else await result


def plain(value, depth=0):
    if depth > MAX_DEPTH:
        return str(value)
    if value is None or isinstance(value, (bool, str)) and not isinstance(value, enum.Enum):
        return value if type(value) in (type(None), bool, str) else str.__str__(value)
    if isinstance(value, enum.Enum):
        return plain(value.value, depth + 1)
    if isinstance(value, int):
        return int(value)
    if isinstance(value, float):
        return float(value) if math.isfinite(value) else str(value)
    if isinstance(value, collections.abc.Mapping):
        return {key if isinstance(key, str) else str(key): plain(item, depth + 1) for key, item in value.items()}
    if hasattr(value, "_asdict"):
        return plain(value._asdict(), depth + 1)
    if isinstance(value, (list, tuple, set, frozenset, collections.abc.KeysView, collections.abc.ValuesView)):
        return [plain(item, depth + 1) for item in value]
    if isinstance(value, (bytes, bytearray)):
        return bytes(value).decode("utf-8", "replace")
    return plain_object(value, depth)


def plain_object(value, depth):
    if isinstance(value, type):
        return str(value)
    if hasattr(value, "model_dump"):
        return plain(value.model_dump(mode="json"), depth + 1)
    if dataclasses.is_dataclass(value):
        return {field.name: plain(getattr(value, field.name), depth + 1) for field in dataclasses.fields(value)}
    module = type(value).__module__.partition(".")[0]
    if module == "pandas" and hasattr(value, "to_dict"):
        return plain(value.to_dict(orient="records") if value.ndim == 2 else value.to_dict(), depth + 1)
    if module in ("numpy", "torch") and hasattr(value, "tolist"):
        return plain(value.tolist(), depth + 1)
    if module == "datetime" and hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value)


def describe(error):
    if isinstance(error, MemoryError):
        return "MemoryError: the tool needs more memory than it may use"
    if isinstance(error, SystemExit):
        return "SystemExit: the tool ended the interpreter instead of returning"
    try:
        return f"{type(error).__name__}: {error}"
    except Exception:  # the error's own __str__ is the tool's code too
        return type(error).__name__


def report_trace(error):
    try:
        import traceback

        traceback.print_exception(error)
    except Exception:  # a trace is a courtesy; without memory for it the error itself still goes out
        sys.stderr.write("no trace\n")


def main():
    request = json.loads(sys.stdin.buffer.read())
    # Whatever the server held open and this process inherited is none of the tool's business.
    os.closerange(3, 65536)
    answers = os.dup(1)
    os.dup2(2, 1)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.closerange(answers + 1, 64)
    sys.stdin = open(0, encoding="utf-8")
    sys.stdout = open(1, "w", encoding="utf-8", errors="replace", buffering=1, closefd=False)
    os.environ.update(request["environment"])
    sys.path[0:0] = request["packages"]
    os.write(answers, b"started\n")
    try:
        limit(request["limits"])
        value = call(find(load(request["code"]), request["function"]), request["arguments"])
        text = json.dumps({"value": plain(value)}, ensure_ascii=False, allow_nan=False)
    except BaseException as error:
        if not isinstance(error, (ModuleNotFoundError, SystemExit)):
            report_trace(error)
        missing = error.name if isinstance(error, ModuleNotFoundError) and isinstance(error.name, str) else None
        text = json.dumps({"error": describe(error), "missing": missing}, ensure_ascii=False)
    sys.stdout.flush()
    with open(answers, "wb") as file:
        file.write(text.encode("utf-8", "replace"))
        file.write(b"\n")
    # Threads the tool left running, and exit handlers, don't hold up the answer.
    os._exit(0)


main()
