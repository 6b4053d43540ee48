"""A file with what is known, which nobody has to trust to be there, whole, or his own."""

import os
import stat
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from hashlib import sha256
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from plmctl.core.cache import Known, Made

if TYPE_CHECKING:
    from sqlite3 import Connection, Error

# A row has a sum of its own: SQLite does not see that a byte of a file is another.
TABLE = (
    "CREATE TABLE IF NOT EXISTS known (kind TEXT, name TEXT, stamp BLOB, value BLOB, sum BLOB, "
    "PRIMARY KEY (kind, name)) WITHOUT ROWID"
)
LIMIT = 512 << 20
"""Bytes of a file that has become too large, and is begun anew."""
UNUSED = 60 * 24 * 60 * 60
"""Seconds after which a file that nobody wrote to is deleted, when another one is made."""
_SELECT = "SELECT name, stamp, value, sum FROM known WHERE kind = ?"
_ASKED_AT_ONCE = 500
# Somebody else writes for milliseconds; who waits longer does the work himself.
_WAITED = 0.2
# What SQLite says where somebody else writes, or nobody can (sqlite.org/rescode.html): PERM, BUSY, LOCKED,
# READONLY, INTERRUPT, FULL, CANTOPEN.
_PASSING = frozenset({3, 5, 6, 8, 9, 13, 14})
# There is no such table yet, or it is another.
_ERROR = 1
# Bytes of a sum. SHA-256 takes a quarter of the time of BLAKE2b where the processor knows it.
_SUM = 16


class CacheFile:
    """A Cache in an SQLite file at an absolute path. Close it, or use it in a `with`: then it is written.

    A rollback journal and no write-ahead log: it is one file, which may lie on a network file system, and
    can be read where nothing can be written.
    """

    is_lasting = True

    def __init__(self, path: str):
        self._path = path
        self._connection: Connection | None = None
        self._waiting: dict[tuple[str, str], Known | None] = {}
        self._made: list[tuple[str, Made]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def named(self, kind: str, names: Iterable[str]) -> Mapping[str, Known]:
        """What is known of these names."""
        wanted = [name for name in names if _is_text(name)]
        found: dict[str, Known] = {}
        for start in range(0, len(wanted), _ASKED_AT_ONCE):
            some = wanted[start : start + _ASKED_AT_ONCE]
            found.update(self._known(kind, f"AND name IN ({', '.join('?' * len(some))})", some))
        return found

    def below(self, kind: str, folder: str) -> Mapping[str, Known]:
        """What is known of all names that begin with a folder and a slash."""
        # The digit 0 is what comes after the slash.
        between = (f"{folder}/", f"{folder}0")
        return dict(self._known(kind, "AND name > ? AND name < ?", between)) if _is_text(folder) else {}

    def every(self, kind: str) -> Mapping[str, Known]:
        """All that is known of a kind."""
        return dict(self._known(kind, "", ()))

    def keep(self, kind: str, found: Mapping[str, Known]) -> None:
        """Know these from now on; they are written when it is closed."""
        self._waiting.update(((kind, name), known) for name, known in found.items() if _is_text(name))

    def keep_made(self, kind: str, made: Made) -> None:
        """The same of many, each made when it is written."""
        self._made.append((kind, made))

    def forget(self, kind: str, names: Iterable[str]) -> None:
        """Know these no more, as soon as it is closed."""
        self._waiting.update(((kind, name), None) for name in names if _is_text(name))

    def close(self) -> None:
        """Write what was kept, all of it or nothing."""
        # A file that turns out to be none is thrown away, and a new one written.
        if (self._waiting or self._made) and not self._is_done():
            self._is_done()
        self._waiting, self._made = {}, []
        self._end()

    def _known(self, kind: str, which: str, values: Sequence[str]) -> Iterator[tuple[str, Known]]:
        for name, stamp, value, said in self._rows(f"{_SELECT} {which}", (kind, *values)):
            is_bytes = isinstance(stamp, bytes) and isinstance(value, bytes)
            if is_bytes and said == _sum(kind, name, stamp, value):
                yield name, (stamp, value)

    def _rows(self, question: str, values: Sequence[str]) -> list[Any]:
        """The rows of an answer; none where there is no file, or it does not answer."""
        connection = self._connected()
        if connection is None:
            return []
        import sqlite3

        try:
            return connection.execute(question, values).fetchall()
        except sqlite3.Error as error:
            if _code(error) not in _PASSING | {_ERROR}:
                self._throw_away()
            return []

    def _is_done(self) -> bool:
        """Whether what waits is written, or can never be: not so of a file that was thrown away."""
        connection = self._connected() or self._new()
        if connection is None:
            return True
        import sqlite3

        gone = [key for key, known in self._waiting.items() if known is None]
        try:
            # Of a file that is new: values have up to a megabyte, and each of its pages is a read.
            connection.execute("PRAGMA page_size = 16384")
            # What a power cut leaves is found out by the sums: nothing need wait for the disk.
            connection.execute("PRAGMA synchronous = OFF")
            connection.execute("BEGIN IMMEDIATE")
            connection.execute(TABLE)
            connection.executemany("DELETE FROM known WHERE kind = ? AND name = ?", gone)
            connection.executemany("INSERT OR REPLACE INTO known VALUES (?, ?, ?, ?, ?)", self._come())
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            if _code(error) in _PASSING:
                return True
            self._throw_away()
            return False
        return True

    def _come(self) -> Iterator[tuple[str, str, bytes, bytes, bytes]]:
        """The rows to write."""
        for (kind, name), known in self._waiting.items():
            if known is not None:
                yield kind, name, *known, _sum(kind, name, *known)
        for kind, made in self._made:
            yield from ((kind, name, *known, _sum(kind, name, *known)) for name, known in made())

    def _connected(self) -> "Connection | None":
        """The file, opened once, if it is one to be opened."""
        if self._connection is None and _is_own_file(self._path):
            self._connection = _opened(self._path)
        return self._connection

    def _new(self) -> "Connection | None":
        """The file, made anew, whatever else is there."""
        folder = os.path.dirname(self._path)
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            if not _is_own_folder(folder):
                return None
            if os.path.lexists(self._path) and not _is_own_file(self._path):
                os.unlink(self._path)
            _sweep(folder)
            # SQLite gives its journal the same permissions.
            flags = os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            os.close(os.open(self._path, flags, 0o600))
        except FileExistsError:
            # Another process was quicker.
            pass
        except OSError:
            return None
        return self._connected()

    def _throw_away(self) -> None:
        self._end()
        with suppress(OSError):
            os.unlink(self._path)

    def _end(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _opened(path: str) -> "Connection | None":
    try:
        import sqlite3
    except ImportError:  # Python can be built without it
        return None
    # What SQLite would take for the end of the path (sqlite.org/uri.html).
    quoted = path.replace("%", "%25").replace("?", "%3f").replace("#", "%23")
    try:
        return sqlite3.connect(
            f"file:{quoted}?mode=rw", uri=True, timeout=_WAITED, isolation_level=None, cached_statements=8
        )
    except sqlite3.Error:
        return None


def _code(error: "Error") -> int:
    """SQLite's result code, without what it adds; 0 where Python itself could not read what was there."""
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def _sum(kind: str, name: str, stamp: bytes, value: bytes) -> bytes:
    head = f"{kind}\0{name}\0{len(stamp)}\0".encode("utf-8", "surrogatepass")
    found = sha256(head)
    found.update(stamp)
    found.update(value)
    return found.digest()[:_SUM]


def _is_text(name: str) -> bool:
    """Whether SQLite can hold a name: what is not UTF-8 on disk is not known."""
    return name.isascii() or name.encode("utf-8", "replace").decode() == name


def _is_own_file(path: str) -> bool:
    """Whether nobody else could have written a file of a size that is read, and it is under no other name."""
    try:
        status = os.lstat(path)
        is_alone = stat.S_ISREG(status.st_mode) and status.st_nlink == 1
        return (
            is_alone
            and _is_closed(status)
            and status.st_size <= LIMIT
            and _is_own_folder(os.path.dirname(path))
        )
    except OSError:
        return False


def _is_own_folder(path: str) -> bool:
    status = os.lstat(path)
    return stat.S_ISDIR(status.st_mode) and _is_closed(status)


def _is_closed(status: os.stat_result) -> bool:
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _sweep(folder: str) -> None:
    """Delete the files of other repositories and versions that nobody has written to for long."""
    oldest = time.time() - UNUSED
    with os.scandir(folder) as found:
        for entry in found:
            with suppress(OSError):
                if entry.stat(follow_symlinks=False).st_mtime < oldest:
                    os.unlink(entry.path)
