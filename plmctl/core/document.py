"""The one reader of YAML: libyaml's events, limits, and a spot for every value.

    bytes -> source (text that everybody reads alike) -> clean (events -> value)
                                                      -> events -> value, spots and findings

Most files have nothing wrong with them, and nobody asks where in them a value stands: for these the first way
is all. What it does not take goes the second, and so does a file whose spots are asked for.
libyaml's own node and object constructors crash the process on deep nesting; the events do not.
"""

import unicodedata
from functools import partial
from typing import NoReturn, cast

from plmctl.core import libyaml
from plmctl.core.clean import NotClean, clean_value
from plmctl.core.complaint import Complaint
from plmctl.core.deferred import deferred
from plmctl.core.finding import Rule, UsageError
from plmctl.core.libyaml import Event, Mark, MarkedYAMLError
from plmctl.core.limits import LIMITS, Limits
from plmctl.core.mistake import explained, quoted_line, template_mistake
from plmctl.core.scalar import NotRepresentable, Scalar, resolved
from plmctl.core.source import (
    ESCAPED,
    FileFindings,
    Refused,
    folded,
    place_of,
    refuse_size,
    source_text,
)
from plmctl.core.spot import BrokenDocument, Document, Places, Spot, Table
from plmctl.core.value import Pointer, Value
from plmctl.core.yml import (
    ALIAS,
    ANCHOR,
    DIRECTIVE,
    DUPLICATE_KEY,
    EMPTY,
    ESCAPED_CONTROL,
    KEY_NOT_STRING,
    MERGE_KEY,
    NUMBER,
    SCALAR_TOO_LONG,
    SEVERAL_DOCUMENTS,
    SYNTAX,
    TAG,
    TOO_DEEP,
    TOO_MANY_NODES,
    UNQUOTED_TEMPLATE,
    YML_RULES,
)

__all__ = [
    "YML_RULES",
    "BrokenDocument",
    "Document",
    "Spot",
    "known_document",
    "normalised_text",
    "read_document",
    "too_large",
    "written_text",
]


def read_document(path: str, data: bytes, limits: Limits = LIMITS) -> Document | BrokenDocument:
    """The value of a YAML file, and where its parts stand. Raises UsageError without libyaml."""
    require_libyaml(libyaml.IS_THERE)
    found = FileFindings(path, limits)
    try:
        text = source_text(data, found)
        value, places = _read(text, found)
    except Refused:
        return BrokenDocument(path=path, findings=found.all())
    if found.has_error:
        return BrokenDocument(path=path, findings=found.all())
    return Document(path=path, text=text, value=value, places=places, findings=found.all())


def known_document(path: str, data: bytes, value: Value, limits: Limits) -> Document:
    """A file that nothing is wrong with, of which the value is known: it is parsed for places alone."""
    text = source_text(data, FileFindings(path, limits))
    return Document(
        path=path, text=text, value=value, places=Places(text, partial(_table, path, text, limits))
    )


def _read(text: str, found: FileFindings) -> tuple[Value, Places]:
    """The value, and where its parts stand: told already, or found where somebody asks. Raises Refused."""
    try:
        value = clean_value(text, found.limits)
        return value, Places(text, partial(_table, found.path, text, found.limits))
    except NotClean:
        reading = _Reading(text, found)
        value, table = reading.value(), (reading.spots, reading.key_ends)
        return value, Places(text, lambda: table)


def _table(path: str, text: str, limits: Limits) -> Table:
    """Where the parts of a text stand that nothing is wrong with."""
    found = FileFindings(path, limits)
    found.text = text
    reading = _Reading(text, found)
    reading.value()
    return reading.spots, reading.key_ends


def too_large(path: str, size: int, limits: Limits = LIMITS) -> BrokenDocument:
    """A file of so many bytes, over the limit, that was not even read."""
    found = FileFindings(path, limits)
    try:
        refuse_size(size, found)
    except Refused:
        return BrokenDocument(path=path, findings=found.all())


def normalised_text(data: bytes) -> str:
    """A text file as it is hashed and rendered: no byte order mark, LF, NFC. Raises UnicodeDecodeError."""
    return unicodedata.normalize("NFC", written_text(data))


def written_text(data: bytes) -> str:
    """A text file as an editor counts its lines and columns. Raises UnicodeDecodeError."""
    return folded(data.decode("utf-8").removeprefix("\ufeff"))


def require_libyaml(is_present: bool) -> None:
    """Raise UsageError if PyYAML came without libyaml: its Python parser reads other things."""
    if not is_present:
        raise UsageError(
            "PyYAML was installed without libyaml", hint="install a PyYAML wheel for your platform"
        )


_KeySpot = tuple[int | None, int | None, int | None]
_NO_KEY: _KeySpot = (None, None, None)
# Aliases and their like swallow a part of the text; what libyaml says of the rest of the line misleads.
_SWALLOW = (ALIAS, ANCHOR, TAG)
_VERSION = deferred(r"%YAML[ \t]+1\.2[ \t]*(?:[ \t]#.*)?")
_BLANK = deferred(r"(?:[ \t\n]++|#[^\n]*+)*+")
# What newer versions of libyaml say of 1,000 levels.
_LIBYAML_DEPTH = "exceeded maximum nesting depth"
_SHOWN = 60


class _Reading:
    """One pass over the events of a text."""

    def __init__(self, text: str, found: FileFindings):
        self.spots: dict[Pointer, Spot] = {}
        self.key_ends: dict[Pointer, tuple[int, int]] = {}
        self._text = text
        self._found = found
        self._limits = found.limits
        self._next = libyaml.events(text)
        self._nodes = 0
        self._end = (1, 1)

    def value(self) -> Value:
        """The value of the only document. Raises Refused."""
        self._refuse_directives()
        try:
            return self._document()
        except MarkedYAMLError as error:
            self._refuse_syntax(error)

    def _document(self) -> Value:
        self._next()
        if type(self._next()) is libyaml.STREAM_END:
            self._refuse_empty()
        value = self._node(self._next(), ())
        if self.spots[()].raw == "":
            self._refuse_empty()
        self._refuse_rest(self._next().end_mark.index)
        return value

    def _node(self, event: Event, pointer: Pointer, key: _KeySpot = _NO_KEY) -> Value:
        self._nodes += 1
        if self._nodes > self._limits.nodes:
            self._refuse(TOO_MANY_NODES, f"more than {self._limits.nodes:,} keys and values", event)
        value: Value
        style = raw = None
        start = event.start_mark
        begin = (start.line + 1, start.column + 1)
        if type(event) is libyaml.SCALAR:
            value = self._scalar(event)
            end = event.end_mark
            self._end = (end.line + 1, end.column + 1)
            style = event.style or None
            raw = None if style else self._text[start.index : end.index]
            if raw == "":
                # Behind a key of which there is only that, libyaml puts it on a line that is not there.
                begin = self._end = self._place(start)
        else:
            value = self._collection(event, pointer)
        place = (*begin, *self._end, *key, style, raw)
        # Spot(...) takes half as long again, for every value of every file.
        self.spots[pointer] = tuple.__new__(Spot, place)
        return value

    def _collection(self, event: Event, pointer: Pointer) -> Value:
        if type(event) is libyaml.ALIAS:
            self._report(ALIAS, f"an alias, '*{_shown(event.anchor or '')}'", event, self._quote_it(event))
            self._end = (event.end_mark.line + 1, event.end_mark.column + 1)
            return None
        if event.anchor or event.tag:
            self._report_properties(event)
        if len(pointer) >= self._limits.depth:
            self._refuse(TOO_DEEP, f"more than {self._limits.depth} levels of nesting", event)
        if type(event) is libyaml.MAPPING:
            return self._mapping(event, pointer)
        return self._sequence(event, pointer)

    def _sequence(self, start: Event, pointer: Pointer) -> list[Value]:
        items: list[Value] = []
        while type(event := self._next()) is not libyaml.SEQUENCE_END:
            items.append(self._node(event, (*pointer, len(items))))
        self._close(start, event)
        return items

    def _mapping(self, start: Event, pointer: Pointer) -> dict[str, Value]:
        items: dict[str, Value] = {}
        while type(event := self._next()) is not libyaml.MAPPING_END:
            key = self._key(event, pointer)
            child = (*pointer, key)
            first = self.spots[child] if key in items else None
            if first:
                self._report_duplicate(key, first, event)
            begin, end = event.start_mark, event.end_mark
            end_column = end.column + 1 if begin.line == end.line else None
            if end_column is None:
                self.key_ends[child] = (end.line + 1, end.column + 1)
            items[key] = self._node(self._next(), child, (begin.line + 1, begin.column + 1, end_column))
            if first:
                self.spots[child] = first
        self._close(start, event)
        return items

    def _close(self, start: Event, end: Event) -> None:
        # libyaml ends a block collection at the next token, past blank lines: its last child ends it.
        if start.flow_style:
            self._end = (end.end_mark.line + 1, end.end_mark.column + 1)

    def _scalar(self, event: Event) -> Scalar:
        text, most = event.value, self._limits.text_bytes
        if len(text) > most // 4 and len(text.encode()) > most:
            self._refuse(SCALAR_TOO_LONG, f"a text over {most // 1024} KiB", event)
        if event.anchor or event.tag:
            self._report_properties(event)
        if not event.style:
            try:
                value = resolved(text)
            except NotRepresentable as error:
                self._report(NUMBER, str(error), event, self._quote_it(event))
                return text
            if not isinstance(value, str):
                return value
        elif event.style == '"' and (control := ESCAPED.search(text)):
            message = f"an escape stands for the control character U+{ord(control[0]):04X}"
            self._report(ESCAPED_CONTROL, message, event, "delete the escape; a line break is \\n")
        return text if text.isascii() else unicodedata.normalize("NFC", text)

    def _key(self, event: Event, pointer: Pointer) -> str:
        if type(event) is not libyaml.SCALAR:
            return self._complex_key(event, pointer)
        self._nodes += 1
        value = self._scalar(event)
        if event.value == "<<" and not event.style:
            self._report(MERGE_KEY, "a merge key, '<<'", event, "write the keys out; quote it if it is text")
        if isinstance(value, str):
            return value
        shown = _shown(event.value)
        cure = f'quote it: "{shown}"' if shown else "write the key before the ':'"
        self._report(KEY_NOT_STRING, f"a key that is no string: {shown or 'nothing'}", event, cure)
        return event.value

    def _complex_key(self, event: Event, pointer: Pointer) -> str:
        index = event.start_mark.index
        before = self._text[max(0, index - 2) : index]
        if self._text.startswith("{", index) and before.endswith("{"):
            if before != "{{":
                line, column = event.start_mark.line + 1, event.start_mark.column
                mistake = template_mistake((line, column), self._found.lines[line - 1])
                self._found.add(mistake.rule, mistake.message, mistake.place, width=2, cure=mistake.cure)
        elif type(event) is not libyaml.ALIAS:
            self._report(KEY_NOT_STRING, "a key that is no string", event, "write a string before the ':'")
        # Unlike any key that was written, so that it is nobody's duplicate.
        name = f"\0{index}"
        self._node(event, (*pointer, name))
        return name

    def _report_duplicate(self, key: str, first: Spot, event: Event) -> None:
        message = f"the key '{_shown(key)}' is already on line {first.key_line}, column {first.key_column}"
        self._report(DUPLICATE_KEY, message, event, "delete or rename one of them")

    def _report_properties(self, event: Event) -> None:
        cure = self._quote_it(event)
        if event.anchor:
            self._report(ANCHOR, f"an anchor, '&{_shown(event.anchor)}'", event, cure)
        if event.tag:
            self._report(TAG, f"a tag, '{_shown(event.tag)}'", event, cure)

    def _quote_it(self, event: Event) -> str:
        line = self._found.lines[event.start_mark.line]
        cure = quoted_line(line, event.start_mark.column + 1)
        return f"quote it if it is text: {cure}" if cure else "quote it if it is text"

    def _report(self, rule: Rule, message: str, event: Event, cure: str | None = None) -> None:
        start, end = event.start_mark, event.end_mark
        width = end.column - start.column if start.line == end.line else 0
        self._found.add(rule, message, (start.line + 1, start.column + 1), width=width or None, cure=cure)

    def _refuse(self, rule: Rule, message: str, event: Event) -> NoReturn:
        place = (event.start_mark.line + 1, event.start_mark.column + 1)
        self._found.refuse(rule, message, place, cure="move the data into a file of its own")

    def _refuse_empty(self) -> NoReturn:
        self._found.refuse(
            EMPTY, "the file holds no value", (1, 1), cure="write a manifest, or delete the file"
        )

    def _refuse_directives(self) -> None:
        # Before libyaml sees them: it compares each %TAG with every other, and 100,000 fit into a file.
        for number, line in enumerate(self._found.lines, start=1):
            content = line.strip(" \t")
            if content and not content.startswith(("#", "%")):
                return
            if line.startswith("%") and not _VERSION.fullmatch(line):
                message = f"a directive, '{_shown(line)}'"
                self._found.refuse(DIRECTIVE, message, (number, 1), cure="delete the line")

    def _refuse_rest(self, index: int) -> None:
        blank = _BLANK.match(self._text, index)
        rest = blank.end() if blank else index
        if rest == len(self._text):
            return
        line, column = place_of(self._text, rest)
        self._refuse_consequence(line)
        if self._text.startswith(("---", "%"), rest) or self._text.endswith("...", 0, index):
            cure = "split the file: one manifest, one file"
            self._found.refuse(SEVERAL_DOCUMENTS, "a second document", (line, column), cure=cure)
        self._found.refuse(SYNTAX, "text after the end of the value", (line, column), cure="quote the value")

    def _refuse_syntax(self, error: MarkedYAMLError) -> NoReturn:
        place = self._place(cast(Mark, error.problem_mark))
        if error.problem == _LIBYAML_DEPTH:
            # It reads ahead: the event at our own limit, much earlier, has not come yet.
            _Reading(self._text[: cast(Mark, error.problem_mark).index], self._found).value()
        self._refuse_consequence(place[0])
        complaint = Complaint(
            problem=error.problem or "",
            context=error.context or "",
            place=place,
            began=self._place(error.context_mark) if error.context_mark else place,
        )
        mistake = explained(complaint, self._found.lines)
        self._found.refuse(mistake.rule, mistake.message, mistake.place, cure=mistake.cure)

    def _refuse_consequence(self, line: int) -> None:
        last = self._found.last
        if last and (
            last.rule is UNQUOTED_TEMPLATE or (last.rule in _SWALLOW and last.location.line == line)
        ):
            raise Refused

    def _place(self, mark: Mark) -> tuple[int, int]:
        lines = self._found.lines
        if mark.line < len(lines):
            return mark.line + 1, mark.column + 1
        return len(lines), len(lines[-1]) + 1


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
