"""What changed in data: lines for a terminal, parts of a page or of a comment, a value for programs."""

from collections.abc import Iterable, Iterator
from itertools import islice

from plmctl.core.data_change import DataChange
from plmctl.core.inventory import Comparison, Row
from plmctl.core.pointer import Pointer
from plmctl.core.value import Value
from plmctl.render.line import Line, Paper, Style, fitted, hanging, line, plural
from plmctl.render.markup import code, escaped
from plmctl.render.rows import row_lines, row_summary, row_table, row_value

MOST = 20
"""Files of each kind that a person is shown; programs get all."""
HEADINGS = ("", "file", "bytes")

_INDENT = "  "
_STYLES = {"+": Style.NEW, "-": Style.OLD, "~": Style.PLAIN, ">": Style.PLAIN}
_WORDS = {"+": "added", "-": "removed", "~": "changed", ">": "renamed"}


def content_lines(changes: Iterable[DataChange], paper: Paper) -> Iterator[Line]:
    """For each data its name and how much came and went, then files and rows; an empty line after each."""
    for change in changes:
        head = line((Style.STRONG, _head(change)), f"  {content_summary(change)}")
        yield from hanging(head, paper, 2)
        for sign, name, amount in _files(change.files):
            much = f"  {amount} {'byte' if amount.split()[-1] == '1' else 'bytes'}"
            said = fitted(f"{sign} {name}", paper.width - len(_INDENT) - len(much))
            yield line(_INDENT, (_STYLES[sign], said), (Style.FAINT, much))
        for part in _left(change.files):
            yield line(_INDENT, (Style.FAINT, part))
        if change.rows is not None and not change.is_restricted:
            below = (part for part in islice(row_lines(change.rows, paper.width - len(_INDENT)), 1, None))
            yield from (Line(((Style.PLAIN, _INDENT), *part.pieces)) for part in below)
        yield line()


def content_summary(change: DataChange) -> str:
    """How much changed, in one line; where that is not known, why not."""
    parts = [change.why] if change.why else []
    if change.files is not None:
        parts.append(_counts(change.files))
    if change.rows is not None:
        parts.append(row_summary(change.rows))
    if change.rows is not None and change.is_restricted:
        parts.append("their values are not shown: not everybody may see the data")
    return "; ".join([_amount(change.old, change.new), *parts])


def content_part(change: DataChange) -> str:
    """The same as elements of a page or of a comment, without an empty line."""
    rows = "".join(
        f"<tr><td>{_WORDS[sign]}</td><td>{code(fitted(name, 200))}</td><td>{escaped(amount)}</td></tr>"
        for sign, name, amount in _files(change.files)
    )
    head = "".join(f"<th>{heading}</th>" for heading in HEADINGS)
    table = f"<table><tr>{head}</tr>{rows}</table>" if rows else ""
    left = "".join(f"<p>{escaped(part)}</p>" for part in _left(change.files))
    values = row_table(change.rows) if change.rows is not None and not change.is_restricted else ""
    return f"<p>{code(_head(change))}: {escaped(content_summary(change))}</p>{table}{left}{values}"


def content_value(change: DataChange) -> dict[str, Value]:
    """All of it as JSON; of data that not everybody may see no values of rows."""
    is_shown = change.rows is not None and not change.is_restricted
    return {
        "artifact": change.artifact,
        "path": change.new.path,
        "old": _side(change.old),
        "new": _side(change.new),
        "files": _files_value(change.files) if change.files is not None else None,
        "rows": row_value(change.rows) if change.rows is not None and is_shown else None,
        "restricted": change.is_restricted,
        "unknown": change.why or None,
    }


def _head(change: DataChange) -> str:
    return f"{change.artifact} data {change.new.out_path}"


def _amount(old: Pointer, new: Pointer) -> str:
    sizes = f"{old.size:,} to {new.size:,} bytes" if old.size != new.size else f"{new.size:,} bytes as before"
    if old.nfiles == new.nfiles:
        return sizes
    counts = ("1 file" if p.nfiles is None else plural(p.nfiles, "file") for p in (old, new))
    return f"{' to '.join(counts)}, {sizes}"


def _counts(files: Comparison) -> str:
    counts = (
        (len(files.added), "added"),
        (len(files.removed), "removed"),
        (len(files.changed), "changed"),
        (len(files.renamed), "renamed"),
        (files.unchanged, "as before"),
    )
    said = ", ".join(f"{count:,} {what}" for count, what in counts if count)
    moved = [
        f"{plural(size, 'byte')} {what}"
        for size, what in ((files.bytes_in, "in"), (files.bytes_out, "out"))
        if size is not None
    ]
    return "; ".join([f"files: {said}", *moved])


def _files(files: Comparison | None) -> Iterator[tuple[str, str, str]]:
    """A sign, the path, and the bytes of each file that is shown."""
    if files is None:
        return
    for row in files.added[:MOST]:
        yield "+", row.relpath, _bytes(row)
    for row in files.removed[:MOST]:
        yield "-", row.relpath, _bytes(row)
    for old, new in files.changed[:MOST]:
        yield "~", new.relpath, f"{_bytes(old)} to {_bytes(new)}" if old.size != new.size else _bytes(new)
    for move in files.renamed[:MOST]:
        yield ">", f"{move.old.relpath} -> {move.new.relpath}", _bytes(move.new)


def _left(files: Comparison | None) -> Iterator[str]:
    """How many files of each kind are not shown."""
    if files is not None:
        kinds = {
            "added": files.added, "removed": files.removed, "changed": files.changed, "renamed": files.renamed
        }  # fmt: skip
        for what, found in kinds.items():
            if len(found) > MOST:
                yield f"… {plural(len(found) - MOST, f'more {what} file')}"


def _bytes(row: Row) -> str:
    return f"{row.size:,}" if row.size is not None else "?"


def _side(pointer: Pointer) -> Value:
    return {"md5": pointer.md5, "size": pointer.size, "nfiles": pointer.nfiles}


def _files_value(files: Comparison) -> dict[str, Value]:
    return {
        "added": [_row(row) for row in files.added],
        "removed": [_row(row) for row in files.removed],
        "changed": [{"old": _row(old), "new": _row(new)} for old, new in files.changed],
        "renamed": [{"old": _row(move.old), "new": _row(move.new)} for move in files.renamed],
        "unchanged": files.unchanged,
        "bytesIn": files.bytes_in,
        "bytesOut": files.bytes_out,
    }


def _row(row: Row) -> Value:
    return {"path": row.relpath, "md5": row.md5, "size": row.size}
