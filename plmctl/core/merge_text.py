"""A merge written into ours' text: what ours has stays as it is, what is theirs is laid out anew."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import cast

from plmctl.core.brackets import Brackets
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.layout import Layout
from plmctl.core.merged import Fields, Items, Node, Side, Taken, Words
from plmctl.core.quoting import inline_text, literal
from plmctl.core.schema import Schema
from plmctl.core.span import Gap, Span, Spans, Step
from plmctl.core.spot import Document
from plmctl.core.value import Pointer, Value, value_at
from plmctl.core.written import text_in_style

_STEP = 2
_BLOCK = deferred(r"(?:^|[:-])[ \t]+[|>][-+0-9]*(?:[ \t]+#.*)?$")
_EXPLICIT = deferred(r"[|>][-+]?[1-9]")


def merged_text(node: Node, ours: Document, theirs: Document, schema: Schema) -> str:
    """Ours' text, with LF, as a tree without conflicts has it."""
    return _Writing(ours, theirs, schema).whole(node)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lines:
    """A member that has lines of its own: what stands above it, and its text, the first line not indented."""

    gap: Gap
    text: str


class _Writing:
    """Both documents, and where their parts are."""

    def __init__(self, ours: Document, theirs: Document, schema: Schema):
        self._spans = Spans(ours)
        self._text = ours.text
        self._theirs = theirs
        self._layout = Layout(theirs)
        self._schema = schema

    def whole(self, node: Node) -> str:
        """The text of the file."""
        if not isinstance(node, Fields):
            return self._text
        if () not in self._spans.blocks:
            start, end = self._spans.brackets(())
            return self._text[:start] + self._in_brackets(node) + self._text[end:]
        end = self._spans.of(((self._spans.steps(()))[-1],)).end
        # The first line has a newline before it, as all others have.
        text = self._lines_of(node)[1:]
        return text + _behind(text, self._text[end:].split("\n")[1:], 0)

    # Without brackets: every member has its own lines.

    def _lines_of(self, node: Fields | Items) -> str:
        """The members of a collection of ours, from the end of the line before them to that of their last."""
        pointer, spans = node.pointer, self._spans
        steps, gaps = spans.steps(pointer), dict(zip(spans.steps(pointer), spans.gaps(pointer), strict=True))
        _, is_shared = spans.first(pointer)
        indent = spans.column(spans.of((*pointer, steps[0])).start)
        members = [*_with_steps(node)]
        carried, left = _carried(steps, gaps, {step for step, _ in members})
        chunks = [self._chunk(step, member, pointer, carried, indent) for step, member in members]
        return _joined(chunks, left, indent, is_shared=is_shared)

    def _chunk(
        self, step: Step | None, node: Node, owner: Pointer, gaps: dict[Step, Gap], indent: int
    ) -> _Lines:
        if step is not None and step in gaps:
            return _Lines(gap=gaps[step], text=self._member(node, (*owner, step)))
        taken = cast(Taken, node)
        above = self._layout.above(taken.pointer, self._of_theirs(taken))
        blank = tuple(line for line in above[:1] if not line)
        own = tuple(" " * indent + line for line in above[len(blank) :])
        return _Lines(gap=Gap(above=blank, own=own), text=_indented(self._added(taken, indent), indent))

    def _added(self, node: Taken, indent: int) -> list[str]:
        schema = _schema_at(self._schema, node.pointer)
        return self._layout.member(node.pointer, self._of_theirs(node), schema, indent)

    def _member(self, node: Node, pointer: Pointer) -> str:
        """A member of ours with its key or dash, up to the end of its last line."""
        span = self._spans.of(pointer)
        match node:
            case Fields() | Items():
                return self._collection(node, pointer, span)
            case Words():
                return self._worded(node.ours, pointer, span)
            case Taken(side=Side.THEIRS):
                return self._replaced(node, pointer, span)
        return self._text[span.start : span.end]

    def _collection(self, node: Fields | Items, pointer: Pointer, span: Span) -> str:
        before = self._text[span.start : span.mark]
        comment = self._spans.comment(pointer)
        if not node.members:
            return f"{before} {'{}' if isinstance(node, Fields) else '[]'}{comment}"
        if pointer in self._spans.blocks:
            begin, _ = self._spans.first(pointer)
            return self._text[span.start : begin] + self._lines_of(node)
        # Empty brackets over several lines have comments in them.
        if self._spans.value(pointer) or "\n" in self._text[span.value : span.value_end]:
            return (
                self._text[span.start : span.value]
                + self._in_brackets(node)
                + self._text[span.value_end : span.end]
            )
        source = self._whole_of_theirs(node)
        if source is not None:
            return self._replaced(source, pointer, span)
        indent = self._spans.column(span.start)
        added = [self._added(cast(Taken, member), indent + _STEP) for _, member in _with_steps(node)]
        lines = [line for entry in added for line in entry]
        return f"{before}{comment}\n{' ' * (indent + _STEP)}{_indented(lines, indent + _STEP)}"

    def _whole_of_theirs(self, node: Fields | Items) -> Taken | None:
        """Where all members together are one collection of theirs."""
        owner = cast(Taken, next(member for _, member in _with_steps(node))).pointer[:-1]
        value = value_at(self._theirs.value, owner)
        is_whole = isinstance(value, dict | list) and len(value) == len(node.members)
        return Taken(side=Side.THEIRS, pointer=owner) if is_whole else None

    def _replaced(self, node: Taken, pointer: Pointer, span: Span) -> str:
        """Theirs' value behind ours' key or dash."""
        value, comment = self._of_theirs(node), self._spans.comment(pointer)
        style = self._spans.document.spots[pointer].style
        if isinstance(value, str) and (style == "|" or (style and "\n" not in value)):
            return self._worded(value, pointer, span)
        lines = self._added(node, self._spans.column(span.start))
        head = "-" if isinstance(node.pointer[-1], int) else f"{inline_text(node.pointer[-1])}:"
        first = lines[0][len(head) :]
        if comment and len(lines) == 1:
            first = f" {self._flow_of(node)}{comment}"
        elif "#" not in first:
            first += comment
        if len(lines) == 1 and "\n" not in self._text[span.mark : span.value_end] and span.value > span.mark:
            return self._text[span.start : span.value] + first.lstrip(" ")
        begin = self._text[span.start : span.mark]
        return begin + _indented([first, *lines[1:]], self._spans.column(span.start))

    def _worded(self, text: str, pointer: Pointer, span: Span) -> str:
        """Another text in the style in which ours writes it, if that can say it."""
        spot, comment = self._spans.document.spots[pointer], self._spans.comment(pointer)
        indent = self._spans.column(span.start)
        if text == self._spans.value(pointer):
            return self._text[span.start : span.end]
        source = self._text[span.value : span.value_end]
        if spot.style == "|" and not _EXPLICIT.match(source):
            old = cast(str, self._spans.value(pointer))
            lines = source.split("\n")
            margin = _margin(lines[1:])
            if margin and text[:1] not in ("", " ", "\n") and _newlines(text) == _newlines(old):
                body = "\n".join(f"{margin}{line}" if line else "" for line in text.rstrip("\n").split("\n"))
                more = "\n" * max(_newlines(text) - 1, 0)
                return f"{self._text[span.start : span.value]}{lines[0]}\n{body}{more}"
        block = literal(text) if spot.style in ("|", ">") or "\n" in text else None
        if block is None:
            written = _quoted(text, spot.style, is_in_flow=False)
            tail = comment if spot.style in ("|", ">") else self._text[span.value_end : span.end]
            return f"{self._text[span.start : span.value]}{written}{tail}"
        first = f"{self._text[span.start : span.mark]} {block.header}{comment}"
        return _indented([first, *(f"  {line}" if line else "" for line in block.lines)], indent)

    # In brackets.

    def _in_brackets(self, node: Fields | Items) -> str:
        """A collection that ours has in brackets."""
        pointer, spans = node.pointer, self._spans
        steps = spans.steps(pointer)
        if not node.members:
            return "{}" if isinstance(node, Fields) else "[]"
        start, end = spans.brackets(pointer)
        places = [spans.of((*pointer, step)) for step in steps]
        between = tuple(self._text[a.end : b.start] for a, b in pairwise(places))
        around = Brackets(
            opening=self._text[start : places[0].start if places else end - 1],
            gaps=between,
            closing=self._text[places[-1].end if places else end - 1 : end],
        )
        positions = {step: number for number, step in enumerate(steps)}
        return around.around(
            [
                (positions.get(step) if step is not None else None, self._part(step, member, pointer))
                for step, member in _with_steps(node)
            ]
        )

    def _part(self, step: Step | None, node: Node, owner: Pointer) -> str:
        """A member of a collection in brackets, with its key."""
        if step is None or (*owner, step) not in self._spans.document.spots:
            taken = cast(Taken, node)
            value = self._flow_of(taken)
            key = taken.pointer[-1]
            return value if isinstance(key, int) else f"{inline_text(key, is_in_flow=True)}: {value}"
        pointer = (*owner, step)
        span = self._spans.of(pointer)
        begin = self._text[span.start : span.mark] + " " if isinstance(step, str) else ""
        match node:
            case Fields() | Items():
                return self._text[span.start : span.value] + self._in_brackets(node)
            case Words():
                style = self._spans.document.spots[pointer].style
                return begin + _quoted(node.ours, style, is_in_flow=True)
            case Taken(side=Side.THEIRS):
                return begin + self._flow_of(node)
        return self._text[span.start : span.end]

    def _flow_of(self, node: Taken) -> str:
        return self._layout.flow(node.pointer, self._of_theirs(node), _schema_at(self._schema, node.pointer))

    def _of_theirs(self, node: Taken) -> Value:
        return value_at(self._theirs.value, node.pointer)


def _with_steps(node: Fields | Items) -> Iterator[tuple[Step | None, Node]]:
    """The members, each with its key, or with its position at ours, None for one that is not there."""
    if isinstance(node, Fields):
        yield from node.members
        return
    for member in node.members:
        is_theirs = isinstance(member, Taken) and member.side is Side.THEIRS
        step = None if is_theirs else cast(Taken | Words | Fields | Items, member).pointer[-1]
        yield step, member


def _carried(
    steps: Sequence[Step], gaps: dict[Step, Gap], kept: set[Step | None]
) -> tuple[dict[Step, Gap], tuple[str, ...]]:
    """The gaps of what stays, with the comments that stood apart from what goes; and those at the end."""
    found: dict[Step, Gap] = {}
    waiting: tuple[str, ...] = ()
    for step in steps:
        gap = gaps[step]
        if step in kept:
            found[step] = replace(gap, above=(*waiting, *gap.above))
            waiting = ()
        else:
            waiting += tuple(line for line in gap.above if line.strip())
    return found, waiting


def _joined(chunks: Sequence[_Lines], left: tuple[str, ...], indent: int, *, is_shared: bool) -> str:
    pieces: list[str] = []
    last = ""
    for number, chunk in enumerate(chunks):
        above = (*chunk.gap.above, *chunk.gap.own)
        entry = " " * indent + chunk.text
        if number == 0 and is_shared:
            # Behind a dash there is no line above: its comments come below.
            pieces += [chunk.text, _behind(entry, tuple(line for line in above if line), indent)]
        else:
            pieces += [_behind(last, above, indent), "\n", entry]
        last = entry
    return "".join((*pieces, _behind(last, left, indent)))


def _behind(text: str, lines: Sequence[str], indent: int) -> str:
    """Lines with comments to stand behind a text: further left where they would belong to its last block."""
    block = _block_indent(text, indent) if any(map(str.strip, lines)) else None
    moved = (
        " " * indent + line.lstrip(" ")
        if block is not None and line[:block].isspace() and line.strip()
        else line
        for line in lines
    )
    return "".join(f"\n{line}" for line in moved)


def _block_indent(text: str, least: int) -> int | None:
    """How far the lines of the block scalar are indented with which a text ends; None for no such block.

    No line of the text is indented by less than `least`.
    """
    lowest: int | None = None
    for line in reversed(text.split("\n")):
        here = len(line) - len(line.lstrip(" "))
        if not line.strip() or (lowest is not None and here >= lowest):
            continue
        if lowest is not None and _BLOCK.search(line):
            return lowest
        lowest = here
        if lowest <= least:
            break
    return None


def _indented(lines: Sequence[str], indent: int) -> str:
    """Lines as one text; all but the first are indented."""
    return "\n".join((lines[0], *(f"{' ' * indent}{line}" if line else "" for line in lines[1:])))


def _quoted(text: str, style: str | None, *, is_in_flow: bool) -> str:
    """A text on one line, in the quotes of what it replaces."""
    has_quotes = style in ("'", '"')
    return text_in_style(text, style) if has_quotes else inline_text(text, is_in_flow=is_in_flow)


def _margin(lines: Sequence[str]) -> str:
    """The blanks before the first line that has more."""
    first = next((line for line in lines if line.strip(" ")), "")
    return first[: len(first) - len(first.lstrip(" "))]


def _newlines(text: str) -> int:
    return len(text) - len(text.rstrip("\n"))


def _schema_at(schema: Schema | None, pointer: Pointer) -> Schema | None:
    for step in pointer:
        if schema is None or schema.is_json_schema:
            return None
        schema = schema.item() if isinstance(step, int) else schema.property(step)
    return schema
