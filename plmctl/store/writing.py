"""Data that is written: where it may go, and what of the cache goes there."""

import os
import posixpath
import shutil
import stat
from collections.abc import Sequence
from dataclasses import dataclass

from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.inventory import BrokenListing, Inventory, Row
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Watch
from plmctl.store.grounds import Grounds
from plmctl.store.measuring import counted
from plmctl.store.objects import Objects

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def checked_listing(pointer: Pointer, cache: Objects) -> Inventory | None:
    """The listing that the cache has. Raises IntegrityError for one that is refused (hostile.md, D01)."""
    listing = cache.listing(pointer)
    if isinstance(listing, BrokenListing):
        raise IntegrityError(f"'{pointer.path}': {listing.message}", hint=listing.help)
    return listing


def check_bytes(pointer: Pointer, cache: Objects) -> None:
    """Read a pointer's data in the cache. Raises IntegrityError for other bytes than those of its md5.

    DVC believes in what nobody may write, and brings it to a remote or into the work tree as it is.
    """
    listing = checked_listing(pointer, cache)
    rows = [("", pointer.md5)] if listing is None else [(f"/{row.relpath}", row.md5) for row in listing.rows]
    for path, md5 in rows:
        place = cache.place(md5, is_legacy=pointer.is_legacy)
        try:
            for _ in cache.content(md5, is_legacy=pointer.is_legacy) or ():
                pass
        except IntegrityError as error:
            raise IntegrityError(
                f"'{pointer.path}': '{pointer.out_path}{path}' is damaged: {error.message}",
                hint=f"find out who wrote {place}; delete it, then run 'plmctl data pull' again, "
                "or 'dvc commit' where the work tree has what was added",
            ) from None


def refuse_special(grounds: Grounds, pointer: Pointer, cache: Objects) -> None:
    """Raise PlmctlError where DVC would open a pipe or a device, and wait for ever."""
    counted(grounds, pointer.out_path)
    if cache.is_special(pointer.md5, is_legacy=pointer.is_legacy):
        place = cache.place(pointer.md5, is_legacy=pointer.is_legacy)
        raise PlmctlError(f"{place} is no file", hint="find out who put it there, and delete it")


def checked_target(grounds: Grounds, pointer: Pointer) -> None:
    """Raise PlmctlError where DVC would write through a link (hostile.md, D02)."""
    mode = grounds.kind(pointer.out_path)
    if mode is None:
        return
    if stat.S_ISLNK(mode):
        # DVC may have linked it to its cache, and puts another file there.
        if grounds.file(pointer.out_path) is None:
            raise _through(pointer.out_path)
        return
    for folder, names, _ in os.walk(os.path.join(grounds.top, pointer.out_path)):
        for name in names:
            if os.path.islink(os.path.join(folder, name)):
                raise _through(os.path.relpath(os.path.join(folder, name), grounds.top))


def _through(path: str) -> PlmctlError:
    return PlmctlError(
        f"{path!r} is a symbolic link to a folder: data would be written elsewhere", hint="delete the link"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Data to be written: the cache that has it, and where below the folder it goes."""

    cache: Objects
    pointer: Pointer
    below: str


def written(parts: Sequence[Part], folder: str, watch: Watch | None) -> None:
    """Write data from the cache into a folder, which must not exist or be empty; all of it or nothing."""
    rows = [(part, row) for part in parts for row in _rows(part.cache, part.pointer)]
    if watch is not None:
        watch.announced(len(rows))
    was_there = _made(folder)
    try:
        for part, row in rows:
            _write(part.cache, part.pointer, row, os.path.join(folder, part.below))
            if watch is not None:
                watch.read()
    except BaseException:
        _emptied(folder, was_there)
        raise


def refuse_filled(folder: str) -> None:
    """Raise PlmctlError where something is there that is not an empty folder."""
    if os.path.lexists(folder) and (not os.path.isdir(folder) or os.listdir(folder)):
        raise PlmctlError(f"{folder} is there, and not an empty folder", hint="name a new one")


def _rows(cache: Objects, pointer: Pointer) -> Sequence[Row]:
    if not pointer.is_folder:
        return [Row(relpath=posixpath.basename(pointer.out_path), md5=pointer.md5)]
    listing = checked_listing(pointer, cache)
    if listing is None:
        raise _absent(pointer, "its listing")
    return listing.rows


def _made(folder: str) -> bool:
    """Whether the folder was there already. Raises PlmctlError for one that is not empty."""
    try:
        os.makedirs(folder)
    except FileExistsError:
        refuse_filled(folder)
        return True
    except OSError as error:
        raise PlmctlError(f"cannot make {folder}: {error.strerror}") from None
    return False


def _emptied(folder: str, was_there: bool) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    if was_there:
        os.makedirs(folder, exist_ok=True)


def _write(cache: Objects, pointer: Pointer, row: Row, folder: str) -> None:
    pieces = cache.content(row.md5, is_legacy=pointer.is_legacy)
    if pieces is None:
        raise _absent(pointer, f"{row.relpath!r}")
    place = os.path.join(folder, row.relpath)
    try:
        os.makedirs(os.path.dirname(place), exist_ok=True)
        with os.fdopen(os.open(place, _NEW, 0o666), "wb") as file:
            for piece in pieces:
                file.write(piece)
    except OSError as error:
        raise PlmctlError(f"cannot write {place}: {error.strerror}") from None


def _absent(pointer: Pointer, what: str) -> PlmctlError:
    return PlmctlError(
        f"the cache here has not the data of '{pointer.path}': {what} is missing",
        hint="run 'plmctl data pull' first",
    )
