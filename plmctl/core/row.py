"""What changed between two files of records: rows that came, went, or are other, by their key."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256

from plmctl.core.canonical import canonical_json
from plmctl.core.dataclass import dataclass
from plmctl.core.record import Flaw, Record
from plmctl.core.records import key_of, reader_of, records
from plmctl.core.value import Value, as_mapping

ROWS_LIMIT = 32 * 1024 * 1024
"""Bytes of a side that are compared: all rows of one side are held, which takes about ten times as much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row of one side: its key as it was found (without a key empty), its number from 1, its value."""

    key: tuple[Value, ...]
    number: int
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A column of a row, old and new; None on the side where the row has it not, which `has_` tells apart."""

    column: str
    old: Value
    new: Value
    has_old: bool = True
    has_new: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedRow:
    """A row of both sides with another content: its numbers there, and the columns that differ."""

    key: tuple[Value, ...]
    old_number: int
    new_number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RowChanges:
    """What differs between two files; `removed` in the old order, all else in the new.

    Without a key a row is its content, and none is `changed`. `unread` counts what is no record, old and
    new: it is compared with nothing. `unchanged` rows may stand elsewhere.
    """

    key: tuple[str, ...]
    added: tuple[Row, ...]
    removed: tuple[Row, ...]
    changed: tuple[ChangedRow, ...]
    added_columns: tuple[str, ...]
    removed_columns: tuple[str, ...]
    unchanged: int
    unread: tuple[int, int]

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs."""
        return not (self.added or self.removed or self.changed or self.added_columns or self.removed_columns)


@dataclass(frozen=True, slots=True, kw_only=True)
class TooManyRows:
    """Two files that are not compared row by row: one has more bytes than the limit."""

    limit: int


def row_changes(
    old: Iterable[bytes],
    new: Iterable[bytes],
    key: tuple[str, ...] = (),
    format_: str = "jsonl",
    limit: int = ROWS_LIMIT,
    schema: Mapping[str, Value] | None = None,
) -> RowChanges | TooManyRows | None:
    """The rows that differ between two files; None for a format without records.

    The schema gives the columns of CSV their types. Linear in the bytes of both sides; both are held.
    """
    try:
        sides = [_side(_limited(chunks, limit), format_, schema or {}) for chunks in (old, new)]
    except _OverLimitError:
        return TooManyRows(limit=limit)
    before, after = sides
    return None if before is None or after is None else _compared(before, after, key)


class _OverLimitError(Exception):
    pass


def _limited(chunks: Iterable[bytes], limit: int) -> Iterator[bytes]:
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size > limit:
            raise _OverLimitError
        yield chunk


@dataclass(frozen=True, slots=True, kw_only=True)
class _Side:
    """The records of a file, its columns in their order, and how many of its records cannot be read."""

    records: tuple[Record, ...]
    columns: tuple[str, ...]
    unread: int


def _side(chunks: Iterable[bytes], format_: str, schema: Mapping[str, Value]) -> _Side | None:
    reader = reader_of(format_, schema)
    if reader is None:
        return None
    found, unread = list[Record](), 0
    columns: dict[str, None] = {}
    for item in records(chunks, reader):
        if isinstance(item, Flaw):
            unread += item.number is not None
        else:
            found.append(item)
            columns.update(dict.fromkeys(as_mapping(item.value)))
    return _Side(records=tuple(found), columns=tuple(columns), unread=unread)


def _compared(before: _Side, after: _Side, key: tuple[str, ...]) -> RowChanges:
    old, new = _without_equals(before.records, after.records)
    waiting: defaultdict[bytes, deque[Record]] = defaultdict(deque)
    for record in old:
        waiting[_name(record, key)].append(record)
    added: list[Row] = []
    changed: list[ChangedRow] = []
    for record in new:
        rest = waiting[_name(record, key)]
        if rest:
            changed.append(_changed(rest.popleft(), record, key))
        else:
            added.append(_row(record, key))
    left = [record for rest in waiting.values() for record in rest]
    return RowChanges(
        key=key,
        added=tuple(added),
        removed=tuple(_row(record, key) for record in sorted(left, key=lambda record: record.number)),
        changed=tuple(changed),
        added_columns=_missing(after, before),
        removed_columns=_missing(before, after),
        unchanged=len(after.records) - len(new),
        unread=(before.unread, after.unread),
    )


def _missing(side: _Side, other: _Side) -> tuple[str, ...]:
    there = set(other.columns)
    return tuple(column for column in side.columns if column not in there)


def _without_equals(old: tuple[Record, ...], new: tuple[Record, ...]) -> tuple[list[Record], list[Record]]:
    """The rows of both sides without those that are equal, one for one."""
    counts = Counter(_content(record) for record in old)
    differing = []
    for record in new:
        content = _content(record)
        if counts[content]:
            counts[content] -= 1
        else:
            differing.append(record)
    left = []
    # Of several that are equal the last ones are left.
    for record in reversed(old):
        content = _content(record)
        if counts[content]:
            counts[content] -= 1
            left.append(record)
    return left[::-1], differing


def _content(record: Record) -> bytes:
    return sha256(canonical_json(record.value)).digest()


def _name(record: Record, key: tuple[str, ...]) -> bytes:
    """What a row is found by: its key, without one its content."""
    own = key_of(record.value, key) if key else None
    return b"key" + own if own is not None else _content(record)


def _row(record: Record, key: tuple[str, ...]) -> Row:
    return Row(key=_key(record, key), number=record.number, value=record.value)


def _key(record: Record, key: tuple[str, ...]) -> tuple[Value, ...]:
    return tuple(as_mapping(record.value).get(column) for column in key)


def _changed(old: Record, new: Record, key: tuple[str, ...]) -> ChangedRow:
    before, after = as_mapping(old.value), as_mapping(new.value)
    columns = dict.fromkeys((*before, *after))
    cells = (
        Cell(column=c, old=before.get(c), new=after.get(c), has_old=c in before, has_new=c in after)
        for c in columns
    )
    return ChangedRow(
        key=_key(new, key),
        old_number=old.number,
        new_number=new.number,
        cells=tuple(
            c for c in cells if c.has_old is not c.has_new or canonical_json(c.old) != canonical_json(c.new)
        ),
    )
