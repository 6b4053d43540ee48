"""Where a text must be cut to change one value, one key, one part of a value, or to add one.

Each function yields ways to do it, the one that touches least first; core/edit.py takes the first that
reads back as it should.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice
from typing import cast

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import Edit, Location
from plmctl.core.source import place_of
from plmctl.core.spot import Document, Spot, place_in_block
from plmctl.core.value import Pointer, Value, value_at
from plmctl.core.written import in_flow, text_in_style

Place = tuple[int, int]

_BOM = "\ufeff"
_LINE_END = deferred("(\r\n|\r|\n)")
_HEADER = deferred(r"[|>][-+0-9]*(?P<comment>[ \t]+#.*)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Splice:
    """A span of a text, from line and column (from 1) to an exclusive end, and what is to stand there."""

    start: Place
    end: Place
    text: str


def spliced(text: str, splices: Iterable[Splice]) -> str:
    """The text with splices that do not overlap; all else, a byte order mark and line ends too, as it was."""
    mark = _BOM if text.startswith(_BOM) else ""
    parts = _LINE_END.split(text.removeprefix(mark))
    lines, ends = parts[::2], parts[1::2]
    widths = (len(line) + len(end) for line, end in zip(lines, [*ends, ""], strict=True))
    starts = list(accumulate(widths, initial=len(mark)))
    for splice in sorted(splices, key=lambda splice: splice.start, reverse=True):
        (line, column), (end_line, end_column) = splice.start, splice.end
        newline = ends[min(line, len(ends)) - 1] if ends else "\n"
        before, after = starts[line - 1] + column - 1, starts[end_line - 1] + end_column - 1
        text = text[:before] + splice.text.replace("\n", newline) + text[after:]
    return text


def edited(text: str, edits: Iterable[Edit]) -> str | None:
    """The text with edits of its own lines; None if one of them does not find what it would replace."""
    lines = _LINE_END.split(text.removeprefix(_BOM))[::2]
    splices = []
    for edit in edits:
        place = edit.location
        line, column, end = place.line or 0, place.column or 0, place.end_column or 0
        if lines[line - 1 : line] and lines[line - 1][column - 1 : end - 1] == edit.old != edit.new:
            splices.append(Splice(start=(line, column), end=(line, end), text=edit.new))
        else:
            return None
    return spliced(text, splices)


def value_splices(document: Document, pointer: Pointer, new: str) -> Iterator[Splice]:
    """Ways to write another text where a scalar stands."""
    spot = document.spots[pointer]
    start, end = (spot.line, spot.column), (spot.end_line, spot.end_column)
    if spot.style in ("|", ">"):
        yield from _block_splices(document, pointer, new)
    else:
        before = document.source_line(spot.line)[: spot.column - 1]
        space = " " if spot.raw == "" and not before.endswith(" ") else ""
        yield Splice(start=start, end=end, text=space + text_in_style(new, spot.style))


def _block_splices(document: Document, pointer: Pointer, new: str) -> Iterator[Splice]:
    spot = document.spots[pointer]
    start, end = (spot.line, spot.column), _end_of_block(document, spot)
    old = value_at(document.value, pointer)
    indent = _indent_of_block(document, spot, old) if isinstance(old, str) else None
    if spot.style == "|" and indent is not None:
        body = "\n".join(f"{indent}{line}" if line else "" for line in new.removesuffix("\n").split("\n"))
        yield Splice(start=(spot.line + 1, 1), end=end, text=body)
    header = _HEADER.match(document.source_line(spot.line), spot.column - 1)
    comment = (header["comment"] or "") if header else ""
    yield Splice(start=start, end=end, text=text_in_style(new, '"') + comment)


def key_splices(document: Document, pointer: Pointer, new: str) -> Iterator[Splice]:
    """The way to write another key before a value."""
    spot = document.spots[pointer]
    if spot.key_line is None or spot.key_column is None or spot.key_end_column is None:
        return
    sign = document.source_line(spot.key_line)[spot.key_column - 1]
    text = text_in_style(new, sign if sign in ("'", '"') else None)
    yield Splice(start=(spot.key_line, spot.key_column), end=(spot.key_line, spot.key_end_column), text=text)


def part_splices(document: Document, pointer: Pointer, start: int, end: int, new: str) -> Iterator[Splice]:
    """Ways to write something else where a part of a text stands, given by its offsets in the value."""
    text = cast(str, value_at(document.value, pointer))
    spot, old = document.spots[pointer], text[start:end]
    line, column = place_of(text, start)
    found = place_in_block(spot, text, line - 1, column - 1, document.lines)
    if found is not None and document.source_line(found[0]).startswith(old, found[1] - 1):
        yield Splice(start=found, end=(found[0], found[1] + len(old)), text=new)
    is_block = spot.style in ("|", ">")
    first = (spot.line + 1, 1) if is_block else (spot.line, spot.column)
    source = document.text[_offset(document, first) : _offset(document, (spot.end_line, spot.end_column))]
    offset = same_occurrence(text, source, start, old)
    if offset is not None:
        begin = _offset(document, first) + offset
        place = place_of(document.text, begin)
        yield Splice(start=place, end=place_of(document.text, begin + len(old)), text=new)
    yield from value_splices(document, pointer, text[:start] + new + text[end:])


Part = tuple[int, int, str]
"""Offsets of a part of a text, and what is to stand there."""


def parts_splices(document: Document, pointer: Pointer, parts: Sequence[Part]) -> tuple[Splice, ...]:
    """A way to write something else at many parts of a text, with each of them found only once."""
    text, spot = cast(str, value_at(document.value, pointer)), document.spots[pointer]
    if spot.style == "|":
        found = _block_parts(document, spot, text, parts)
    else:
        found = _source_parts(document, spot, text, parts)
    return found or tuple(islice(value_splices(document, pointer, with_parts(text, parts)), 1))


def with_parts(text: str, parts: Iterable[Part]) -> str:
    """The text with other words at parts of it, which do not overlap."""
    pieces, at = [], 0
    for start, end, new in sorted(parts):
        pieces += [text[at:start], new]
        at = end
    return "".join((*pieces, text[at:]))


def same_occurrences(text: str, source: str, parts: Iterable[Part]) -> dict[int, int]:
    """Where parts of a text begin, and where they do in its source, if that has them equally often."""
    found: dict[int, int] = {}
    for old in {text[start:end] for start, end, _ in parts}:
        here, there = (
            [match.start() for match in re.finditer(re.escape(old), where)] for where in (text, source)
        )
        found |= dict(zip(here, there, strict=True)) if len(here) == len(there) else {}
    return found


def _block_parts(document: Document, spot: Spot, text: str, parts: Iterable[Part]) -> tuple[Splice, ...]:
    splices = []
    for start, end, new in parts:
        line, column = place_of(text, start)
        place = place_in_block(spot, text, line - 1, column - 1, document.lines)
        if place is None or not document.source_line(place[0]).startswith(text[start:end], place[1] - 1):
            return ()
        splices.append(Splice(start=place, end=(place[0], place[1] + end - start), text=new))
    return tuple(splices)


def _source_parts(document: Document, spot: Spot, text: str, parts: Sequence[Part]) -> tuple[Splice, ...]:
    first = (spot.line + 1, 1) if spot.style == ">" else (spot.line, spot.column)
    begin, end = _offset(document, first), _offset(document, (spot.end_line, spot.end_column))
    found = same_occurrences(text, document.text[begin:end], parts)
    if any(start not in found for start, _, _ in parts):
        return ()
    at = document.text
    places = [(place_of(at, begin + found[start]), stop - start, new) for start, stop, new in parts]
    return tuple(
        Splice(start=(line, column), end=(line, column + width), text=new)
        for (line, column), width, new in places
    )


def item_splices(document: Document, pointer: Pointer, value: Value) -> Iterator[Splice]:
    """Ways to add an item at the end of a list."""
    spot, items = document.spots[pointer], cast(list[Value], value_at(document.value, pointer))
    last = (*pointer, len(items) - 1)
    if not items:
        inside = (spot.line, spot.column + 1)
        yield Splice(start=inside, end=inside, text=in_flow(value))
    elif document.source_line(spot.line).startswith("[", spot.column - 1):
        yield _behind(document, last, f", {in_flow(value)}")
    else:
        yield from _line_behind(document, last, f"{' ' * (spot.column - 1)}- {in_flow(value)}")


def field_splices(
    document: Document, pointer: Pointer, key: str, value: Value, after: str | None
) -> Iterator[Splice]:
    """Ways to add a key to a mapping, behind another key of it; None: to one that is `{}`."""
    spot = document.spots[pointer]
    entry = f"{text_in_style(key, None)}: {in_flow(value)}"
    sibling = (*pointer, after or "")
    if after is None:
        yield Splice(start=(spot.line, spot.column + 1), end=(spot.line, spot.column + 1), text=entry)
    elif document.source_line(spot.line).startswith("{", spot.column - 1):
        yield _behind(document, sibling, f", {entry}")
    else:
        yield from _line_behind(document, sibling, f"{' ' * (spot.column - 1)}{entry}")


def removal_splices(document: Document, pointer: Pointer) -> Iterator[Splice]:
    """Ways to take a key out of a mapping: its lines, or what stands between it and its neighbours."""
    spot, above = document.spots[pointer], pointer[:-1]
    key, last = spot.key_line or 0, _last_content(document, pointer)
    yield Splice(start=(key, 1), end=(last + 1, 1), text="")
    keys = list(cast(dict[str, Value], value_at(document.value, above)))
    at = keys.index(cast(str, pointer[-1]))
    start, end = (key, spot.key_column or 0), (spot.end_line, spot.end_column)
    if at:
        before = document.spots[(*above, keys[at - 1])]
        start = (before.end_line, before.end_column)
    elif len(keys) > 1:
        after = document.spots[(*above, keys[1])]
        end = (after.key_line or 0, after.key_column or 0)
    yield Splice(start=start, end=end, text="")


def as_edit(document: Document, splices: Iterable[Splice]) -> tuple[Edit, ...]:
    """The first of some ways as the edit of a finding; none if it is more than a part of one line."""
    for splice in splices:
        (line, column), (end_line, end_column) = splice.start, splice.end
        if line != end_line or "\n" in splice.text:
            break
        location = Location(path=document.path, line=line, column=column, end_column=end_column)
        old = document.source_line(line)[column - 1 : end_column - 1]
        return (Edit(location=location, old=old, new=splice.text),)
    return ()


def same_occurrence(text: str, source: str, start: int, old: str) -> int | None:
    """Where the part of a text stands in its source; None if the two do not have it equally often."""
    count = text.count(old, 0, start)
    if text.count(old) != source.count(old) or text.count(old, 0, start + len(old)) != count + 1:
        return None
    offset = source.find(old)
    for _ in range(count):
        offset = source.find(old, offset + len(old))
    return offset


def _offset(document: Document, place: Place) -> int:
    return sum(len(line) + 1 for line in document.lines[: place[0] - 1]) + place[1] - 1


def _behind(document: Document, pointer: Pointer, text: str) -> Splice:
    spot = document.spots[pointer]
    end = (spot.end_line, spot.end_column)
    return Splice(start=end, end=end, text=text)


def _line_behind(document: Document, pointer: Pointer, line: str) -> Iterator[Splice]:
    """A line of its own below a value: below its last line with content, or where it ends."""
    spot = document.spots[pointer]
    for last in dict.fromkeys((_last_line(document, spot), spot.end_line - (spot.end_column == 1))):
        end = (last, len(document.source_line(last)) + 1)
        yield Splice(start=end, end=end, text=f"\n{line}")


def _last_line(document: Document, spot: Spot) -> int:
    last = spot.end_line - (spot.end_column == 1)
    while last > spot.line and not document.source_line(last).strip():
        last -= 1
    return last


def _last_content(document: Document, pointer: Pointer) -> int:
    """The last line of a value; comments that follow a collection are of what comes next."""
    value, spot = value_at(document.value, pointer), document.spots[pointer]
    is_flow = document.source_line(spot.line).startswith(("{", "["), spot.column - 1)
    if isinstance(value, dict | list) and not is_flow:
        return _last_content(
            document, (*pointer, list(value)[-1] if isinstance(value, dict) else len(value) - 1)
        )
    return _last_line(document, spot)


def _end_of_block(document: Document, spot: Spot) -> Place:
    last = _last_line(document, spot)
    return last, len(document.source_line(last)) + 1


def _indent_of_block(document: Document, spot: Spot, text: str) -> str | None:
    for number, content in enumerate(text.split("\n"), start=1):
        if content:
            source = document.source_line(spot.line + number)
            return source[: len(source) - len(source.lstrip(" ")) - (len(content) - len(content.lstrip(" ")))]
    return None
