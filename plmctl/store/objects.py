"""Objects by their md5, as they lie in DVC's cache and in a folder that is a remote."""

import hashlib
import os
import stat
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError
from plmctl.core.inventory import (
    LISTING_LIMIT,
    BrokenListing,
    Inventory,
    Row,
    listing_md5,
    read_listing,
)
from plmctl.core.pointer import Pointer
from plmctl.store.hashing import CHUNK, folded

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC
# To be named in, and not read: where the system has that.
_PLACE = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_CLOEXEC
# What DVC keeps nobody may write (dvc-objects, db.py; dvc-data, hashfile/db/local.py).
_GUARDED = 0o444
_FIND_OUT = "find out who wrote there; delete that file, then fetch it again with 'dvc fetch'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Objects:
    """A folder of objects; `files` below it has those of DVC 3, and itself those of DVC 2.

    `name` is what messages call it, `shown` its folder, where others read them than whoever has it. A
    listing of more bytes than `listing_limit` is not read.
    """

    folder: str
    name: str = "the cache"
    shown: str | None = None
    listing_limit: int = LISTING_LIMIT

    def place(self, md5: str, *, is_legacy: bool) -> str:
        """Where the object with an md5 lies, or would; of a listing the md5 ends in `.dir`."""
        return os.path.join(self.folder, *_names(md5, is_legacy))

    def size(self, md5: str, *, is_legacy: bool) -> int | None:
        """The bytes of an object, None where there is none."""
        try:
            status = os.stat(self.place(md5, is_legacy=is_legacy))
        except OSError:
            return None
        return status.st_size if stat.S_ISREG(status.st_mode) else None

    def size_of_all(self, names: Mapping[str, Sequence[str]], *, is_legacy: bool) -> int | None:
        """The bytes of objects together, None where one is not there; each by its folder and its own name."""
        sizes = [_size_in(self._folder(folder, is_legacy), those) for folder, those in names.items()]
        known = [size for size in sizes if size is not None]
        return sum(known) if len(known) == len(sizes) else None

    def folders(self, names: Iterable[str], *, is_legacy: bool) -> list[os.stat_result]:
        """The status of those that are there: it is another when an object came or went."""
        found = []
        for name in names:
            with suppress(OSError, ValueError):
                found.append(os.stat(self._folder(name, is_legacy)))
        return found

    def _folder(self, name: str, is_legacy: bool) -> str:
        return os.path.join(self.folder, *_names(name, is_legacy)[:-1])

    def listing(self, pointer: Pointer) -> Inventory | BrokenListing | None:
        """The inventory of a pointer's folder, with the sizes of the files that are here."""
        data = self._listing_bytes(pointer)
        if data is None:
            return None
        if len(data) > self.listing_limit:
            said = f"has over {self.listing_limit:,} bytes, and is not read"
            return BrokenListing(
                message=f"the listing of '{pointer.out_path}' {said}",
                help="divide the folder, and give each part a Dataset of its own",
            )
        if listing_md5(data) != pointer.md5:
            names = _names(pointer.md5, pointer.is_legacy)
            place = os.path.join(self.folder if self.shown is None else self.shown, *names)
            return BrokenListing(
                message=f"the listing of '{pointer.out_path}' in {place} is not the one that was added: its "
                f"md5 is {listing_md5(data)}",
                help=_FIND_OUT,
            )
        found = read_listing(data)
        if isinstance(found, BrokenListing):
            return found
        return Inventory(
            rows=tuple(
                Row(relpath=r.relpath, md5=r.md5, size=self.size(r.md5, is_legacy=pointer.is_legacy))
                for r in found.rows
            )
        )

    def _listing_bytes(self, pointer: Pointer) -> bytes | None:
        if not pointer.is_folder:
            return None
        opened = self._opened(pointer.md5, is_legacy=pointer.is_legacy)
        if opened is None:
            return None
        with os.fdopen(opened, "rb") as file:
            return file.read(self.listing_limit + 1)

    def has(self, pointer: Pointer) -> bool:
        """Whether every file of a pointer's data is here, together in the size that it says."""
        if not pointer.is_folder:
            return self.size(pointer.md5, is_legacy=pointer.is_legacy) == pointer.size
        found = self.listing(pointer)
        return isinstance(found, Inventory) and found.size == pointer.size

    def holds(self, pointer: Pointer, listing: Inventory | BrokenListing | None) -> bool:
        """Whether every object of a pointer's data is here, together in the size that it says.

        The listing is the one that is known of it, None where it is to be looked for here.
        """
        if not pointer.is_folder or self.size(pointer.md5, is_legacy=pointer.is_legacy) is None:
            return not pointer.is_folder and self.has(pointer)
        found = listing if isinstance(listing, Inventory) else self.listing(pointer)
        rows = found.rows if isinstance(found, Inventory) else ()
        sizes = [self.size(row.md5, is_legacy=pointer.is_legacy) for row in rows]
        known = [size for size in sizes if size is not None]
        return isinstance(found, Inventory) and len(known) == len(sizes) and sum(known) == pointer.size

    def content(self, md5: str, *, is_legacy: bool) -> Iterator[bytes] | None:
        """The bytes of a file, in pieces; after the last IntegrityError where they are others."""
        opened = self._opened(md5, is_legacy=is_legacy)
        if opened is None:
            return None
        return self._pieces(opened, md5, is_legacy)

    def is_unguarded(self, md5: str, *, is_legacy: bool) -> bool:
        """Whether DVC would read an object, and delete one with other bytes: it believes in mode 0444."""
        try:
            mode = os.stat(self.place(md5, is_legacy=is_legacy)).st_mode
        except OSError:
            return False
        return stat.S_IMODE(mode) != _GUARDED

    def is_special(self, md5: str, *, is_legacy: bool) -> bool:
        """Whether what lies there is no file: who opens a pipe or a device may wait for ever."""
        try:
            mode = os.stat(self.place(md5, is_legacy=is_legacy)).st_mode
        except OSError:
            return False
        return not stat.S_ISREG(mode)

    def _opened(self, md5: str, *, is_legacy: bool) -> int | None:
        try:
            opened = os.open(os.path.realpath(self.place(md5, is_legacy=is_legacy)), _FLAGS)
        except OSError:
            return None
        if not stat.S_ISREG(os.fstat(opened).st_mode):
            os.close(opened)
            return None
        return opened

    def _pieces(self, opened: int, md5: str, is_legacy: bool) -> Iterator[bytes]:
        found = hashlib.md5(usedforsecurity=False)
        with os.fdopen(opened, "rb") as file:
            while piece := file.read(CHUNK):
                found.update(folded(piece) if is_legacy else piece)
                yield piece
        if found.hexdigest() != md5:
            raise IntegrityError(
                f"{self.name} holds other bytes than those of md5 {md5}: theirs is {found.hexdigest()}",
                hint=_FIND_OUT,
            )


def _size_in(folder: str, names: Iterable[str]) -> int | None:
    """The bytes of files of a folder together, None where one is not there.

    There are thousands: each is looked at by its name in its folder, which is quicker. ValueError is raised
    for a name that no file system can have.
    """
    size = 0
    try:
        opened = os.open(folder, _PLACE)
    except (OSError, ValueError):
        return None
    try:
        for name in names:
            status = os.stat(name, dir_fd=opened)
            if not stat.S_ISREG(status.st_mode):
                return None
            size += status.st_size
    except (OSError, ValueError):
        return None
    finally:
        os.close(opened)
    return size


def _names(md5: str, is_legacy: bool) -> tuple[str, ...]:
    """The folders down to an object, and its own name."""
    layout = () if is_legacy else ("files", "md5")
    return (*layout, md5[:2], md5[2:])
