"""Two texts as one, line by line: what went and what came stand inside the lines that changed."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from enum import Enum
from typing import TypeVar

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.prose import Run

# Unchanged text in a line that changed is shown as far as its sentence goes, or so many characters.
_SENTENCE = 200
_SHORTENED = 80
_WORTH = 120
_END = deferred(r"[.!?\u3002\uff01\uff1f][\"')\]]*(?=\s|$)")


T = TypeVar("T")


class Mark(Enum):
    """What became of a piece of text."""

    SAME = " "
    OLD = "-"
    NEW = "+"


Piece = tuple[Mark, str]


@dataclass(frozen=True, slots=True)
class ProseLine:
    """A line of both texts, without its end: pieces that stayed, went or came."""

    pieces: tuple[Piece, ...]

    @property
    def sign(self) -> str:
        """`-` and `+` for a line that one text has alone, `~` for one that changed, a space for the rest."""
        marks = {mark for mark, _ in self.pieces}
        if marks <= {Mark.SAME}:
            return " "
        return "~" if len(marks) > 1 else marks.pop().value


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Lines in which nothing changed, and which are not shown."""

    count: int


def prose_lines(runs: Iterable[Run], around: int = 1) -> Iterator[ProseLine | LeftOut]:
    """The lines that changed, and so many around them; nothing where no word changed."""
    for part in near_changes(_lines(runs), lambda line: line.sign != " ", around):
        yield part if isinstance(part, LeftOut) else shortened(part)


def near_changes(
    parts: Iterable[T], is_changed: Callable[[T], bool], around: int, size: Callable[[T], int] = lambda _: 1
) -> Iterator[T | LeftOut]:
    """The parts that changed, and so many around them; nothing where none did. `size` is a part's lines."""
    held: deque[T] = deque()
    left_out, wanted, is_any = 0, 0, False
    for part in parts:
        if is_changed(part):
            if left_out:
                yield LeftOut(left_out)
            yield from (*held, part)
            held.clear()
            left_out, wanted, is_any = 0, around, True
        elif wanted:
            yield part
            wanted -= 1
        else:
            held.append(part)
            if len(held) > around:
                left_out += size(held.popleft())
    left_out += sum(map(size, held))
    if is_any and left_out:
        yield LeftOut(left_out)


def _lines(runs: Iterable[Run]) -> Iterator[ProseLine]:
    pieces: list[Piece] = []
    for mark, text in _pieces(runs):
        first, *rest = text.split("\n")
        pieces.append((mark, first))
        for part in rest:
            yield from _line(pieces, mark)
            pieces = [(mark, part)]
    if any(text for _, text in pieces):
        yield from _line(pieces, Mark.SAME)


def _pieces(runs: Iterable[Run]) -> Iterator[Piece]:
    for run in runs:
        if run.is_same or run.is_spacing:
            yield Mark.SAME, run.new
        else:
            yield from _changed(run.old.split("\n"), run.new.split("\n"))


def _changed(old: list[str], new: list[str]) -> Iterator[Piece]:
    """What went and came; over several lines their first ones are beside each other, and their last."""
    if min(len(old), len(new)) > 1:
        yield from _changed(old[:1], new[:1])
        yield Mark.SAME, "\n"
        between = (
            (mark, "\n".join((*lines[1:-1], ""))) for mark, lines in ((Mark.OLD, old), (Mark.NEW, new))
        )
        yield from ((mark, text) for mark, text in between if text)
        old, new = old[-1:], new[-1:]
    texts = ((Mark.OLD, "\n".join(old)), (Mark.NEW, "\n".join(new)))
    yield from ((mark, text) for mark, text in texts if text)


def _line(pieces: list[Piece], end: Mark) -> Iterator[ProseLine]:
    """The line of some pieces; two where nothing in it stayed. An empty one is what its end is."""
    kept = tuple(piece for piece in pieces if piece[1]) or ((end, ""),)
    if {mark for mark, _ in kept} == {Mark.OLD, Mark.NEW}:
        for side in (Mark.OLD, Mark.NEW):
            yield ProseLine(tuple(piece for piece in kept if piece[0] is side))
    else:
        yield ProseLine(kept)


def shortened(line: ProseLine) -> ProseLine:
    """The line with its unchanged text folded, but for the sentences in which something changed."""
    if line.sign != "~":
        return line
    last = len(line.pieces) - 1
    return ProseLine(
        tuple(
            (mark, _ends(text, is_first=index == 0, is_last=index == last) if mark is Mark.SAME else text)
            for index, (mark, text) in enumerate(line.pieces)
        )
    )


def _ends(text: str, *, is_first: bool, is_last: bool) -> str:
    """The beginning of a text that goes on with a change, and its end before one."""
    head = "" if is_first else text[: _sentence_end(text)]
    tail = "" if is_last else text[_sentence_start(text) :]
    if len(head) + len(tail) + _WORTH > len(text):
        return text
    return f"{head} … {tail}" if head and tail else f"{head} …" if head else f"… {tail}"


def _sentence_end(text: str) -> int:
    found = _END.search(text, 0, _SENTENCE)
    if found:
        return found.end()
    return max(text.rfind(" ", 0, _SHORTENED), 0) or _SHORTENED


def _sentence_start(text: str) -> int:
    start = max(len(text) - _SENTENCE, 0)
    ends = [found.end() for found in _END.finditer(text, start) if text[found.end() :].strip()]
    if ends:
        return len(text) - len(text[ends[-1] :].lstrip())
    if not start:
        return 0
    space = text.find(" ", len(text) - _SHORTENED)
    return space + 1 if space >= 0 else len(text) - _SHORTENED
