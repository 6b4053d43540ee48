"""Where the members of a document's collections stand in its text, as offsets, with what is between them."""

from itertools import pairwise

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.spot import Document
from plmctl.core.tokens import Sort, tokens_of
from plmctl.core.value import Pointer, Value, as_items, value_at

_HEADER = deferred(r"[ \t]*?(?:[|>][-+0-9]*)?(?P<comment>[ \t]+#.*)?")

Step = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A member of a collection: its key or dash, its value, and the end of its last line.

    In brackets there is no dash, and the value ends its last line. `mark` is behind the colon or the dash.
    """

    start: int
    mark: int
    value: int
    value_end: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Whole lines before a member without brackets: its own comments, and what is above them."""

    above: tuple[str, ...] = ()
    own: tuple[str, ...] = ()


class Spans:
    """The text of a document, and where its parts are."""

    def __init__(self, document: Document):
        self.document = document
        self.text = document.text
        self._heads: dict[Pointer, tuple[int, int]] = {}
        self._values: dict[Pointer, tuple[int, int]] = {}
        self.blocks: set[Pointer] = set()
        for token in tokens_of(document):
            start, end = token.start, token.end
            if token.sort in (Sort.KEY, Sort.DASH):
                self._heads[token.pointer] = (start, end)
            elif token.sort is Sort.CLOSE:
                self._values[token.pointer] = (self._values[token.pointer][0], end)
            else:
                self._values[token.pointer] = (start, end)
            if token.sort is Sort.BEGIN:
                self.blocks.add(token.pointer)

    def value(self, pointer: Pointer) -> Value:
        """What stands there."""
        return value_at(self.document.value, pointer)

    def brackets(self, pointer: Pointer) -> tuple[int, int]:
        """Where a collection in brackets begins and ends."""
        return self._values[pointer]

    def steps(self, pointer: Pointer) -> tuple[Step, ...]:
        """The keys or positions in a collection, in the order of the text."""
        value = self.value(pointer)
        return tuple(value) if isinstance(value, dict) else tuple(range(len(as_items(value))))

    def of(self, pointer: Pointer) -> Span:
        """Where a member is."""
        value, value_end = self._values[pointer][0], self._value_end(pointer)
        start, head_end = self._heads.get(pointer, (value, value))
        is_key = isinstance(pointer[-1], str)
        mark = self.text.index(":", head_end) + 1 if is_key else head_end
        end = max(value_end, mark) if pointer[:-1] not in self.blocks else self._line_end(value_end)
        return Span(start=start, mark=mark, value=max(value, mark), value_end=max(value_end, mark), end=end)

    def column(self, offset: int) -> int:
        """How many characters stand before a place on its line."""
        return offset - self.text.rfind("\n", 0, offset) - 1

    def first(self, pointer: Pointer) -> tuple[int, bool]:
        """Where the lines of a collection without brackets begin; whether the line before goes on there."""
        start = self.of((*pointer, self.steps(pointer)[0])).start
        if self.text[start - self.column(start) : start].strip(" "):
            return start, True
        return (self._line_end(self.of(pointer).mark) if pointer else -1), False

    def gaps(self, pointer: Pointer) -> tuple[Gap, ...]:
        """What stands before each member of a collection without brackets."""
        begin, is_shared = self.first(pointer)
        spans = [self.of((*pointer, step)) for step in self.steps(pointer)]
        between = [(begin, spans[0].start), *((a.end, b.start) for a, b in pairwise(spans))]
        found = [self._gap(start, end) for start, end in between]
        return (Gap(), *found[1:]) if is_shared else tuple(found)

    def comment(self, pointer: Pointer) -> str:
        """The comment on the line on which a value begins, with the blanks before it."""
        span = self.of(pointer)
        if "\n" not in self.text[span.mark : span.value_end]:
            return self.text[span.value_end : span.end]
        found = _HEADER.fullmatch(self.text, span.mark, self._line_end(span.mark))
        return (found["comment"] or "") if found else ""

    def _gap(self, start: int, end: int) -> Gap:
        indent = " " * self.column(end)
        *lines, _ = self.text[start + 1 : end].split("\n")
        count = len(lines)
        while count and lines[count - 1].startswith(f"{indent}#"):
            count -= 1
        return Gap(above=tuple(lines[:count]), own=tuple(lines[count:]))

    def _value_end(self, pointer: Pointer) -> int:
        while pointer in self.blocks:
            pointer = (*pointer, self.steps(pointer)[-1])
        end = self._values[pointer][1]
        # What keeps its last line breaks ends before the last of them.
        return end - 1 if self.text[end - 1 : end] == "\n" else end

    def _line_end(self, offset: int) -> int:
        found = self.text.find("\n", offset)
        return len(self.text) if found < 0 else found
