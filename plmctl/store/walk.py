"""The files of data in the work tree, as DVC finds them."""

import os
import re
import stat
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import relpath_problem
from plmctl.store.grounds import Grounds
from plmctl.store.ignore import FILE_NAME, Ignoring

Found = tuple[str, str, os.stat_result]
"""A file of data: its path in the data, where its bytes are (elsewhere for a link), and their status."""

# What the path of data may not have anywhere (plmctl.core.inventory).
_STRANGE = re.compile(r"[\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")


def files_in(grounds: Grounds, folder: str) -> list[Found]:
    """The files of a folder of data, in no order. Raises PlmctlError for what DVC would not take, too."""
    below = os.path.relpath(os.path.join(grounds.top, folder), grounds.dvc).replace(os.sep, "/")
    walk = _Walk(grounds=grounds, folder=folder, below=below)
    files: list[Found] = []
    waiting = [("", grounds.ignoring(folder))]
    while waiting:
        inside, ignoring = waiting.pop()
        found, folders, ignoring = walk.contents(inside, ignoring)
        files.extend(found)
        waiting.extend((name, ignoring) for name in folders)
    return files


@dataclass(frozen=True, slots=True, kw_only=True)
class _Walk:
    """A walk through a folder of the repository, which lies `below` DVC's top."""

    grounds: Grounds
    folder: str
    below: str

    def contents(self, inside: str, ignoring: Ignoring) -> tuple[list[Found], list[str], Ignoring]:
        """Files and folders in one folder of the data, and what its own file leaves out as well."""
        below = f"{self.below}/{inside}" if inside else self.below
        entries = self._entries(inside)
        ignoring = _without_repositories(self.grounds.extended(ignoring, below), below, entries)
        if ignoring.leaves_out_folder(below):
            return [], [], ignoring
        names = [entry.name for entry in entries]
        is_plain, is_spared = _is_plain(inside, names), ignoring.spares(names)
        files: list[Found] = []
        folders = []
        for entry, name in zip(entries, names, strict=True):
            if not is_plain:
                self._check(inside, name)
            is_folder = entry.is_dir()
            if not is_spared and ignoring.leaves_out(f"{below}/{name}", is_folder=is_folder):
                continue
            relpath = f"{inside}/{name}" if inside else name
            if not is_folder:
                if not is_plain:
                    self._refuse(relpath, name)
                files.append(self._file(relpath, entry))
            elif not entry.is_symlink():
                # DVC does not follow a link to a folder, and does not track it.
                folders.append(relpath)
        return files, folders, ignoring

    def _entries(self, inside: str) -> list[os.DirEntry[str]]:
        place = os.path.join(self.grounds.top, self.folder, inside)
        try:
            with os.scandir(place) as found:
                return list(found)
        except OSError as error:
            shown = f"{self.folder}/{inside}".rstrip("/")
            raise PlmctlError(f"{shown!r} cannot be read: {error.strerror}") from None

    def _check(self, inside: str, name: str) -> None:
        """Before anything is asked of the name: no pattern is about one that is not UTF-8."""
        try:
            name.encode()
        except UnicodeEncodeError:
            shown = os.path.join(self.folder, inside, name)
            raise PlmctlError(f"{shown!a} cannot be data: it is not UTF-8", hint="rename it") from None

    def _refuse(self, relpath: str, name: str) -> None:
        path = f"{self.folder}/{relpath}"
        problem = relpath_problem(relpath)
        if problem is not None:
            raise PlmctlError(f"{path!a} cannot be data: {problem}", hint="rename the file")
        if name == FILE_NAME:
            raise PlmctlError(
                f"{path!r} lies in data, which DVC refuses",
                hint="move its lines to the file of a folder above the data",
            )

    def _file(self, relpath: str, entry: os.DirEntry[str]) -> Found:
        try:
            status = entry.stat(follow_symlinks=False)
            if stat.S_ISREG(status.st_mode):
                return relpath, entry.path, status
            place = self.grounds.file(f"{self.folder}/{relpath}")
            assert place is not None, "a link to a folder is a folder"
            return relpath, place, os.stat(place)
        except OSError as error:
            raise unreadable(f"{self.folder}/{relpath}", str(error.strerror)) from None


def unreadable(path: str, why: str) -> PlmctlError:
    """That a file of data cannot be read."""
    return PlmctlError(f"{path!r} cannot be read: {why}", hint="see what it is, then run it again")


def _is_plain(inside: str, names: Sequence[str]) -> bool:
    """Whether no file in a folder needs a look at its name of its own: there are thousands."""
    joined = "/".join(names)
    if _STRANGE.search(joined) or FILE_NAME in names:
        return False
    # A colon matters where a path begins.
    return relpath_problem(f"{inside}/_") is None if inside else ":" not in joined


def _without_repositories(ignoring: Ignoring, below: str, entries: Iterable[os.DirEntry[str]]) -> Ignoring:
    """DVC leaves out folders that have a `.dvc` of their own."""
    for entry in entries:
        if entry.is_dir() and os.path.lexists(os.path.join(entry.path, ".dvc")):
            ignoring = ignoring.having(below, [f"/{entry.name}/"], FILE_NAME)
    return ignoring
