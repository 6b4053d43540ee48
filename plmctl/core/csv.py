"""Comma-separated values (RFC 4180): rows under a header, with quotes and line ends in fields."""

import math
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import field
from itertools import islice

from plmctl.core.canonical import LARGEST_INTEGER
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.record import (
    RECORD_LIMIT,
    Flaw,
    Line,
    Raw,
    Record,
    cut,
    decoded,
    empty_line,
    lines,
    marked,
    without_mark,
)
from plmctl.core.value import Value, as_mapping, as_texts

_FIELD = deferred(r'"((?:[^"]|"")*+)"|([^",]*+)')
_INTEGER = deferred(r"-?(?:0|[1-9][0-9]{0,15})")
_NUMBER = deferred(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")
_QUOTED = "put the whole field in quotes, and write each quote inside of it twice"
_LONGEST_NAME = 60


@dataclass(slots=True, kw_only=True)
class Rows:
    """The reader of one CSV file; `types` are those that the schema of a record says of its columns."""

    types: Mapping[str, tuple[str, ...]]
    _columns: tuple[str, ...] = field(default=(), init=False)

    def raws(self, chunks: Iterable[bytes]) -> Iterator[Raw | Flaw]:
        """The rows below the header, not read yet; without a header that can be read there are none."""
        rows = _rows(lines(chunks))
        yield from self._head(rows)
        if self._columns:
            yield from _body(rows)

    def _head(self, rows: Iterator[Raw | Flaw]) -> Iterator[Flaw]:
        for row in rows:
            if isinstance(row, Flaw):
                yield row
                if not row.is_mark:
                    return
            elif row.data or row.is_cut:
                yield from self._read_header(row)
                return
        yield Flaw(
            number=None, line=1, message="the file has no header", help="name the columns in its first line"
        )

    def record(self, raw: Raw) -> Record | Flaw:
        """The record of a row, its columns as their types say, or why it is none."""
        fields = _fields(raw)
        if isinstance(fields, Flaw):
            return fields
        if len(fields) != len(self._columns):
            return _flaw(
                raw,
                f"the row has {len(fields)} {'field' if len(fields) == 1 else 'fields'}, "
                f"and the header {len(self._columns)}",
                "write a comma for each field that is empty; a field with a comma needs quotes",
            )
        value: dict[str, Value] = {}
        for column, text in zip(self._columns, fields, strict=True):
            types = self.types.get(column)
            if types is None:
                value[column] = text
            elif text or "string" in types:
                value[column] = typed(text, types)
            elif "null" in types:
                value[column] = None
        return Record(number=raw.number, line=raw.line, value=value)

    def _read_header(self, raw: Raw) -> Iterator[Flaw]:
        fields = _fields(raw)
        if isinstance(fields, Flaw):
            yield fields
            return
        first = {name: index for index, name in reversed([*enumerate(fields)])}
        twice = next((name for index, name in enumerate(fields) if first[name] < index), None)
        if twice is not None:
            message = f"two columns of the header are named '{twice[:_LONGEST_NAME]}'"
            yield _flaw(raw, message, "give each column a name of its own")
            return
        self._columns = tuple(fields)


def column_types(schema: Mapping[str, Value]) -> Mapping[str, tuple[str, ...]]:
    """The types that a record's schema states of its columns: only what stands at the column itself."""
    types = {
        name: as_mapping(column).get("type") for name, column in as_mapping(schema.get("properties")).items()
    }
    stated = {name: (t,) if isinstance(t, str) else as_texts(t) for name, t in types.items()}
    return {name: found for name, found in stated.items() if found}


def _body(rows: Iterator[Raw | Flaw]) -> Iterator[Raw | Flaw]:
    empty = 0
    for row in rows:
        if isinstance(row, Raw) and not row.data and not row.is_cut:
            empty = empty or row.line
            continue
        if empty:
            yield empty_line(empty)
            empty = 0
        yield row


def _rows(found: Iterable[Line]) -> Iterator[Raw | Flaw]:
    """The rows of a file: lines, and those with the lines that follow where a quote is open.

    They are numbered from the header, which is 0; an empty one has no number of its own.
    """
    source, waiting = _unmarked(found), deque[Line]()
    held: list[Line] = []
    number, size, is_open = 0, 0, False
    while True:
        line = waiting.popleft() if waiting else next(source, None)
        if isinstance(line, Flaw):
            yield line
            continue
        if line is not None:
            has_quote = b'"' in line.data
            if not held and not has_quote:
                # Most lines are such, and files have millions.
                data = line.data.removesuffix(b"\r")
                yield Raw(number, line.number, line.offset, data, line.is_cut)
                number += 1 if data or line.is_cut else 0
                continue
            held.append(line)
            size += len(line.data) + 1
            is_open ^= has_quote and line.data.count(b'"') % 2 == 1
            if is_open and not line.is_cut and size <= RECORD_LIMIT:
                continue
        elif not held:
            return
        if is_open:
            # The line where the quote is opened is lost; those after it are read as if it were not there.
            yield _never_closed(held[0], number)
            waiting.extendleft(reversed(held[1:]))
        else:
            yield _joined(held, number)
        number += 1
        held, size, is_open = [], 0, False


def _unmarked(found: Iterable[Line]) -> Iterator[Line | Flaw]:
    """Lines without the byte order mark that the first may begin with, which is told."""
    source = iter(found)
    for first in islice(source, 1):
        line = without_mark(first)
        if line is not first:
            yield marked()
        yield line
    yield from source


def _joined(held: list[Line], number: int) -> Raw:
    first, is_cut = held[0], any(line.is_cut for line in held)
    data = b"\n".join(line.data for line in held).removesuffix(b"\r")
    return Raw(number, first.number, first.offset, data, is_cut)


def _never_closed(line: Line, number: int) -> Flaw:
    message = "a quote is opened in this line and not closed"
    return Flaw(number=number or None, line=line.number, message=message, help=_QUOTED)


def _fields(raw: Raw) -> list[str] | Flaw:
    if raw.is_cut:
        return cut(raw)
    text = decoded(raw)
    if isinstance(text, Flaw):
        return text
    if '"' not in text:
        fields = text.split(",")
        return _lone_return(raw) if "\r" in text else fields
    return _quoted_fields(raw, text)


def _quoted_fields(raw: Raw, text: str) -> list[str] | Flaw:
    fields: list[str] = []
    at = 0
    while True:
        found = _FIELD.match(text, at)
        assert found is not None  # of no characters, at least
        quoted, plain = found.groups()
        at = found.end()
        if at < len(text) and text[at] != ",":
            where = "after the quote that ends a field" if plain is None else "inside a field without quotes"
            what = "text stands" if plain is None else "a quote stands"
            return _flaw(raw, f"{what} {where}", _QUOTED)
        if plain is not None and "\r" in plain:
            return _lone_return(raw)
        fields.append(plain if plain is not None else quoted.replace('""', '"'))
        if at == len(text):
            return fields
        at += 1


def _lone_return(raw: Raw) -> Flaw:
    message = "a carriage return stands alone: some programs end the row there"
    return _flaw(raw, message, "end lines with LF, and put a field with line ends in quotes")


def _flaw(raw: Raw, message: str, mend: str) -> Flaw:
    return Flaw(number=raw.number or None, line=raw.line, message=message, help=mend)


def typed(text: str, types: tuple[str, ...]) -> Value:
    """A field as the first type that it is a spelling of; as text where it may be text, or is of none."""
    if "string" in types:
        return text
    if "integer" in types and _INTEGER.fullmatch(text) and abs(int(text)) <= LARGEST_INTEGER:
        return int(text)
    if "number" in types and _NUMBER.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    if "boolean" in types and text.lower() in ("true", "false"):
        return text.lower() == "true"
    return text
