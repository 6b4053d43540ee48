"""The files of data in the work tree, as DVC finds them."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import relpath_problem
from plmctl.store.grounds import Grounds
from plmctl.store.ignore import FILE_NAME, Ignoring


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A file of data: its path in the data, and where its bytes are, which is elsewhere for a link."""

    relpath: str
    place: str


def files_in(grounds: Grounds, folder: str) -> Iterator[Found]:
    """The files of a folder of data, in no order. Raises PlmctlError for what DVC would not take, too."""
    below = os.path.relpath(os.path.join(grounds.top, folder), grounds.dvc).replace(os.sep, "/")
    walk = _Walk(grounds=grounds, folder=folder, below=below)
    waiting = [("", grounds.ignoring(folder))]
    while waiting:
        inside, ignoring = waiting.pop()
        files, folders, ignoring = walk.contents(inside, ignoring)
        yield from files
        waiting.extend((name, ignoring) for name in folders)


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
        files, folders = [], []
        for entry in entries:
            self._check(inside, entry.name)
            is_folder = entry.is_dir()
            if ignoring.leaves_out(f"{below}/{entry.name}", is_folder=is_folder):
                continue
            relpath = f"{inside}/{entry.name}" if inside else entry.name
            if not is_folder:
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

    def _file(self, relpath: str, entry: os.DirEntry[str]) -> Found:
        path = f"{self.folder}/{relpath}"
        problem = relpath_problem(relpath)
        if problem is not None:
            raise PlmctlError(f"{path!a} cannot be data: {problem}", hint="rename the file")
        if entry.name == FILE_NAME:
            raise PlmctlError(
                f"{path!r} lies in data, which DVC refuses",
                hint="move its lines to the file of a folder above the data",
            )
        if entry.is_file(follow_symlinks=False):
            return Found(relpath=relpath, place=entry.path)
        place = self.grounds.file(path)
        assert place is not None, "a link to a folder is a folder"
        return Found(relpath=relpath, place=place)


def _without_repositories(ignoring: Ignoring, below: str, entries: Iterable[os.DirEntry[str]]) -> Ignoring:
    """DVC leaves out folders that have a `.dvc` of their own."""
    for entry in entries:
        if entry.is_dir() and os.path.lexists(os.path.join(entry.path, ".dvc")):
            ignoring = ignoring.having(below, [f"/{entry.name}/"], FILE_NAME)
    return ignoring
