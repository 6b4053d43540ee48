"""Tables: aligned columns, made to fit where a reader's terminal is narrow."""

from collections.abc import Iterable, Iterator
from itertools import zip_longest

from plmctl.core.dataclass import dataclass
from plmctl.render.line import Line, Paper, Style, line
from plmctl.render.visible import column_width, digest_width, folded, visible, width, wrapped

_GAP = 2
# A last column keeps this much before whole columns are left out for it.
_LAST = 16
# Below this a column of words is no help; the terminal folds the lines then.
_NARROWEST = 8

Row = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Grid:
    """Visible cells in columns of these widths; the headings are the first row."""

    rows: tuple[Row, ...]
    widths: tuple[int, ...]

    @property
    def total(self) -> int:
        """Columns of the screen that a whole row takes."""
        return sum(self.widths) + _GAP * (len(self.widths) - 1)

    @property
    def widest_digest(self) -> int:
        """The width of a last column that has digests; 0 for any other."""
        return self.widths[-1] if any(map(digest_width, (row[-1] for row in self.rows))) else 0

    def without(self, heading: str) -> "_Grid":
        """The same without a column."""
        at = self.rows[0].index(heading)
        return _grid(row[:at] + row[at + 1 :] for row in self.rows)

    def with_last(self, columns: int) -> "_Grid":
        """The same with a last column so narrow that a row fits, if that is not too narrow."""
        room = columns - (self.total - self.widths[-1])
        last = min(self.widths[-1], max(room, _LAST))
        return _Grid(self.rows, (*self.widths[:-1], last))

    def fitted(self, columns: int) -> "_Grid":
        """The same with its widest columns made narrower until a row fits; as it is where none can."""
        room = columns - _GAP * (len(self.widths) - 1)
        levels = (level for level in range(max(self.widths), _NARROWEST - 1, -1))
        capped = (tuple(min(size, level) for size in self.widths) for level in levels)
        widths = next((sizes for sizes in capped if sum(sizes) <= room), self.widths)
        return _Grid(self.rows, widths)


def rows_in_columns(
    headings: Row, rows: Iterable[Row], paper: Paper, spare: tuple[str, ...] = ()
) -> Iterator[Line]:
    """A table, whole off a terminal; at one that is too narrow it is made to fit and nothing is cut.

    A last column of digests goes below: each in a line of its own, so that it can be copied. Else
    the last column is folded first, then the columns `spare` are left out one by one, then the widest folded.
    A last line names the columns that were left out.
    """
    grid = _grid(tuple(map(visible, row)) for row in (headings, *rows))
    if paper.is_terminal and grid.total > paper.width and 0 < grid.widest_digest <= paper.width - _GAP:
        yield from _stacked(grid, paper)
        return
    if paper.is_terminal:
        grid = _narrowed(grid, paper.width, tuple(map(visible, spare)))
    for number, row in enumerate(grid.rows):
        yield from _lines(row, grid.widths, Style.PLAIN if number else Style.STRONG)
    left_out = [visible(heading) for heading in headings if visible(heading) not in grid.rows[0]]
    if left_out:
        said = f"({', '.join(left_out)}: not shown in {paper.width} columns)"
        yield from (line((Style.FAINT, part.rstrip())) for part in wrapped(said, paper.width))


def _stacked(grid: _Grid, paper: Paper) -> Iterator[Line]:
    """Each row in two lines: what is before its last column, and that."""
    above = _grid(row[:-1] for row in grid.rows)
    above = above if above.total <= paper.width else above.fitted(paper.width)
    for number, row in enumerate(grid.rows):
        style = Style.PLAIN if number else Style.STRONG
        yield from _lines(row[:-1], above.widths, style)
        yield line((style, " " * _GAP + row[-1]))


def _grid(rows: Iterable[Row]) -> _Grid:
    rows = tuple(rows)
    return _Grid(rows, tuple(column_width(column) for column in zip(*rows, strict=True)))


def _narrowed(grid: _Grid, columns: int, spare: tuple[str, ...]) -> _Grid:
    grid = grid.with_last(columns)
    for heading in spare:
        if grid.total <= columns:
            return grid
        grid = grid.without(heading).with_last(columns)
    return grid if grid.total <= columns else grid.fitted(columns)


def _lines(row: Row, widths: tuple[int, ...], style: Style) -> Iterator[Line]:
    spaces = [size - width(cell) for cell, size in zip(row, widths, strict=True)]
    if min(spaces) >= 0:
        # Off a terminal every row is as it is, and there may be thousands.
        yield _line(row, spaces, style)
        return
    columns = (folded(cell, size) for cell, size in zip(row, widths, strict=True))
    for parts in zip_longest(*columns, fillvalue=""):
        rooms = [size - width(part) for part, size in zip(parts, widths, strict=True)]
        yield _line(parts, rooms, style)


def _line(parts: Row, spaces: Iterable[int], style: Style) -> Line:
    padded = (part + " " * room for part, room in zip(parts, spaces, strict=True))
    return Line(((style, (" " * _GAP).join(padded).rstrip()),))
