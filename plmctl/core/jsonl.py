"""JSON Lines: one JSON value a line, read more strictly than JSON itself asks."""

import json
import math
import re
from collections.abc import Iterable, Iterator

from plmctl.core.canonical import LARGEST_INTEGER
from plmctl.core.deferred import deferred
from plmctl.core.record import (
    DEPTH_LIMIT,
    Flaw,
    Raw,
    Record,
    cut,
    decoded,
    empty_line,
    lines,
    marked,
    without_mark,
)
from plmctl.core.value import Value, unique

# Strings are stepped over, one that is never closed to the end: each character is looked at once.
_PART = deferred(r'"(?:[^"\\]|\\.)*+"?|[\[{]|[\]}]', re.DOTALL)
_HALF = deferred(r"\\u[dD]")
_ONE_VALUE = "JSON Lines has one record a line: write each on a line of its own, without a list around them"
_AGAIN = "write the record again as one JSON value; programs that write JSON Lines do it right"
_LONGEST_INTEGER = len(str(-LARGEST_INTEGER))
_LONGEST_KEY = 60


class _Refused(ValueError):
    """JSON that has no one meaning: why, and what to do."""

    def __init__(self, message: str, mend: str):
        super().__init__(message)
        self.message = message
        self.mend = mend


def json_raws(chunks: Iterable[bytes]) -> Iterator[Raw | Flaw]:
    """The lines of a file, as records that are not read yet; empty ones at its end are none."""
    number, empty = 0, 0
    for whole in lines(chunks):
        line = without_mark(whole)
        if line is not whole:
            yield marked()
        data = line.data.removesuffix(b"\r")
        if not line.is_cut and not data.strip(b" \t"):
            empty = empty or line.number
            continue
        if empty:
            yield empty_line(empty)
            empty = 0
        number += 1
        yield Raw(number, line.number, line.offset, data, line.is_cut)


def json_record(raw: Raw) -> Record | Flaw:
    """The record of a line, or why it is none."""
    if raw.is_cut:
        return cut(raw)
    text = decoded(raw)
    if isinstance(text, Flaw):
        return text
    try:
        return Record(number=raw.number, line=raw.line, value=_value(text))
    except _Refused as error:
        return Flaw(number=raw.number, line=raw.line, message=error.message, help=error.mend)
    except json.JSONDecodeError as error:
        help_ = _ONE_VALUE if text.strip() in ("[", "{") else _AGAIN
        message = f"the line is not JSON: it cannot be read from column {error.colno} on"
        return Flaw(number=raw.number, line=raw.line, message=message, help=help_)


def _value(text: str) -> Value:
    if text.count("[") + text.count("{") > DEPTH_LIMIT and _depth(text) > DEPTH_LIMIT:
        raise _Refused(f"the record is nested more than {DEPTH_LIMIT} levels deep", "write it flatter")
    value: Value = _DECODER.decode(text)
    if _HALF.search(text) and _has_half(value):
        mend = "write both halves, or the character itself"
        raise _Refused("an escape stands for half of a character", mend)
    return value


def _depth(text: str) -> int:
    depth = deepest = 0
    for part in _PART.finditer(text):
        sign = part[0]
        depth += {"[": 1, "{": 1, "]": -1, "}": -1}.get(sign, 0)
        deepest = max(deepest, depth)
    return deepest


def _has_half(value: Value) -> bool:
    try:
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return True
    return False


def _without_doubles(pairs: list[tuple[str, Value]]) -> dict[str, Value]:
    return unique(pairs, _doubled)


def _doubled(key: str) -> Exception:
    return _Refused(f"the key '{key[:_LONGEST_KEY]}' stands twice", "delete one of them")


def _no_number(written: str) -> float:
    raise _Refused(f"{written} is no JSON: programs read it differently, or not at all", "write null")


def _integer(written: str) -> int:
    number = int(written) if len(written) <= _LONGEST_INTEGER else LARGEST_INTEGER + 1
    if abs(number) > LARGEST_INTEGER:
        mend = "write it as text, in quotes"
        raise _Refused("an integer beyond 2^53-1, which programs read as different numbers", mend)
    return number


def _number(written: str) -> float:
    number = float(written)
    if math.isinf(number):
        raise _Refused(f"{written[:_LONGEST_KEY]} is larger than any number that programs hold", "write null")
    return number


_DECODER = json.JSONDecoder(
    object_pairs_hook=_without_doubles,
    parse_constant=_no_number,
    parse_int=_integer,
    parse_float=_number,
)
