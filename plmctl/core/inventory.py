"""What a folder of data holds: DVC's listing of it, its hashes, and what differs between two."""

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from plmctl.core.canonical import digest_of
from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.value import Value

LISTING_LIMIT = 256 * 1024 * 1024
"""Bytes that a listing may have: about two million files."""

EMPTY_MD5 = "d41d8cd98f00b204e9800998ecf8427e"
"""The md5 of a file without content."""

DEPTH_LIMIT = 255
"""Segments that a path in a listing may have."""

# Git and others run what a configuration there says. Windows has a short name for the first.
_OWN = frozenset([".git", ".hg", ".dvc", ".dvcignore", "git~1"])
# HFS+ takes a name with these for the one without (Git's utf8.c, is_hfs_dotgit).
_UNSEEN = dict.fromkeys([*range(0x200C, 0x2010), *range(0x202A, 0x202F), *range(0x206A, 0x2070), 0xFEFF])
_MD5 = deferred(r"[0-9a-f]{32}")
_CONTROL = deferred("[\x00-\x1f\x7f-\x9f\ud800-\udfff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A file of a folder of data: its POSIX path there, md5 in hex, size in bytes where that is known.

    `sha256` in hex, where it was computed.
    """

    relpath: str
    md5: str
    size: int | None = None
    sha256: str | None = None


@dataclass(frozen=True, kw_only=True)
class Inventory:
    """The files of a folder of data, sorted by the code points of their paths."""

    rows: tuple[Row, ...]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> "Inventory":
        """The inventory of these files, in any order."""
        return cls(rows=tuple(sorted(rows, key=lambda row: row.relpath)))

    @cached_property
    def listing(self) -> bytes:
        """The listing as DVC writes it (dvc-data, hashfile/tree.py: sorted, ASCII, Python's separators)."""
        rows = [{"md5": row.md5, "relpath": row.relpath} for row in self.rows]
        return json.dumps(rows, sort_keys=True).encode()

    @cached_property
    def md5(self) -> str:
        """What a pointer says of this folder: the md5 of the listing, and `.dir`."""
        return listing_md5(self.listing)

    @cached_property
    def size(self) -> int | None:
        """Bytes of all files together; None where one's size is not known."""
        return total_size(self.rows)

    @cached_property
    def sha256(self) -> str | None:
        """The sha256 of the folder (release.md, The lock); None where a file's was not computed."""
        pairs: list[Value] = [[row.relpath, row.sha256] for row in self.rows]
        return None if any(row.sha256 is None for row in self.rows) else digest_of(pairs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What data is: md5 as a pointer says it, size in bytes; of a folder the inventory.

    `sha256` begins with `sha256:`; it is None where it was not asked for.
    """

    md5: str
    size: int
    sha256: str | None = None
    inventory: Inventory | None = None

    @property
    def nfiles(self) -> int | None:
        """The number of files in a folder, None for a file."""
        return None if self.inventory is None else len(self.inventory.rows)


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """How much data there is, by a look without reading: bytes, and the number of files in a folder."""

    size: int
    nfiles: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenListing:
    """Why a listing is refused, and what to do."""

    message: str
    help: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A file that has another path, and the content that it had."""

    old: Row
    new: Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What differs between two inventories, each part sorted by path; `changed` has old and new."""

    added: tuple[Row, ...] = ()
    removed: tuple[Row, ...] = ()
    changed: tuple[tuple[Row, Row], ...] = ()
    renamed: tuple[Renamed, ...] = ()
    unchanged: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether both hold the same."""
        return not (self.added or self.removed or self.changed or self.renamed)

    @property
    def bytes_in(self) -> int | None:
        """Bytes of the files that are new or have new content; None where a size is not known."""
        return total_size([*self.added, *(new for _, new in self.changed)])

    @property
    def bytes_out(self) -> int | None:
        """Bytes of the files that went, and of the content that was replaced; None where not known."""
        return total_size([*self.removed, *(old for old, _ in self.changed)])


def listing_md5(listing: bytes) -> str:
    """The md5 by which DVC keeps a listing, with its `.dir`."""
    return hashlib.md5(listing, usedforsecurity=False).hexdigest() + ".dir"


def total_size(rows: Iterable[Row]) -> int | None:
    """Bytes of files together; None where one's size is not known."""
    sizes = [row.size for row in rows]
    known = [size for size in sizes if size is not None]
    return sum(known) if len(known) == len(sizes) else None


def compared(old: Inventory, new: Inventory) -> Comparison:
    """What differs between two inventories. A file that moved is one that is gone here and new there.

    An empty file is like any other, so it is never one that moved.
    """
    before = {row.relpath: row for row in old.rows}
    after = {row.relpath: row for row in new.rows}
    added = [row for row in new.rows if row.relpath not in before]
    removed = [row for row in old.rows if row.relpath not in after]
    both = [(before[row.relpath], row) for row in new.rows if row.relpath in before]
    changed = tuple((one, other) for one, other in both if one.md5 != other.md5)
    renamed = _renamed(removed, added)
    gone, come = {r.old.relpath for r in renamed}, {r.new.relpath for r in renamed}
    return Comparison(
        added=tuple(row for row in added if row.relpath not in come),
        removed=tuple(row for row in removed if row.relpath not in gone),
        changed=changed,
        renamed=renamed,
        unchanged=len(both) - len(changed),
    )


def _renamed(removed: Sequence[Row], added: Sequence[Row]) -> tuple[Renamed, ...]:
    waiting: dict[str, list[Row]] = {}
    for row in reversed(removed):
        if row.md5 != EMPTY_MD5:
            waiting.setdefault(row.md5, []).append(row)
    return tuple(Renamed(old=waiting[row.md5].pop(), new=row) for row in added if waiting.get(row.md5))


def read_listing(listing: bytes) -> Inventory | BrokenListing:
    """The inventory that a `.dir` listing is; it leads nowhere outside of its folder (hostile.md, D01)."""
    if len(listing) > LISTING_LIMIT:
        return _broken(f"{len(listing)} bytes, over the limit of {LISTING_LIMIT}")
    try:
        value: Value = json.loads(listing)
    except (ValueError, RecursionError) as error:
        return _broken(f"it is not JSON: {error}")
    if not isinstance(value, list):
        return _broken("it is not a list")
    rows: dict[str, Row] = {}
    for number, item in enumerate(value, 1):
        row = _row(item)
        if row is None:
            return _broken(f"row {number} is not an object with 'md5' and 'relpath' alone")
        problem = relpath_problem(row.relpath) or order_problem(row.relpath) or _md5_problem(row.md5)
        if problem is None and row.relpath in rows:
            problem = "the path stands twice"
        if problem is not None:
            return _broken(f"row {number}, {row.relpath[:200]!a}: {problem}")
        rows[row.relpath] = row
    return _without_overlap(rows)


def _row(item: Value) -> Row | None:
    if isinstance(item, dict) and len(item) == 2:
        match item:
            case {"md5": str(md5), "relpath": str(path)}:
                return Row(relpath=path, md5=md5)
    return None


def _without_overlap(rows: dict[str, Row]) -> Inventory | BrokenListing:
    for path in rows:
        for folder in _folders(path):
            if folder in rows:
                return _broken(f"{folder[:200]!a} is a file and the folder of {path[:200]!a}")
    return Inventory.of(rows.values())


def _folders(path: str) -> Iterator[str]:
    end = path.rfind("/")
    while end > 0:
        path = path[:end]
        yield path
        end = path.rfind("/")


def relpath_problem(path: str) -> str | None:
    """Why a path is none inside a folder of data, the same on every system; None for one that is."""
    if path.startswith("/") or re.match("[A-Za-z]:", path):
        return "the path is not relative"
    if "\\" in path:
        return "the path has a backslash"
    if _CONTROL.search(path):
        return "the path has a control character, or is not UTF-8"
    segments = path.split("/")
    if ".." in segments:
        return "the path leaves its folder by '..'"
    if "" in segments or "." in segments:
        return "the path has an empty segment or '.'"
    if len(segments) > DEPTH_LIMIT:
        return f"the path has {len(segments)} segments, over the limit of {DEPTH_LIMIT}"
    return None


def order_problem(path: str) -> str | None:
    """Why a path is not written though DVC would: git in that folder would run what it finds there."""
    own = next((segment for segment in path.split("/") if _seen(segment) in _OWN), None)
    return None if own is None else f"the path leads into {own!a}, from which programs take orders"


def _seen(segment: str) -> str:
    """The name that some file system takes a segment for."""
    return segment.translate(_UNSEEN).rstrip(". ").lower()


def _md5_problem(md5: str) -> str | None:
    return None if _MD5.fullmatch(md5) else "the md5 is not 32 hexadecimal digits in lower case"


def _broken(message: str) -> BrokenListing:
    return BrokenListing(
        message=f"the listing of the folder is refused: {message}",
        help="no data is read by it: find out who wrote it, and add the folder again with 'dvc add'",
    )
