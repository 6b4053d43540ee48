"""Where the keys, dashes, brackets and scalars of a document stand; all that is between them is layout."""

from enum import Enum, auto
from itertools import accumulate
from typing import NamedTuple

from plmctl.core.deferred import deferred
from plmctl.core.spot import Document, Spot
from plmctl.core.value import Pointer, Value

# What may stand before the dash of an item: blank lines and comments.
_DASH = deferred(r"(?:[ \t\n]|#[^\n]*)*-")
_KEEPS_NEWLINES = deferred(r"[|>][1-9]?\+")


class Sort(Enum):
    """What a token is."""

    BEGIN = auto()
    KEY = auto()
    DASH = auto()
    OPEN = auto()
    CLOSE = auto()
    SCALAR = auto()


class Scope(NamedTuple):
    """A block collection that is not finished, and the column of its keys or dashes, from 1."""

    pointer: Pointer
    column: int


class Token(NamedTuple):
    """A part of a text, from `start` to an exclusive `end`; BEGIN, of a block collection, is empty."""

    sort: Sort
    start: int
    end: int
    pointer: Pointer
    scopes: tuple[Scope, ...]


def tokens_of(document: Document) -> list[Token]:
    """The tokens of a document in the order of its text."""
    reading = _Reading(document)
    reading.read(document.value, (), ())
    return reading.tokens


def is_flow(document: Document, spot: Spot) -> bool:
    """Whether a collection is written in brackets."""
    return document.lines[spot.line - 1].startswith(("{", "["), spot.column - 1)


class _Reading:
    """One walk over a value, and the tokens that it met."""

    def __init__(self, document: Document):
        self.tokens: list[Token] = []
        self._document = document
        self._starts = list(accumulate((len(line) + 1 for line in document.lines), initial=0))

    def read(self, value: Value, pointer: Pointer, scopes: tuple[Scope, ...]) -> None:
        """Add the tokens of a value, without those of its key."""
        spot = self._document.spots[pointer]
        start, end = self._index(spot.line, spot.column), self._index(spot.end_line, spot.end_column)
        if not isinstance(value, dict | list):
            self._add(Sort.SCALAR, start, self._end_of_scalar(start, end), pointer, scopes)
        elif is_flow(self._document, spot):
            self._add(Sort.OPEN, start, start + 1, pointer, scopes)
            self._members(value, pointer, scopes, is_dashed=False)
            self._add(Sort.CLOSE, end - 1, end, pointer, scopes)
        else:
            self._add(Sort.BEGIN, start, start, pointer, scopes)
            inner = (*scopes, Scope(pointer, spot.column))
            self._members(value, pointer, inner, is_dashed=isinstance(value, list))

    def _members(
        self,
        value: dict[str, Value] | list[Value],
        pointer: Pointer,
        scopes: tuple[Scope, ...],
        *,
        is_dashed: bool,
    ) -> None:
        members = value.items() if isinstance(value, dict) else enumerate(value)
        for step, child in members:
            below = (*pointer, step)
            if isinstance(value, dict):
                self._key(below, scopes)
            elif is_dashed:
                self._dash(below, scopes)
            self.read(child, below, scopes)

    def _key(self, pointer: Pointer, scopes: tuple[Scope, ...]) -> None:
        spot = self._document.spots[pointer]
        line, column = spot.key_line or 0, spot.key_column or 0
        end = self._document.key_ends.get(pointer) or (line, spot.key_end_column or 0)
        self._add(Sort.KEY, self._index(line, column), self._index(*end), pointer, scopes)

    def _dash(self, pointer: Pointer, scopes: tuple[Scope, ...]) -> None:
        at = self.tokens[-1].end
        found = _DASH.match(self._document.text, at)
        end = found.end() if found else at
        self._add(Sort.DASH, end - 1, end, pointer, scopes)

    def _end_of_scalar(self, start: int, end: int) -> int:
        """The end; blank lines that a block scalar drops are none of it, though libyaml counts them."""
        text = self._document.text
        is_block = end > start and text.startswith(("|", ">"), start)
        if is_block and not _KEEPS_NEWLINES.match(text, start):
            while text[end - 1] == "\n":
                end -= 1
        return end

    def _add(self, sort: Sort, start: int, end: int, pointer: Pointer, scopes: tuple[Scope, ...]) -> None:
        self.tokens.append(Token(sort, start, end, pointer, scopes))

    def _index(self, line: int, column: int) -> int:
        return self._starts[line - 1] + column - 1
