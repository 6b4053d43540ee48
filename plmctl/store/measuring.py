"""Data in the work tree, counted and hashed without DVC."""

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import Counted, Inventory, Measured, Row
from plmctl.core.ports import Watch
from plmctl.store.grounds import Grounds
from plmctl.store.hashing import CHUNK, ChangedWhileRead, Hashes, Hashing, NotAFile
from plmctl.store.walk import Found, files_in

_THREADS = 8


def counted(grounds: Grounds, path: str) -> Counted | None:
    """How much data lies at a path of the repository, None for nothing."""
    mode = grounds.kind(path)
    if mode is None:
        return None
    if stat.S_ISDIR(mode):
        sizes = [_size(found.place) for found in files_in(grounds, path)]
        return Counted(size=sum(sizes), nfiles=len(sizes))
    return Counted(size=_size(_place(grounds, path)))


def measured(grounds: Grounds, path: str, hashing: Hashing, watch: Watch | None) -> Measured | None:
    """The hashes of the data at a path of the repository, None for nothing."""
    mode = grounds.kind(path)
    if mode is None:
        return None
    if stat.S_ISDIR(mode):
        return _measured_folder(grounds, path, hashing, watch)
    with _explained(path):
        found = hashing.of(_place(grounds, path))
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

    large = {}
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        try:
            for found in files:
                with _explained(f"{path}/{found.relpath}"):
                    hashes = hashing.of_small(found.place, CHUNK)
                if hashes is None:
                    large[pool.submit(hashing.of, found.place)] = found
                else:
                    yield found, hashes
            for future in as_completed(large):
                with _explained(f"{path}/{large[future].relpath}"):
                    yield large[future], future.result()
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


def _size(place: str) -> int:
    return os.stat(place).st_size


@contextmanager
def _explained(path: str) -> Iterator[None]:
    try:
        yield
    except ChangedWhileRead:
        raise PlmctlError(
            f"{path!r} changed while it was read", hint="wait until nobody writes to it, then run it again"
        ) from None
    except NotAFile:
        raise PlmctlError(f"{path!r} is no file any more", hint="run it again") from None
    except OSError as error:
        raise PlmctlError(f"{path!r} cannot be read: {error.strerror}") from None
