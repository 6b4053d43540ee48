"""The canonical layout of a manifest: key order, indentation, quotes, with its comments where they belong.

    document -> comments of each pointer -> lines of each value, from the inside out

Only the layout is made anew: values and comments are those of the document, and `require_same` reads the
result to be sure of it.
"""

import json
from collections.abc import Iterable, Iterator

from plmctl.core.canonical import canonical_json
from plmctl.core.comments import Comment, comments_of
from plmctl.core.deferred import deferred
from plmctl.core.document import Document, read_document
from plmctl.core.limits import UTMOST
from plmctl.core.quoting import (
    Block,
    escaped_text,
    folded_as_wrapped,
    inline_text,
    is_hidden,
    literal,
    refolded,
)
from plmctl.core.schema import Schema
from plmctl.core.spot import Spot
from plmctl.core.tokens import is_flow
from plmctl.core.value import Pointer, Value
from plmctl.core.written import in_flow

WIDTH = 100
"""The columns that a collection in brackets must fit in to stay on its line; texts are never broken."""

_DASH = "-"
_STEP = 2
# libyaml looks no further than 1,024 characters for the colon behind a key.
_LONGEST_KEY = 1000
_JSON_NUMBER = deferred(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")

_Collection = dict[str, Value] | list[Value]


class LayoutBug(Exception):
    """A layout that does not mean what its document means."""


def formatted(document: Document, schema: Schema | None) -> str:
    """The text of a manifest in the canonical layout; without a schema its keys keep their order."""
    return "".join(f"{line}\n" for line in Layout(document).lines(schema))


def require_same(document: Document, text: str) -> None:
    """Raise LayoutBug unless a text has the value and the comments of a document, each at its pointer."""
    # Whoever read the document decided how much it may be.
    other = read_document(document.path, text.encode(), UTMOST)
    if not isinstance(other, Document):
        raise LayoutBug(f"{document.path}: the formatted text cannot be read: {other.findings[0].message}")
    if canonical_json(other.value) != canonical_json(document.value):
        raise LayoutBug(f"{document.path}: formatting would change a value")
    if comments_of(other).pairs() != comments_of(document).pairs():
        raise LayoutBug(f"{document.path}: formatting would lose or move a comment")


class Layout:
    """A document on its way into lines; a line of a value is relative to where the value begins."""

    def __init__(self, document: Document):
        self._document = document
        self._comments = comments_of(document)
        self._commented = frozenset(self._around_comments())
        self._flows: dict[Pointer, str | None] = {}

    def lines(self, schema: Schema | None) -> list[str]:
        """The lines of the whole."""
        lines: list[str] = []
        for comment in self._comments.above.get((), ()):
            _append(lines, [comment.text], is_spaced=comment.is_spaced)
        value = self._document.value
        members = self._members(value, schema, (), 0) if isinstance(value, dict) else []
        _append(lines, members, is_spaced=True)
        return lines

    def _around_comments(self) -> Iterator[Pointer]:
        """The pointers of all collections that have a comment inside."""
        comments = self._comments
        for pointer in (*comments.above, *comments.beside):
            yield from (pointer[:length] for length in range(len(pointer)))
        for pointer in comments.below:
            yield from (pointer[:length] for length in range(len(pointer) + 1))

    def _members(self, value: _Collection, schema: Schema | None, pointer: Pointer, indent: int) -> list[str]:
        """The lines of a collection that has no brackets."""
        lines: list[str] = []
        for step, member, below in _ordered(value, schema):
            child = (*pointer, step)
            # What a blank line parts from the first key of a file belongs to the file.
            is_joined = not pointer and not lines
            for comment in self._above(child, member):
                _append(lines, [comment.text], is_spaced=comment.is_spaced and not is_joined)
            entry = self.member(child, member, below, indent)
            _append(lines, entry, is_spaced=child in self._comments.spaced and not is_joined)
        for comment in self._comments.below.get(pointer, ()):
            _append(lines, [comment.text], is_spaced=comment.is_spaced)
        return lines

    def above(self, pointer: Pointer, value: Value) -> list[str]:
        """The lines that stand above a key or an item: comments, a blank one first where it is set apart."""
        comments = self._above(pointer, value)
        is_spaced = comments[0].is_spaced if comments else pointer in self._comments.spaced
        return [*([""] if is_spaced else ()), *(comment.text for comment in comments)]

    def member(self, pointer: Pointer, value: Value, schema: Schema | None, indent: int) -> list[str]:
        """The lines of a key or a dash with its value, as they stand that many columns from the left."""
        head, before = _heads(pointer[-1])
        return [*before, *self._entry(head, value, schema, pointer, indent)]

    def flow(self, pointer: Pointer, value: Value, schema: Schema | None) -> str:
        """A value on one line, as it stands in brackets; without its comments."""
        return self._flow(value, schema, pointer) or in_flow(value)

    def _above(self, pointer: Pointer, value: Value) -> list[Comment]:
        # One line has room for one comment: others that share it go above.
        return [*self._comments.above.get(pointer, ()), *self._beside(pointer, value)[1:]]

    def _beside(self, pointer: Pointer, value: Value) -> list[Comment]:
        """The comments behind a value; those in empty brackets have no other place."""
        comments = self._comments.beside.get(pointer, [])
        return comments + self._comments.below.get(pointer, []) if value in ({}, []) else comments

    def _entry(
        self, head: str, value: Value, schema: Schema | None, pointer: Pointer, indent: int
    ) -> list[str]:
        """The lines of a value behind its key or its dash."""
        comments = self._beside(pointer, value)
        behind = f"  {comments[0].text}" if comments else ""
        written = self._written(value, schema, pointer, WIDTH - indent - len(head) - 1)
        if isinstance(written, Block):
            return [f"{head} {written.header}{behind}", *_indented(written.lines)]
        if isinstance(written, str):
            return [f"{head} {written}{behind}"]
        lines = self._members(written, schema, pointer, indent + _STEP)
        if head == _DASH and not behind and not lines[0].startswith("#"):
            return [f"{head} {lines[0]}", *_indented(lines[1:])]
        return [f"{head}{behind}", *_indented(lines)]

    def _written(
        self, value: Value, schema: Schema | None, pointer: Pointer, room: int
    ) -> str | Block | _Collection:
        """What stands behind a key or a dash; the collection itself if its members have their own lines."""
        if isinstance(value, str):
            return self._text(value, schema, pointer, room)
        if not isinstance(value, dict | list):
            return self._bare(value, schema, pointer)
        is_kept = not value or is_flow(self._document, self._document.spots[pointer])
        flow = self._flow(value, schema, pointer) if is_kept else None
        # What is empty has no line of its own to go to, however far out it stands.
        return value if flow is None or (value and len(flow) > room) else flow

    def _flow(self, value: Value, schema: Schema | None, pointer: Pointer) -> str | None:
        """A value as it stands in brackets; None if it cannot: it is too long, or has comments inside."""
        if isinstance(value, str):
            return None if _is_for_block(value, schema) else self._quoted(value, pointer, is_in_flow=True)
        if not isinstance(value, dict | list):
            return self._bare(value, schema, pointer)
        # What does not fit is asked for again, one level further in each time.
        if pointer not in self._flows:
            self._flows[pointer] = self._in_brackets(value, schema, pointer)
        return self._flows[pointer]

    def _in_brackets(self, value: _Collection, schema: Schema | None, pointer: Pointer) -> str | None:
        if value and pointer in self._commented:
            return None
        parts: list[str] = []
        room = WIDTH
        for step, member, below in _ordered(value, schema):
            text = self._flow(member, below, (*pointer, step))
            if text is None:
                return None
            parts.append(f"{inline_text(step, is_in_flow=True)}: {text}" if isinstance(step, str) else text)
            # With the comma and the space behind it, or the brackets around all.
            room -= len(parts[-1]) + 2
            if room < 0:
                return None
        joined = ", ".join(parts)
        return f"{{{joined}}}" if isinstance(value, dict) else f"[{joined}]"

    def _text(self, text: str, schema: Schema | None, pointer: Pointer, room: int) -> str | Block:
        spot = self._document.spots[pointer]
        line = self._quoted(text, pointer, is_in_flow=False)
        if self._is_escaped(text, spot):
            return line
        if spot.style in ("|", ">"):
            if line == text and len(line) <= room and not _is_prose(schema):
                return line
            folded = refolded(self._document.source_of(spot), text) if spot.style == ">" else None
            return folded or literal(text) or line
        if _is_for_block(text, schema):
            return literal(text) or line
        if spot.line != spot.end_line and len(line) > room:
            return folded_as_wrapped(self._document.source_of(spot), text) or line
        return line

    def _quoted(self, text: str, pointer: Pointer, *, is_in_flow: bool) -> str:
        is_escaped = self._is_escaped(text, self._document.spots[pointer])
        return escaped_text(text) if is_escaped else inline_text(text, is_in_flow=is_in_flow)

    def _is_escaped(self, text: str, spot: Spot) -> bool:
        """Whether what is hidden in a text is written as escapes: nobody saw it otherwise."""
        if text.isascii() or spot.style != '"':
            return False
        return any(map(is_hidden, text)) and not any(map(is_hidden, self._document.source_of(spot)))

    def _bare(self, value: float | None, schema: Schema | None, pointer: Pointer) -> str:
        """null, true, false, or a number: as it was written, if that is how JSON writes numbers."""
        raw = self._document.spots[pointer].raw or ""
        # Who wrote `012` where a text is to stand meant these characters: quotes are all that is missing.
        if raw and schema is not None and schema.is_text:
            return raw
        if value is None or isinstance(value, bool):
            return json.dumps(value)
        return raw if _JSON_NUMBER.fullmatch(raw) else repr(value)


def _ordered(value: _Collection, schema: Schema | None) -> Iterator[tuple[str | int, Value, Schema | None]]:
    """The members of a collection: described fields in the order of the schema, then others in their own."""
    # A JSON Schema is a document of the user's own.
    known = None if schema is None or schema.is_json_schema else schema
    if isinstance(value, list):
        item = known.item() if known else None
        yield from ((index, member, item) for index, member in enumerate(value))
        return
    described = known.properties() if known else {}
    first = [key for key in described if key in value]
    for key in (*first, *(key for key in value if key not in described)):
        yield key, value[key], known.property(key) if known else None


def _heads(step: str | int) -> tuple[str, list[str]]:
    """What a value stands behind, and the line above for a key that is too long to stand before a colon."""
    if isinstance(step, int):
        return _DASH, []
    key = inline_text(step)
    return (":", [f"? {key}"]) if len(key) > _LONGEST_KEY else (f"{key}:", [])


def _is_for_block(text: str, schema: Schema | None) -> bool:
    """Whether a text has several lines, or one that ends, where prose is expected."""
    return "\n" in (text if _is_prose(schema) else text.strip("\n")) and literal(text) is not None


def _is_prose(schema: Schema | None) -> bool:
    return schema is not None and schema.is_prose


def _append(lines: list[str], more: list[str], *, is_spaced: bool) -> None:
    """Add lines, below a blank one if wanted: never as the first, nor where it would belong to a text."""
    if is_spaced and lines and lines[-1]:
        lines.append("")
    lines.extend(more)


def _indented(lines: Iterable[str]) -> Iterator[str]:
    return (f"{' ' * _STEP}{line}" if line else "" for line in lines)
