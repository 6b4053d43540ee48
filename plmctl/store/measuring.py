"""Data in the work tree, counted and hashed without DVC."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import Counted, Inventory, Measured, Row
from plmctl.core.ports import Watch
from plmctl.store.grounds import Grounds
from plmctl.store.hashing import CHUNK, ChangedWhileRead, Hashes, Hashing, NotAFile
from plmctl.store.ignore import FILE_NAME
from plmctl.store.walk import Found, files_in, unreadable

if TYPE_CHECKING:
    from concurrent.futures import Future

_THREADS = 8
_UNREADABLE = (OSError, ChangedWhileRead, NotAFile)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What lies at a path of the repository, by a look without reading; of a file its own path is empty."""

    path: str
    is_folder: bool
    files: Sequence[Found]

    @property
    def counted(self) -> Counted:
        """How much it is."""
        size = sum(status.st_size for _, _, status in self.files)
        return Counted(size=size, nfiles=len(self.files) if self.is_folder else None)

    def name(self, relpath: str) -> str:
        """The path of one of the files in the repository."""
        return f"{self.path}/{relpath}" if self.is_folder else self.path


def seen(grounds: Grounds, path: str) -> Seen | None:
    """What lies at a path of the repository, None for nothing. Raises PlmctlError for what is no data."""
    mode = _kind(grounds, path)
    if mode is None:
        return None
    is_folder = stat.S_ISDIR(mode)
    files = files_in(grounds, path) if is_folder else [_file(grounds, path)]
    return Seen(path=path, is_folder=is_folder, files=files)


def counted(grounds: Grounds, path: str) -> Counted | None:
    """How much data lies at a path of the repository, None for nothing."""
    found = seen(grounds, path)
    return found.counted if found is not None else None


def measured(grounds: Grounds, path: str, hashing: Hashing, watch: Watch | None) -> Measured | None:
    """The hashes of the data at a path of the repository, None for nothing."""
    found = seen(grounds, path)
    if found is None:
        return None
    rows = [
        Row(relpath=relpath, md5=hashes.md5, size=hashes.size, sha256=hashes.sha256)
        for (relpath, _, _), hashes in hashed(found, found.files, hashing, watch)
    ]
    if not found.is_folder:
        (row,) = rows
        return Measured(
            md5=row.md5, size=row.size or 0, sha256=None if row.sha256 is None else f"sha256:{row.sha256}"
        )
    inventory = Inventory.of(rows)
    return Measured(
        md5=inventory.md5,
        size=inventory.size or 0,
        sha256=inventory.sha256 if hashing.with_sha256 else None,
        inventory=inventory,
    )


def hashed(
    seen: Seen, files: Sequence[Found], hashing: Hashing, watch: Watch | None
) -> Iterator[tuple[Found, Hashes]]:
    """Some of the files that were seen, and their hashes; of a folder it is told how many are read."""
    if watch is None or not seen.is_folder:
        yield from _hashed(seen, files, hashing)
        return
    watch.announced(len(files))
    for found, hashes in _hashed(seen, files, hashing):
        yield found, hashes
        watch.read()


def _hashed(seen: Seen, files: Iterable[Found], hashing: Hashing) -> Iterator[tuple[Found, Hashes]]:
    """Small ones at once, in this thread; large ones meanwhile, in others."""
    from concurrent.futures import ThreadPoolExecutor, as_completed

    large: dict[Future[Hashes], Found] = {}
    found = None
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        try:
            for found in files:
                hashes = hashing.of_small(found[1], CHUNK)
                if hashes is None:
                    large[pool.submit(hashing.of, found[1])] = found
                else:
                    yield found, hashes
            for future in as_completed(large):
                found = large[future]
                yield found, future.result()
        except _UNREADABLE as error:
            assert found is not None, "nothing else is read"
            raise _explanation(seen.name(found[0]), error) from None
        finally:
            pool.shutdown(cancel_futures=True)


def _file(grounds: Grounds, path: str) -> Found:
    place = grounds.file(path)
    if place is None:
        raise PlmctlError(
            f"{path!r} is a symbolic link to a folder, which DVC does not track",
            hint="put the folder itself there",
        )
    try:
        return "", place, os.stat(place)
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
    return unreadable(path, str(error.strerror) if isinstance(error, OSError) else "it is no file any more")
