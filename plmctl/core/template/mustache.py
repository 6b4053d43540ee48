"""The mustache language of prompts, parsed once into a flat program; the rules are templates.md's.

https://github.com/mustache/spec without escaping, lambdas, delimiter changes and blocks.
"""

from dataclasses import field, replace

from plmctl.core.dataclass import dataclass
from plmctl.core.template.grammar import KINDS, LITERAL, fault_of, name_of, shown
from plmctl.core.template.program import (
    Comment,
    End,
    Instruction,
    Inverted,
    Partial,
    Section,
    SyntaxProblem,
    Tag,
    TagKind,
    Template,
    Text,
    Value,
)
from plmctl.core.template.scan import Escape, RawTag, Unclosed, pieces

MAX_NESTING = 64
MAX_ERRORS = 100
MAX_TAGS = 50_000


def parse(text: str) -> Template:
    """The program of a template; never raises, and linear in the length of the text."""
    builder = _Builder(text=text)
    for piece in pieces(text):
        if builder.is_full:
            break
        match piece:
            case Escape():
                builder.escape(piece)
            case Unclosed():
                builder.unclosed(piece)
            case _:
                builder.tag(piece)
    return builder.finished()


def map_partials(text: str, names: dict[str, str]) -> str:
    """The text with partials renamed, old name to new, and nothing else touched."""
    parts: list[str] = []
    position = 0
    for tag in parse(text).tags:
        if tag.kind is TagKind.PARTIAL and tag.dotted in names:
            start = text.index(tag.dotted, tag.start)
            parts += text[position:start], names[tag.dotted]
            position = start + len(tag.dotted)
    return "".join([*parts, text[position:]])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Open:
    """A section that waits for its end; `index` is None when its own tag was wrong."""

    label: str
    raw: RawTag
    index: int | None


@dataclass(slots=True, kw_only=True)
class _Builder:
    """The program as far as it is known; `position` is the first character not yet in it."""

    text: str
    position: int = 0
    line: int = 0
    line_start: int = 0
    counted: int = 0
    is_stopped: bool = False
    literal: list[str] = field(default_factory=list)
    literal_start: int = 0
    instructions: list[Instruction] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    errors: list[SyntaxProblem] = field(default_factory=list)
    opened: list[_Open] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether to stop: a limit was passed, or more mistakes help nobody."""
        return self.is_stopped or len(self.errors) >= MAX_ERRORS

    def escape(self, piece: Escape) -> None:
        self._print(piece.start)
        self.literal.append("{{")
        self.position = piece.end

    def unclosed(self, piece: Unclosed) -> None:
        self._fault(piece.start, piece.end, "this tag is never closed", f"end it with '}}}}'; {LITERAL}")
        self._print(piece.end)

    def tag(self, raw: RawTag) -> None:
        if fault := fault_of(raw):
            self._fault(raw.start, raw.end, *fault)
            self._print(raw.end)
            if raw.sigil in ("#", "^"):
                # Remembered by its first word, so that the end of `{{#if x}}` is no second mistake.
                self.opened.append(_Open(label=(raw.body.split() or [""])[0], raw=raw, index=None))
            return
        if raw.sigil in ("#", "^") and len(self.opened) >= MAX_NESTING:
            self._stop(raw, f"sections nest deeper than {MAX_NESTING}")
        elif len(self.tags) >= MAX_TAGS:
            self._stop(raw, f"the text has more than {MAX_TAGS} tags")
        elif raw.sigil == "/":
            self._close(raw)
        else:
            self._instruct(raw)

    def finished(self) -> Template:
        """The template, its open sections closed and reported, its mistakes in order."""
        self._print(len(self.text))
        self._flush()
        while self.opened:
            self._abandon(self.opened.pop())
        return Template(
            text=self.text,
            instructions=tuple(self.instructions),
            tags=tuple(self.tags),
            errors=tuple(sorted(self.errors, key=lambda e: e.start)[:MAX_ERRORS]),
        )

    def _stop(self, raw: RawTag, message: str) -> None:
        self._fault(raw.start, raw.end, message, "split the text into Partials")
        self.is_stopped = True

    def _instruct(self, raw: RawTag) -> None:
        tag = self._tag_of(raw)
        self.tags.append(tag)
        start, end = (raw.start, raw.end) if tag.kind is TagKind.VALUE else self._span(raw)
        self._consume(start, end)
        index = len(self.instructions)
        match tag.kind:
            case TagKind.VALUE:
                self.instructions.append(Value(start=start, end=end, tag=tag))
            case TagKind.COMMENT:
                self.instructions.append(Comment(start=start, end=end, tag=tag))
            case TagKind.PARTIAL:
                indent = self.text[start : raw.start]
                self.instructions.append(Partial(start=start, end=end, tag=tag, indent=indent))
            case _:
                kind = Section if tag.kind is TagKind.SECTION else Inverted
                self.instructions.append(kind(start=start, end=end, tag=tag, close=index))
                self.opened.append(_Open(label=raw.body, raw=raw, index=index))

    def _close(self, raw: RawTag) -> None:
        if all(section.label != raw.body for section in self.opened):
            innermost = self.opened[-1].label if self.opened else None
            repair = (
                f"end '{shown(innermost)}' first"
                if innermost
                else f"begin it with '{{{{#{shown(raw.body)}}}}}'"
            )
            self._fault(raw.start, raw.end, f"no section '{shown(raw.body)}' is open here", repair)
            self._print(raw.end)
            return
        start, end = self._span(raw)
        self._print(start)
        self._flush()
        while self.opened[-1].label != raw.body:
            self._abandon(self.opened.pop())
        section = self.opened.pop()
        self.tags.append(self._tag_of(raw))
        if section.index is None:
            self._print(end)
            return
        self._consume(start, end)
        self._end(section.index, start, end)

    def _abandon(self, section: _Open) -> None:
        """End a section that has no end of its own, so that the program is well nested."""
        if section.index is None:
            return
        name = shown(section.label)
        if not self.is_full:
            raw = section.raw
            self._fault(
                raw.start, raw.end, f"section '{name}' is never closed", f"end it with '{{{{/{name}}}}}'"
            )
        self._end(section.index, self.position, self.position)

    def _end(self, opening: int, start: int, end: int) -> None:
        began = self.instructions[opening]
        assert isinstance(began, Section | Inverted)
        self.instructions[opening] = replace(began, close=len(self.instructions))
        self.instructions.append(End(start=start, end=end, opening=opening))

    def _print(self, end: int) -> None:
        """Take what lies before `end` as literal text."""
        self.literal.append(self.text[self.position : end])
        self.position = end

    def _flush(self) -> None:
        if self.position > self.literal_start:
            text = "".join(self.literal)
            self.instructions.append(Text(start=self.literal_start, end=self.position, text=text))
        self.literal.clear()
        self.literal_start = self.position

    def _consume(self, start: int, end: int) -> None:
        """Take what lies before `start` as literal text, and what follows up to `end` as a tag's own."""
        self._print(start)
        self._flush()
        self.position = self.literal_start = end

    def _span(self, raw: RawTag) -> tuple[int, int]:
        """The tag alone, or its whole line when nothing else stands on it ("standalone")."""
        text, start, end = self.text, raw.start, raw.end
        while start > 0 and text[start - 1] in " \t":
            start -= 1
        while end < len(text) and text[end] in " \t":
            end += 1
        begins_line = start == 0 or text[start - 1] == "\n"
        newline = next((n for n in ("\n", "\r\n") if text.startswith(n, end)), "")
        if begins_line and (newline or end == len(text)):
            return start, end + len(newline)
        return raw.start, raw.end

    def _place(self, start: int, end: int) -> tuple[int, int, int]:
        """Line, column, and the end column on that line; places are asked for from left to right."""
        if start < self.counted:
            line_start = self.text.rfind("\n", 0, start) + 1
            line = self.line - self.text.count("\n", start, self.counted)
        else:
            self.line += self.text.count("\n", self.counted, start)
            line_start = max(self.line_start, self.text.rfind("\n", self.counted, start) + 1)
            self.counted, self.line_start, line = start, line_start, self.line
        newline = self.text.find("\n", start, end)
        return line, start - line_start, (end if newline < 0 else newline) - line_start

    def _tag_of(self, raw: RawTag) -> Tag:
        kind = KINDS[raw.sigil]
        line, column, end_column = self._place(raw.start, raw.end)
        return Tag(
            kind=kind,
            name=name_of(kind, raw.body),
            start=raw.start,
            length=raw.end - raw.start,
            line=line,
            column=column,
            end_column=end_column,
        )

    def _fault(self, start: int, end: int, message: str, repair: str) -> None:
        line, column, end_column = self._place(start, end)
        self.errors.append(
            SyntaxProblem(
                start=start,
                length=end - start,
                line=line,
                column=column,
                end_column=end_column,
                message=message,
                help=repair,
            )
        )
