"""Rows of data that came, went or changed: lines for a terminal, a table for a page, a value for programs."""

from collections.abc import Iterator

from plmctl.core.few import few
from plmctl.core.row import Cell, ChangedRow, Row, RowChanges, TooManyRows
from plmctl.core.value import Value
from plmctl.render.line import Line, Style, fitted, line, plural
from plmctl.render.markup import code, escaped
from plmctl.render.value import written

MOST = 20
"""Rows of each kind, and columns of a row, that a person is shown; programs get all."""
_CELL = 200
_COLUMNS, _COLUMN = 5, 60
_ABSENT = "none"


def row_lines(changes: RowChanges | TooManyRows, columns: int) -> Iterator[Line]:
    """What changed, in lines of so many columns: a count, then rows with their columns, old and new."""
    yield line((Style.FAINT, row_summary(changes)))
    if isinstance(changes, TooManyRows):
        return
    for row in changes.changed[:MOST]:
        yield line(fitted(f"~ {_name(changes, row)}", columns))
        yield from (_cell_line(cell, columns) for cell in row.cells[:MOST])
        yield from (line("    ", *part.pieces) for part in _left(len(row.cells), "changed column"))
    yield from _left(len(changes.changed), "changed row")
    for sign, style, rows, what in _whole(changes):
        for whole in rows[:MOST]:
            yield line((style, fitted(f"{sign} {_name(changes, whole)}: {written(whole.value)}", columns)))
        yield from _left(len(rows), what)


def row_summary(changes: RowChanges | TooManyRows) -> str:
    """How many rows changed, in one line."""
    if isinstance(changes, TooManyRows):
        return f"the rows were not compared: a side has over {changes.limit:,} bytes"
    counts = [(len(changes.changed), "changed"), (len(changes.added), "added")]
    counts += [(len(changes.removed), "removed"), (changes.unchanged, "as before")]
    parts = [", ".join(f"{count:,} {what}" for count, what in counts)]
    for columns, what in ((changes.added_columns, "came"), (changes.removed_columns, "went")):
        if columns:
            noun = "column" if len(columns) == 1 else "columns"
            parts.append(f"{noun} {_first_of(columns)} {what}")
    if any(changes.unread):
        parts.append(f"{changes.unread[0]:,} before and {changes.unread[1]:,} now cannot be read")
    return f"rows: {'; '.join(parts)}"


def _first_of(columns: tuple[str, ...]) -> str:
    return few([fitted(name, _COLUMN) for name in columns], _COLUMNS)


def row_table(changes: RowChanges | TooManyRows) -> str:
    """The same as elements of a page or of a comment on a pull request: a table, each cell in a line."""
    lead = f"<p>{escaped(row_summary(changes))}</p>"
    if isinstance(changes, TooManyRows):
        return lead
    found = list(_table_rows(changes))
    if not found:
        return lead
    head = "".join(f"<th>{name}</th>" for name in ("row", "column", "old", "new"))
    left = [part.plain for part in _all_left(changes)]
    more = "".join(f"<p>{escaped(text)}</p>" for text in left)
    return f"{lead}<table><tr>{head}</tr>{''.join(found)}</table>{more}"


def row_value(changes: RowChanges | TooManyRows) -> dict[str, Value]:
    """All of it as JSON."""
    if isinstance(changes, TooManyRows):
        return {"limit": changes.limit}
    return {
        "key": [*changes.key],
        "unchanged": changes.unchanged,
        "unread": [*changes.unread],
        "addedColumns": [*changes.added_columns],
        "removedColumns": [*changes.removed_columns],
        "changed": [_changed_value(row) for row in changes.changed],
        "added": [_row_value(row) for row in changes.added],
        "removed": [_row_value(row) for row in changes.removed],
    }


def _changed_value(row: ChangedRow) -> Value:
    return {
        "key": [*row.key],
        "numbers": [row.old_number, row.new_number],
        "cells": [_cell_value(cell) for cell in row.cells],
    }


def _cell_value(cell: Cell) -> Value:
    value: dict[str, Value] = {"column": cell.column}
    value.update({"old": cell.old} if cell.has_old else {})
    value.update({"new": cell.new} if cell.has_new else {})
    return value


def _row_value(row: Row) -> Value:
    return {"key": [*row.key], "number": row.number, "value": row.value}


def _whole(changes: RowChanges) -> tuple[tuple[str, Style, tuple[Row, ...], str], ...]:
    return (
        ("+", Style.NEW, changes.added, "added row"),
        ("-", Style.OLD, changes.removed, "removed row"),
    )


def _name(changes: RowChanges, row: Row | ChangedRow) -> str:
    number = row.new_number if isinstance(row, ChangedRow) else row.number
    named = ", ".join(f"{c} {written(part)}" for c, part in zip(changes.key, row.key, strict=True))
    return f"row {number}" + (f" ({named})" if named else "")


def _sides(cell: Cell) -> tuple[str, str]:
    old = written(cell.old) if cell.has_old else _ABSENT
    return old, written(cell.new) if cell.has_new else _ABSENT


def _cell_line(cell: Cell, columns: int) -> Line:
    old, new = _sides(cell)
    name = fitted(cell.column, columns // 3)
    room = max((columns - len(name) - len("    :  -> ")) // 2, 1)
    arrow = (Style.FAINT, " -> ")
    return line(f"    {name}: ", (Style.OLD, fitted(old, room)), arrow, (Style.NEW, fitted(new, room)))


def _left(count: int, what: str) -> Iterator[Line]:
    if count > MOST:
        yield line((Style.FAINT, f"… {plural(count - MOST, f'more {what}')}"))


def _all_left(changes: RowChanges) -> Iterator[Line]:
    yield from _left(len(changes.changed), "changed row")
    for _, _, rows, what in _whole(changes):
        yield from _left(len(rows), what)


def _table_rows(changes: RowChanges) -> Iterator[str]:
    for row in changes.changed[:MOST]:
        name = _name(changes, row)
        for cell in row.cells[:MOST]:
            old, new = (fitted(side, _CELL) for side in _sides(cell))
            yield _table_row(
                code(fitted(name, _CELL)), code(fitted(cell.column, _CELL)), code(old), code(new)
            )
        for part in _left(len(row.cells), "changed column"):
            yield _table_row(code(fitted(name, _CELL)), escaped(part.plain), "", "")
    for sign, _, rows, _ in _whole(changes):
        for whole in rows[:MOST]:
            sides = ["", code(fitted(written(whole.value), _CELL))]
            old, new = sides if sign == "+" else sides[::-1]
            yield _table_row(code(fitted(_name(changes, whole), _CELL)), "", old, new)


def _table_row(*cells: str) -> str:
    return f"<tr>{''.join(f'<td>{cell}</td>' for cell in cells)}</tr>"
