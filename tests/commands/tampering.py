"""A lock with one of its values changed to another that may well stand there."""

import json
from collections.abc import Iterator

from plmctl.core.value import Value

Pointer = tuple[str | int, ...]


def scalars(value: Value, pointer: Pointer = ()) -> Iterator[tuple[Pointer, Value]]:
    """Every value in a lock that holds no other, with its place."""
    if isinstance(value, dict):
        for key, child in value.items():
            yield from scalars(child, (*pointer, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from scalars(child, (*pointer, index))
    else:
        yield pointer, value


def replaced(value: Value, pointer: Pointer, new: Value) -> Value:
    """The value with another one at a place."""
    if not pointer:
        return new
    step, rest = pointer[0], pointer[1:]
    if isinstance(value, dict):
        return {key: replaced(child, rest, new) if key == step else child for key, child in value.items()}
    assert isinstance(value, list)
    return [replaced(child, rest, new) if index == step else child for index, child in enumerate(value)]


def plausible(pointer: Pointer, value: Value) -> tuple[Value, ...]:
    """Other values that a schema may well allow at a place."""
    match pointer:
        case ("source", "release"):
            return tuple(other for other in ("v1.0.0", "v1.1.0", "v9.9.9") if other != value)
        case ("lockVersion",):
            return (0, 2)
        case ("root",):
            others = (None, "application/agent-desk", "application/support-bot", "prompt/support/triage")
            return tuple(other for other in others if other != value)
        case ("want",):
            return ("^1", ">=0.1.0", "9.9.9")
        case ("arm",):
            return ("control", "bolder")
        case ("environment",):
            return ("production", "development") if value == "staging" else ("staging",)
        case ("bind", _):
            return ("model/gpt-4o", "route/economy", "model/none", "prompt/support/triage")
        case (*_, "version"):
            return ("9.9.9", "1.0.0-rc.1", None) + (("1.0.0",) if value != "1.0.0" else ())
        case (*_, "size" | "nfiles"):
            assert isinstance(value, int)
            return (value + 1, 0)
    assert isinstance(value, str)
    last = value[-1]
    return (f"{value[:-1]}{'0' if last != '0' else '1'}", f"{value}x")


def spelt(value: Value) -> bytes:
    """JSON as plmctl writes it, but for what was changed."""
    return f"{json.dumps(value, indent=2, ensure_ascii=False)}\n".encode()
