"""Lines of output: text with the names of styles; what a style looks like is for `text.py`."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum

from plmctl.core.finding import Level
from plmctl.render.visible import column_width, cut, visible, width, wrapped


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


def rows_in_columns(
    headings: tuple[str, ...], rows: Iterable[tuple[str, ...]], paper: Paper
) -> Iterator[Line]:
    """A table; at a terminal that is too narrow the last column is folded."""
    headings = tuple(visible(heading) for heading in headings)
    cells = [tuple(visible(cell) for cell in row) for row in rows]
    # The last column needs no padding.
    widths = [column_width((heading, *(row[i] for row in cells))) for i, heading in enumerate(headings[:-1])]
    yield _row(headings, widths, Style.STRONG)
    room = paper.width - sum(widths) - 2 * len(widths)
    for row in cells:
        is_folded = paper.is_terminal and row and room >= _NARROWEST
        first, *more = wrapped(row[-1], room) if is_folded else row[-1:]
        yield _row((*row[:-1], first), widths, Style.PLAIN)
        for rest in more:
            yield Line(((Style.PLAIN, " " * (paper.width - room) + rest.rstrip()),))


_NARROWEST = 16


def _row(cells: tuple[str, ...], widths: list[int], style: Style) -> Line:
    padded = [cell + " " * (size - width(cell)) for cell, size in zip(cells, widths, strict=False)]
    return Line(((style, "  ".join((*padded, cells[-1])).rstrip()),))


def plural(count: int, noun: str) -> str:
    """A number and its noun: `1 error`, `2 errors`."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def fitted(text: str, columns: int) -> str:
    """A text made visible and cut to fit."""
    return cut(visible(text), columns)
