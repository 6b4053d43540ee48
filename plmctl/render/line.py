"""Lines of output: text with the names of styles; what a style looks like is for `text.py`."""

from collections.abc import Iterator
from enum import Enum
from itertools import islice

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import Level
from plmctl.render.visible import breaks, cut, digest_width, visible, width


class Style(Enum):
    """What a piece of text is."""

    PLAIN = "plain"
    STRONG = "strong"
    FAINT = "faint"
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"
    GOOD = "good"
    OLD = "old"
    NEW = "new"


STYLE_OF_LEVEL = {
    Level.ERROR: Style.ERROR,
    Level.WARNING: Style.WARNING,
    Level.INFO: Style.INFO,
    Level.OFF: Style.FAINT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """What is printed on: its columns, and who looks at it; off a terminal no table is folded."""

    width: int = 80
    is_coloured: bool = False
    is_terminal: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One line, without its newline: pieces of visible text, each with its style."""

    pieces: tuple[tuple[Style, str], ...] = ()

    @property
    def plain(self) -> str:
        """The text alone."""
        return "".join(text for _, text in self.pieces)


def line(*pieces: str | tuple[Style, str]) -> Line:
    """A line of texts, each made visible; one without a style is plain."""
    styled = ((Style.PLAIN, piece) if isinstance(piece, str) else piece for piece in pieces)
    return Line(tuple((style, visible(text)) for style, text in styled))


def hanging(part: Line, paper: Paper, indent: int, before: tuple[int, int] = (0, 0)) -> Iterator[Line]:
    """A line; at a terminal that is narrower folded by words, with an indent before what follows.

    `before` is what the caller puts in front of the first line, and of those that follow, in columns.
    """
    first, rest = (paper.width - taken for taken in before)
    if not paper.is_terminal or width(part.plain) <= first:
        yield part
        return
    # Where the terminal is hardly wider than the indent, words need the room, and so does a whole digest.
    digest = digest_width(part.plain)
    indent = min(indent, max(rest - (digest if 0 < digest <= rest else _NARROWEST), 0))
    ranges = breaks(part.plain, max(first, _NARROWEST), max(rest - indent, _NARROWEST))
    for number, (start, end) in enumerate(ranges):
        margin = ((Style.PLAIN, " " * indent),) if number and indent else ()
        yield Line((*margin, *_between(part, start, end)))


_NARROWEST = 16


def folded_line(part: Line, first: int, rest: int) -> Iterator[Line]:
    """A line in pieces of so many columns, broken by words; the blanks at the breaks are gone."""
    for start, end in breaks(part.plain, first, rest):
        yield Line(tuple(_between(part, start, end)))


def _between(part: Line, start: int, end: int) -> Iterator[tuple[Style, str]]:
    at = 0
    for style, text in part.pieces:
        piece = text[max(start - at, 0) : max(end - at, 0)]
        if piece:
            yield style, piece
        at += len(text)


def plural(count: int, noun: str) -> str:
    """A number and its noun: `1 error`, `2 errors`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def rest_of(lines: Iterator[object]) -> str:
    """How many more lines there are, empty where there is none; no more than 10,000 are counted."""
    count = sum(1 for _ in islice(lines, _MOST_COUNTED))
    is_over = count == _MOST_COUNTED and next(lines, None) is not None
    return f"{'over ' if is_over else ''}{plural(count, 'more line')}" if count else ""


_MOST_COUNTED = 10_000


def fitted(text: str, columns: int) -> str:
    """A text made visible and cut to fit."""
    return cut(visible(text), columns)
