"""Values and places as messages say them."""

import json
import re
from collections.abc import Mapping, Sequence

from plmctl.core.secrecy import visible_pointer
from plmctl.core.value import Pointer, Value

LONGEST_SHOWN = 60
TYPES: Mapping[str, str] = {
    "null": "null",
    "boolean": "true or false",
    "integer": "a whole number",
    "number": "a number",
    "string": "text",
    "array": "a list",
    "object": "a mapping",
}


def path_of(pointer: Pointer) -> str:
    """A pointer as people write it: spec.messages[0].role."""
    parts = (f"[{part}]" if isinstance(part, int) else f".{_step(part)}" for part in visible_pointer(pointer))
    return "".join(parts).removeprefix(".") or "the manifest"


def shown(value: Value) -> str:
    """A value in a message, cut where it is long."""
    text = f"'{value}'" if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= LONGEST_SHOWN else text[: LONGEST_SHOWN - 3] + "..."


def one_line(text: str) -> str:
    """Text from elsewhere on one line, controls escaped, so that it can be no line or trailer of its own."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def listed(words: Sequence[str]) -> str:
    """Words with commas, and 'or' before the last."""
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def counted(count: int, unit: str) -> str:
    """How many of a unit: 1 file, 2 files."""
    return f"{count} {unit if count == 1 else unit + 's'}"


def kind_of(value: Value) -> str:
    """What is there, without its value."""
    match value:
        case bool():
            return TYPES["boolean"]
        case int() | float():
            return TYPES["number"]
        case str():
            return TYPES["string"]
        case _:
            return named(value)


def named(value: Value) -> str:
    """What is there instead of a value of the right type, in words."""
    match value:
        case dict():
            return "a mapping"
        case list():
            return "a list"
        case str():
            return f"the text {shown(value)}"
        case _:
            return shown(value)


def _step(key: str) -> str:
    return key if re.fullmatch(r"[\w$/-]+", key) else shown(key)
