"""The files of data in the work tree, as DVC finds them."""

import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from plmctl.core.dataclass import dataclass
from plmctl.core.deferred import deferred
from plmctl.core.finding import PlmctlError
from plmctl.core.inventory import relpath_problem
from plmctl.store.grounds import Grounds
from plmctl.store.ignore import FILE_NAME, Ignoring

Found = tuple[str, str, os.stat_result]
"""A file of data: its path in the data, where its bytes are (elsewhere for a link), and their status."""

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Characters of a path that is perhaps too long for the system, which says so only of a whole one.
_LONG = 1000
# What the path of data may not have anywhere (plmctl.core.inventory).
_STRANGE = deferred(r"[\\\x00-\x1f\x7f-\x9f\ud800-\udfff]")


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
        with self._opened(inside) as (place, entries):
            names = [entry.name for entry in entries]
            joined = "/".join(names)
            if FILE_NAME in joined.lower():
                ignoring = self.grounds.extended(ignoring, below)
            folders = [entry for entry in entries if entry.is_dir()]
            ignoring = _without_repositories(ignoring, below, place, folders)
            if ignoring.leaves_out_folder(below):
                return [], [], ignoring
            if not (_is_plain(inside, names, joined) and ignoring.spares(names)):
                entries = list(self._taken(inside, below, ignoring, entries))
                folders = [entry for entry in entries if entry.is_dir()]
            start = f"{inside}/" if inside else ""
            among = {entry.name for entry in folders}
            files = [
                self._file(start + entry.name, f"{place}/{entry.name}", entry)
                for entry in entries
                if entry.name not in among
            ]
            # DVC does not follow a link to a folder, and does not track it.
            return files, [start + entry.name for entry in folders if not entry.is_symlink()], ignoring

    def _taken(
        self, inside: str, below: str, ignoring: Ignoring, entries: Iterable[os.DirEntry[str]]
    ) -> Iterator[os.DirEntry[str]]:
        """The entries of a folder that are not left out. Raises PlmctlError for a name that no data has."""
        for entry in entries:
            self._check(inside, entry.name)
            is_folder = entry.is_dir()
            if ignoring.leaves_out(f"{below}/{entry.name}", is_folder=is_folder):
                continue
            if not is_folder:
                self._refuse(f"{inside}/{entry.name}" if inside else entry.name, entry.name)
            yield entry

    @contextmanager
    def _opened(self, inside: str) -> Iterator[tuple[str, list[os.DirEntry[str]]]]:
        """A folder and what is in it; its entries are looked at by their names, which is quicker."""
        place = os.path.join(self.grounds.top, self.folder, inside).rstrip("/")
        try:
            opened = os.open(place, _FOLDER)
        except OSError as error:
            raise self._unlisted(inside, error) from None
        try:
            with os.scandir(opened) as found:
                entries = list(found)
            yield place, entries
        except OSError as error:
            raise self._unlisted(inside, error) from None
        finally:
            os.close(opened)

    def _unlisted(self, inside: str, error: OSError) -> PlmctlError:
        shown = f"{self.folder}/{inside}".rstrip("/")
        return PlmctlError(f"{shown!r} cannot be read: {error.strerror}")

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

    def _file(self, relpath: str, place: str, entry: os.DirEntry[str]) -> Found:
        try:
            status = entry.stat(follow_symlinks=False) if len(place) < _LONG else os.lstat(place)
            if stat.S_ISREG(status.st_mode):
                return relpath, place, status
            target = self.grounds.file(f"{self.folder}/{relpath}")
            assert target is not None, "a link to a folder is a folder"
            return relpath, target, os.stat(target)
        except OSError as error:
            raise unreadable(f"{self.folder}/{relpath}", str(error.strerror)) from None


def unreadable(path: str, why: str) -> PlmctlError:
    """That a file of data cannot be read."""
    return PlmctlError(f"{path!r} cannot be read: {why}", hint="see what it is, then run it again")


def _is_plain(inside: str, names: Sequence[str], joined: str) -> bool:
    """Whether no file in a folder needs a look at its name of its own: there are thousands."""
    if _STRANGE.search(joined) or FILE_NAME in names:
        return False
    # A colon matters where a path begins.
    return relpath_problem(f"{inside}/_") is None if inside else ":" not in joined


def _without_repositories(
    ignoring: Ignoring, below: str, place: str, entries: Iterable[os.DirEntry[str]]
) -> Ignoring:
    """DVC leaves out folders that have a `.dvc` of their own."""
    for entry in entries:
        if entry.is_dir() and os.path.lexists(f"{place}/{entry.name}/.dvc"):
            ignoring = ignoring.having(below, [f"/{entry.name}/"], FILE_NAME)
    return ignoring
