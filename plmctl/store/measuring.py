"""Data in the work tree, counted and hashed without DVC."""

import os
import stat
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import Counted, Inventory, Measured, Row
from plmctl.core.ports import Watch
from plmctl.store.grounds import Grounds
from plmctl.store.hashing import CHUNK, ChangedWhileRead, Hashes, Hashing, NotAFile
from plmctl.store.ignore import FILE_NAME
from plmctl.store.walk import Found, files_in

if TYPE_CHECKING:
    from concurrent.futures import Future

_THREADS = 8
_UNREADABLE = (OSError, ChangedWhileRead, NotAFile)


def counted(grounds: Grounds, path: str) -> Counted | None:
    """How much data lies at a path of the repository, None for nothing."""
    mode = _kind(grounds, path)
    if mode is None:
        return None
    if stat.S_ISDIR(mode):
        sizes = [_size(found.place, f"{path}/{found.relpath}") for found in files_in(grounds, path)]
        return Counted(size=sum(sizes), nfiles=len(sizes))
    return Counted(size=_size(_place(grounds, path), path))


def measured(grounds: Grounds, path: str, hashing: Hashing, watch: Watch | None) -> Measured | None:
    """The hashes of the data at a path of the repository, None for nothing."""
    mode = _kind(grounds, path)
    if mode is None:
        return None
    if stat.S_ISDIR(mode):
        return _measured_folder(grounds, path, hashing, watch)
    place = _place(grounds, path)
    try:
        found = hashing.of(place)
    except _UNREADABLE as error:
        raise _explanation(path, error) from None
    return Measured(
        md5=found.md5, size=found.size, sha256=None if found.sha256 is None else f"sha256:{found.sha256}"
    )


def _measured_folder(grounds: Grounds, path: str, hashing: Hashing, watch: Watch | None) -> Measured:
    files = list(files_in(grounds, path))
    if watch is not None:
        watch.announced(len(files))
    rows = []
    for found, hashes in _hashed(files, path, hashing):
        rows.append(Row(relpath=found.relpath, md5=hashes.md5, size=hashes.size, sha256=hashes.sha256))
        if watch is not None:
            watch.read()
    inventory = Inventory.of(rows)
    return Measured(
        md5=inventory.md5,
        size=inventory.size or 0,
        sha256=inventory.sha256 if hashing.with_sha256 else None,
        inventory=inventory,
    )


def _hashed(files: Iterable[Found], path: str, hashing: Hashing) -> Iterator[tuple[Found, Hashes]]:
    """Files and their hashes: small ones at once, in this thread; large ones meanwhile, in others."""
    from concurrent.futures import ThreadPoolExecutor, as_completed

    large: dict[Future[Hashes], Found] = {}
    found = Found(relpath="", place="")
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        try:
            for found in files:
                hashes = hashing.of_small(found.place, CHUNK)
                if hashes is None:
                    large[pool.submit(hashing.of, found.place)] = found
                else:
                    yield found, hashes
            for future in as_completed(large):
                found = large[future]
                yield found, future.result()
        except _UNREADABLE as error:
            raise _explanation(f"{path}/{found.relpath}", error) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _place(grounds: Grounds, path: str) -> str:
    place = grounds.file(path)
    if place is None:
        raise PlmctlError(
            f"{path!r} is a symbolic link to a folder, which DVC does not track",
            hint="put the folder itself there",
        )
    return place


def _size(place: str, path: str) -> int:
    try:
        return os.stat(place).st_size
    except OSError as error:
        raise _explanation(path, error) from None


def _kind(grounds: Grounds, path: str) -> int | None:
    mode = grounds.kind(path)
    if mode is not None and grounds.leaves_out(path, is_folder=stat.S_ISDIR(mode)):
        raise PlmctlError(
            f"{path!r} is left out by a {FILE_NAME}, so DVC does not track it",
            hint="run 'dvc check-ignore --details' with this path: it says which line does it",
        )
    return mode


def _explanation(path: str, error: Exception) -> PlmctlError:
    if isinstance(error, ChangedWhileRead):
        hint = "wait until nobody writes to it, then run it again"
        return PlmctlError(f"{path!r} changed while it was read", hint=hint)
    what = error.strerror if isinstance(error, OSError) else "it is no file any more"
    return PlmctlError(f"{path!r} cannot be read: {what}", hint="see what it is, then run it again")
