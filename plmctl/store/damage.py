"""Bytes that are others than their md5 says, where DVC would move them or nobody could fetch them whole."""

import os

from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.inventory import BrokenListing, Inventory, Row
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Watch
from plmctl.store.objects import Objects


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
    for row in _rows(pointer, checked_listing(pointer, cache)):
        place = cache.place(row.md5, is_legacy=pointer.is_legacy)
        _read(
            pointer,
            cache,
            row,
            f"find out who wrote {place}; delete it, then run 'plmctl data pull' again, "
            "or 'dvc commit' where the work tree has what was added",
        )


def check_remote(pointer: Pointer, remote: Objects, cache: Objects, watch: Watch | None = None) -> None:
    """Read what a remote that is a folder has of a pointer's data. Raises IntegrityError for other bytes."""
    rows = _rows(pointer, _listing_there(pointer, remote, cache))
    if watch is not None:
        watch.announced(len(rows))
    for row in rows:
        _read(pointer, remote, row, _mending(pointer, remote, row.md5))
        if watch is not None:
            watch.read()


def check_unguarded(pointer: Pointer, remote: Objects, cache: Objects) -> None:
    """Read what DVC would read itself before it fetches from a folder, and delete there if it is wrong.

    Raises IntegrityError for that, and PlmctlError for what it would wait for.
    """
    listing = _listing_there(pointer, remote, cache)
    refuse_special(pointer, remote, listing)
    refuse_special(pointer, cache, listing)
    for row in _rows(pointer, listing):
        is_wanted = cache.size(row.md5, is_legacy=pointer.is_legacy) is None
        if is_wanted and remote.is_unguarded(row.md5, is_legacy=pointer.is_legacy):
            _read(pointer, remote, row, _mending(pointer, remote, row.md5))


def refuse_special(pointer: Pointer, objects: Objects, listing: Inventory | BrokenListing | None) -> None:
    """Raise PlmctlError where an object is a pipe or a device: DVC would open it, and wait for ever."""
    rows = listing.rows if isinstance(listing, Inventory) else ()
    for md5 in (pointer.md5, *(row.md5 for row in rows)):
        if objects.is_special(md5, is_legacy=pointer.is_legacy):
            place = objects.place(md5, is_legacy=pointer.is_legacy)
            raise PlmctlError(f"{place} is no file", hint="find out who put it there, and delete it")


def _listing_there(pointer: Pointer, remote: Objects, cache: Objects) -> Inventory | None:
    """The listing that a remote has, else that of the cache. Raises IntegrityError for a refused one."""
    listing = remote.listing(pointer)
    if isinstance(listing, BrokenListing):
        hint = _mending(pointer, remote, pointer.md5)
        raise IntegrityError(f"'{pointer.path}': {listing.message}", hint=hint)
    return listing if listing is not None else checked_listing(pointer, cache)


def _rows(pointer: Pointer, listing: Inventory | None) -> tuple[Row, ...]:
    """The files of data, as far as they are known; one that is no folder has an empty path."""
    if not pointer.is_folder:
        return (Row(relpath="", md5=pointer.md5),)
    return listing.rows if listing is not None else ()


def _read(pointer: Pointer, objects: Objects, row: Row, hint: str) -> None:
    path = f"{pointer.out_path}/{row.relpath}".rstrip("/")
    place = objects.place(row.md5, is_legacy=pointer.is_legacy)
    try:
        content = objects.content(row.md5, is_legacy=pointer.is_legacy)
        for _ in content or ():
            pass
    except IntegrityError as error:
        message = f"'{pointer.path}': '{path}' is damaged: {error.message}"
        raise IntegrityError(message, hint=hint) from None
    except OSError as error:
        raise _unreadable(pointer, place, str(error.strerror)) from None
    if content is None and os.path.lexists(place):
        raise _unreadable(pointer, place, "it is no file, or you may not read it")


def _unreadable(pointer: Pointer, place: str, why: str) -> PlmctlError:
    message = f"'{pointer.path}': {place} cannot be read: {why}"
    return PlmctlError(message, hint="see what it is, then run it again")


def _mending(pointer: Pointer, remote: Objects, md5: str) -> str:
    # DVC asks for no file of a folder whose listing is there, so it sends none again.
    places = [remote.place(each, is_legacy=pointer.is_legacy) for each in dict.fromkeys((md5, pointer.md5))]
    return (
        f"find out who wrote {places[0]}; delete {' and '.join(places)}, "
        "then run 'plmctl data push' where the data is whole"
    )
