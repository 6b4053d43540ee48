"""What callers give, as JSON: copied, so that nothing changes under a render."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import field

from plmctl.core.canonical import LARGEST_INTEGER
from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value

MAX_DEPTH = 64
MAX_VALUES = 1_000_000


class NotJson(ValueError):
    """Why a value is no JSON; `path` leads to it, as people write it."""

    def __init__(self, path: str, reason: str):
        super().__init__(f"{path} {reason}")
        self.path = path


def plain(value: object, name: str) -> Value:
    """The value as plain JSON, in copies; raises NotJson, which calls it by the name.

    Tuples are lists, mappings of any kind are objects, and members of enumerations are their values.
    """
    return _Copy().of(value, name, 0)


def plain_name(name: object) -> str:
    """The name of an input; raises NotJson."""
    if not isinstance(name, str):
        raise NotJson(f"the name {name!r}", "must be text")
    return _text(name, "a name")


@dataclass(slots=True)
class _Copy:
    """One copy; `room` are the values that it may still have: a list may hold another twice at each level."""

    room: int = field(default=MAX_VALUES)

    def of(self, value: object, path: str, depth: int) -> Value:
        self.room -= 1
        if self.room < 0:
            raise NotJson(path, f"is larger than {MAX_VALUES} values")
        if depth > MAX_DEPTH:
            raise NotJson(path, f"nests deeper than {MAX_DEPTH}")
        match value:
            case None | bool():
                return value
            case str():
                return _text(value, path)
            case int() | float():
                return _number(value, path)
            case Mapping():
                return dict(self._fields(value, path, depth))
            case list() | tuple():
                return [self.of(item, f"{path}[{index}]", depth + 1) for index, item in enumerate(value)]
        raise NotJson(path, f"must be JSON, not a value of the type {type(value).__name__}")

    def _fields(self, value: Mapping[object, object], path: str, depth: int) -> Iterator[tuple[str, Value]]:
        for key, child in value.items():
            if not isinstance(key, str):
                there = f"has a key of the type {type(key).__name__}"
                raise NotJson(path, f"{there}: the keys of an object must be text")
            yield _text(key, path), self.of(child, f"{path}.{key}", depth + 1)


def _text(value: str, path: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError:
        raise NotJson(path, "has half a character (a lone surrogate)") from None
    # A member of an enumeration is text too, and prints as its name.
    return str.__str__(value)


def _number(value: float, path: str) -> int | float:
    if isinstance(value, int):
        if abs(value) > LARGEST_INTEGER:
            raise NotJson(path, "is beyond 2^53 - 1, and not every language reads it alike: give it as text")
        return int(value)
    if not math.isfinite(value):
        raise NotJson(path, f"is {value}, which JSON does not have")
    return float(value)
