"""The records of data, and what is wrong with them: values that the readers of formats make."""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from plmctl.core.dataclass import dataclass
from plmctl.core.value import Value

RECORD_LIMIT = 1024 * 1024
"""Bytes that a record may have, and a line of a file of records."""
DEPTH_LIMIT = 64
"""Levels of lists and objects in a record."""
BOM = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One record of a file: its number and the line where it begins, both from 1."""

    number: int
    line: int
    value: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class Flaw:
    """Why a part of a file is no record; `number` is None where it stands between records.

    `is_mark` is a byte order mark: nothing is lost by it.
    """

    number: int | None
    line: int
    message: str
    help: str
    is_mark: bool = False


class Line(NamedTuple):
    """One line of a file without its LF: its number from 1, and where it begins, in bytes.

    One over the limit is cut: its content was dropped.
    """

    number: int
    offset: int
    data: bytes
    is_cut: bool


class Raw(NamedTuple):
    """The bytes of a record that was told apart from its neighbours and not read yet."""

    number: int
    line: int
    offset: int
    data: bytes
    is_cut: bool


def lines(chunks: Iterable[bytes]) -> Iterator[Line]:
    """The lines of a file that comes in chunks; of one over RECORD_LIMIT no more is kept than a chunk."""
    held, dropped, number, offset = b"", 0, 1, 0
    for chunk in chunks:
        *whole, held = (held + chunk).split(b"\n")
        for data in whole:
            is_cut = dropped + len(data) > RECORD_LIMIT
            yield Line(number, offset, b"" if is_cut else data, is_cut)
            number, offset, dropped = number + 1, offset + dropped + len(data) + 1, 0
        if dropped or len(held) > RECORD_LIMIT:
            held, dropped = b"", dropped + len(held)
    if held or dropped:
        yield Line(number, offset, held, bool(dropped))


def cut(raw: Raw) -> Flaw:
    """What is wrong with a record that is too large."""
    return Flaw(
        number=raw.number,
        line=raw.line,
        message=f"the record has over {RECORD_LIMIT} bytes, and is not read",
        help="split it, or keep what is large in files of its own and name them",
    )


def decoded(raw: Raw) -> str | Flaw:
    """The text of a record, or where it is not UTF-8."""
    try:
        return raw.data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.line + raw.data.count(b"\n", 0, error.start)
        byte, offset = raw.data[error.start], raw.offset + error.start
        return Flaw(
            number=raw.number,
            line=line,
            message=f"byte 0x{byte:02x} at offset {offset} is not UTF-8",
            help="save the file as UTF-8",
        )


def without_mark(first: Line) -> Line:
    """The first line of a file without the byte order mark that it may begin with."""
    if first.number != 1 or not first.data.startswith(BOM):
        return first
    return first._replace(offset=len(BOM), data=first.data.removeprefix(BOM))


def marked() -> Flaw:
    """The byte order mark at the beginning of a file."""
    return Flaw(
        number=None,
        line=1,
        message="the file begins with a byte order mark",
        help="save the file as UTF-8 without it",
        is_mark=True,
    )


def empty_line(line: int) -> Flaw:
    """A line without a record, and others after it."""
    message = "an empty line stands between records"
    return Flaw(number=None, line=line, message=message, help="delete the line")
