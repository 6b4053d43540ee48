"""JSON values as they were read, and careful looks into them."""

from collections import Counter
from collections.abc import Callable, Mapping
from typing import cast

Value = None | bool | int | float | str | list["Value"] | dict[str, "Value"]
Pointer = tuple[str | int, ...]


def as_mapping(value: Value) -> Mapping[str, Value]:
    """The mapping that a value is, an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_items(value: Value) -> list[Value]:
    """The list that a value is, an empty one for anything else."""
    return value if isinstance(value, list) else []


def as_text(value: Value) -> str | None:
    """The text that a value is, None for anything else."""
    return value if isinstance(value, str) else None


def as_texts(value: Value) -> tuple[str, ...]:
    """The texts in the list that a value is."""
    return tuple(item for item in as_items(value) if isinstance(item, str))


def value_at(value: Value, pointer: Pointer) -> Value:
    """What stands at a pointer that exists."""
    for step in pointer:
        value = cast(dict[str | int, Value], value)[step]
    return value


def pointer_text(pointer: Pointer) -> str:
    """A place as a JSON Pointer (RFC 6901)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in pointer)


def unique(pairs: list[tuple[str, Value]], wrong: Callable[[str], Exception]) -> dict[str, Value]:
    """The object that a reader of JSON found; raises what is wrong with it where a key stands twice."""
    found = dict(pairs)
    if len(found) < len(pairs):
        counts = Counter(key for key, _ in pairs)
        raise wrong(next(key for key, count in counts.items() if count > 1))
    return found
