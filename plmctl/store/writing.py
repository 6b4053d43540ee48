"""Data that is written: where it may go, and what of the cache goes there."""

import os
import posixpath
import shutil
import stat
from collections.abc import Sequence

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.inventory import Row, order_problem
from plmctl.core.pointer import Pointer
from plmctl.core.ports import Watch
from plmctl.store.damage import checked_listing
from plmctl.store.grounds import Grounds
from plmctl.store.ignore import FILE_NAME
from plmctl.store.objects import Objects
from plmctl.store.walk import files_in

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


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


def refuse_orders(grounds: Grounds, path: str) -> None:
    """Raise PlmctlError for data that a pull would refuse: git there would obey what came with it."""
    if not os.path.isdir(os.path.join(grounds.top, path)):
        return
    problems = ((relpath, order_problem(relpath)) for relpath, _, _ in files_in(grounds, path))
    for relpath, problem in sorted((name, problem) for name, problem in problems if problem is not None):
        raise PlmctlError(
            f"{f'{path}/{relpath}'!a} cannot be data: {problem}",
            hint=f"take it out of the data, or name it in a {FILE_NAME}",
        )


def refuse_led_away(grounds: Grounds, path: str) -> None:
    """Raise PlmctlError where DVC would write elsewhere what it writes beside data that it adds."""
    for each in (f"{path}.dvc", posixpath.join(posixpath.dirname(path), ".gitignore")):
        mode = grounds.kind(each)
        if mode is not None and not stat.S_ISREG(mode):
            what = "a symbolic link" if stat.S_ISLNK(mode) else "no file"
            raise PlmctlError(f"{each!r} is {what}, and DVC writes there", hint="put the file itself there")


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
    except IntegrityError as error:
        inside = f"{pointer.out_path}/{row.relpath}" if pointer.is_folder else pointer.out_path
        wrong = cache.place(row.md5, is_legacy=pointer.is_legacy)
        raise IntegrityError(
            f"'{pointer.path}': '{inside}' is damaged: {error.message}",
            hint=f"find out who wrote {wrong}; delete it, then run 'plmctl data pull' again",
        ) from None
    except OSError as error:
        raise PlmctlError(f"cannot write {place}: {error.strerror}") from None


def _absent(pointer: Pointer, what: str) -> PlmctlError:
    return PlmctlError(
        f"the cache here has not the data of '{pointer.path}': {what} is missing",
        hint="run 'plmctl data pull' first",
    )
