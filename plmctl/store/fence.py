"""DVC's own folder, before DVC works in it: nothing there leads elsewhere, or is waited for for ever."""

import os
import stat
from collections.abc import Iterator

from plmctl.core.finding import PlmctlError
from plmctl.store.ignore import FILE_NAME

_HEX = frozenset("0123456789abcdef")


def refuse_strange(whole: str, top: str, cache: str) -> None:
    """Raise PlmctlError for a link, a pipe or a device where DVC, whose top this is, would write or read.

    That is in its own folder, and in the cache where that lies in the repository at `whole`, too: a commit
    can bring links there. Who keeps his cache elsewhere keeps it as he likes. All are absolute paths.
    """
    own = os.path.join(top, ".dvc")
    for place in _on_the_way(whole, own):
        _refuse_at(whole, place)
    for folder in (own, os.path.join(own, "tmp")):
        _refuse_inside(whole, folder)
    if cache.startswith(os.path.join(whole, "")):
        for place in _on_the_way(whole, cache):
            _refuse_at(whole, place)
        for folder in _folders_of(cache):
            _refuse_inside(whole, folder)


def refuse_endless_ignores(whole: str, top: str) -> None:
    """Raise PlmctlError for a pipe or a device called `.dvcignore`: DVC reads all that are below its top."""
    for folder, names, files in os.walk(top):
        names[:] = [name for name in names if name not in (".git", ".dvc")]
        for name in files:
            place = os.path.join(folder, name)
            if name.lower() == FILE_NAME and os.path.exists(place) and not os.path.isfile(place):
                raise PlmctlError(
                    f"{os.path.relpath(place, whole)!r} is no file: DVC would read it for ever",
                    hint="find out who put it there, and delete it",
                )


def _on_the_way(whole: str, place: str) -> Iterator[str]:
    """The folders below the repository's top down to a place, and this."""
    parts = os.path.relpath(place, whole).split(os.sep)
    return (os.path.join(whole, *parts[:end]) for end in range(1, len(parts) + 1))


def _folders_of(cache: str) -> Iterator[str]:
    """The folders that a cache has: those of DVC 3 below `files`, those of DVC 2 in itself."""
    objects = os.path.join(cache, "files", "md5")
    yield from (cache, os.path.dirname(objects), objects)
    for folder in (cache, objects):
        names = os.listdir(folder) if os.path.isdir(folder) else ()
        yield from (os.path.join(folder, name) for name in sorted(names) if _is_of_objects(name))


def _is_of_objects(name: str) -> bool:
    return len(name) == 2 and set(name.lower()) <= _HEX


def _refuse_at(whole: str, place: str) -> None:
    try:
        mode = os.lstat(place).st_mode
    except OSError:
        return
    if not (stat.S_ISDIR(mode) or stat.S_ISREG(mode)):
        raise _strange(whole, place, is_link=stat.S_ISLNK(mode))


def _refuse_inside(whole: str, folder: str) -> None:
    """What lies in a folder is a folder or a file; of one that is not there, nothing is said."""
    try:
        with os.scandir(folder) as found:
            strange = [each for each in found if not _is_plain(each)]
    except (FileNotFoundError, NotADirectoryError):
        return
    except OSError as error:
        raise PlmctlError(f"{os.path.relpath(folder, whole)} cannot be read: {error.strerror}") from None
    if strange:
        first = min(strange, key=lambda each: each.name)
        raise _strange(whole, first.path, is_link=first.is_symlink())


def _is_plain(entry: os.DirEntry[str]) -> bool:
    return entry.is_file(follow_symlinks=False) or entry.is_dir(follow_symlinks=False)


def _strange(whole: str, place: str, *, is_link: bool) -> PlmctlError:
    shown = os.path.relpath(place, whole)
    if not is_link:
        return PlmctlError(
            f"{shown!r} is neither a file nor a folder: DVC would wait for it for ever",
            hint="find out who put it there, and delete it",
        )
    return PlmctlError(
        f"{shown!r} is a symbolic link: DVC would read and write where it leads",
        hint="find out who put it there, and delete it; to keep a cache elsewhere, run "
        "'dvc config --local cache.dir DIR'",
    )
