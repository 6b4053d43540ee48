"""What was read, and where each value stands in the text of its file."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import cached_property, lru_cache
from typing import NamedTuple

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Finding, Location, Rule
from plmctl.core.secrecy import masked, visible_line
from plmctl.core.value import Pointer, Value, value_at


# A tuple: one is made for every value of every file, and a frozen dataclass takes five times as long.
class Spot(NamedTuple):
    """Where a value and its key stand: lines and columns from 1, ends exclusive.

    `style` is None (plain, or a collection) or one of ' " | >; `raw` is the source of a plain scalar.
    """

    line: int
    column: int
    end_line: int
    end_column: int
    key_line: int | None = None
    key_column: int | None = None
    key_end_column: int | None = None
    style: str | None = None
    raw: str | None = None


Table = tuple[Mapping[Pointer, Spot], Mapping[Pointer, tuple[int, int]]]
"""The spots of a text, and the line and column where a key over several lines ends."""


class Places:
    """The lines of a text and where its values stand, found when somebody asks for the first one."""

    def __init__(self, text: str, found: Callable[[], Table]):
        self._text = text
        self._found = found

    @cached_property
    def lines(self) -> Sequence[str]:
        """The text, line by line."""
        return self._text.split("\n")

    @cached_property
    def table(self) -> Table:
        """Where its values stand, and where keys end."""
        return self._found()


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that was read: its value, and where each part of it stands in the text."""

    path: str
    text: str
    value: Value
    places: Places = field(repr=False, compare=False)
    findings: tuple[Finding, ...] = ()

    @property
    def lines(self) -> Sequence[str]:
        """The text, line by line."""
        return self.places.lines

    @property
    def spots(self) -> Mapping[Pointer, Spot]:
        """Where each value stands."""
        return self.places.table[0]

    @property
    def key_ends(self) -> Mapping[Pointer, tuple[int, int]]:
        """The line and column where a key ends, for keys over several lines alone."""
        return self.places.table[1]

    def location(self, pointer: Pointer) -> Location:
        """Where a value stands, or the nearest thing around it that exists."""
        spot = self._nearest(pointer)
        is_one_line = spot.line == spot.end_line and spot.column < spot.end_column
        return self._at(spot.line, spot.column, spot.end_column if is_one_line else None)

    def key_location(self, pointer: Pointer) -> Location:
        """Where the key of a value stands; the value itself when it has none."""
        spot = self._nearest(pointer)
        if spot.key_line is None:
            return self.location(pointer)
        return self._at(spot.key_line, spot.key_column, spot.key_end_column)

    def location_in(self, pointer: Pointer, line: int, column: int) -> Location:
        """Where a place (from 0) inside a text stands: exact in a literal block, else the text's start."""
        spot = self.spots.get(pointer)
        text = value_at(self.value, pointer) if spot is not None else None
        if spot is None or not isinstance(text, str):
            return self.location(pointer)
        place = place_in_block(spot, text, line, column, self.lines)
        return self._at(*place) if place else self.location(pointer)

    def source_of(self, spot: Spot) -> str:
        """A value as it is written."""
        first = self.lines[spot.line - 1]
        if spot.line == spot.end_line:
            return first[spot.column - 1 : spot.end_column - 1]
        between = self.lines[spot.line : spot.end_line - 1]
        last = self.lines[spot.end_line - 1][: spot.end_column - 1]
        return "\n".join((first[spot.column - 1 :], *between, last))

    def source_line(self, number: int) -> str:
        """A line of the text, from 1; empty outside of it."""
        return self.lines[number - 1] if 0 < number <= len(self.lines) else ""

    def finding(
        self,
        rule: Rule,
        message: str,
        location: Location,
        help: str | None = None,  # noqa: A002 (as Finding names it)
        artifact: str | None = None,
    ) -> Finding:
        """A finding with the rule's level and the source line at the location; what is secret is masked."""
        is_here = location.path == self.path and location.line is not None
        return Finding(
            rule=rule,
            message=masked(message),
            location=location,
            level=rule.level,
            help=None if help is None else masked(help),
            source=visible_line(self, location.line or 0) if is_here else None,
            artifact=artifact,
        )

    def _at(self, line: int, column: int | None, end_column: int | None = None) -> Location:
        return Location(path=self.path, line=line, column=column, end_column=end_column)

    def _nearest(self, pointer: Pointer) -> Spot:
        while pointer not in self.spots:
            pointer = pointer[:-1]
        return self.spots[pointer]


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenDocument:
    """A file that could not be read, and why: at least one finding is an error."""

    path: str
    findings: tuple[Finding, ...]


def place_in_block(
    spot: Spot, text: str, line: int, column: int, lines: Sequence[str]
) -> tuple[int, int] | None:
    """Line and column (from 1) of a place (from 0) in the text of a literal block; None if it has none."""
    written = _lines(text)
    if spot.style != "|" or line >= len(written) - (not written[-1]) or column > len(written[line]):
        return None
    # The text begins on the line after its header, blank lines included (YAML 1.2.2, 8.1.2).
    source = lines[spot.line + line]
    indent = next(
        (
            _spaces(lines[spot.line + number]) - _spaces(content)
            for number, content in enumerate(written)
            if content
        ),
        0,
    )
    # A line that NFC changed has other columns than the text: its start must do.
    is_same = unicodedata.is_normalized("NFC", source)
    return spot.line + line + 1, min(indent + (column if is_same else 0), len(source)) + 1


# A text with thousands of tags is asked about thousands of times.
@lru_cache(maxsize=4)
def _lines(text: str) -> Sequence[str]:
    return text.split("\n")


def _spaces(line: str) -> int:
    return len(line) - len(line.lstrip(" "))
