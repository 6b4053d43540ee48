"""Files that the user named, wherever they lie: read as `cp` reads them, through no link inside a folder."""

import os
from collections.abc import Collection, Iterator
from pathlib import PurePath

from plmctl.core.draft import Stray
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.ports import Unreadable
from plmctl.git.disk import file_bytes


class Outside:
    """One file, or all files below one folder; a link that is named itself is followed."""

    def __init__(self, named: str):
        self.named = named
        self._place = os.path.realpath(named)
        if not os.path.exists(self._place):
            raise UsageError(f"no such file or folder: {named}", hint="name a text file, or a folder of them")

    @property
    def is_folder(self) -> bool:
        """Whether it is a folder."""
        return os.path.isdir(self._place)

    def strays(self, endings: Collection[str], limit: int) -> Iterator[Stray]:
        """The file, or every file below the folder but hidden ones, sorted; over `limit` bytes unread.

        In a folder only the files with these endings are meant.
        """
        if not self.is_folder:
            folder, name = os.path.split(self._place)
            yield _read(folder, name, PurePath(self.named).name or name, limit)
            return
        for path in sorted(self._paths()):
            if os.path.islink(os.path.join(self._place, path)):
                yield Stray(path=path, reason="it is a symbolic link", passed_over=True)
            elif PurePath(path).suffix.lower() not in endings:
                yield Stray(path=path, reason="it has another ending", passed_over=True)
            else:
                yield _read(self._place, path, path, limit)

    def _paths(self) -> Iterator[str]:
        for at, folders, files in os.walk(self._place, onerror=_refuse):
            folders[:] = [name for name in folders if not name.startswith(".")]
            linked = [name for name in folders if os.path.islink(os.path.join(at, name))]
            for name in (*files, *linked):
                if not name.startswith("."):
                    yield PurePath(at, name).relative_to(self._place).as_posix()


def _read(folder: str, path: str, shown: str, limit: int) -> Stray:
    try:
        return Stray(path=shown, data=file_bytes(folder, path, limit))
    except Unreadable as error:
        return Stray(path=shown, reason=str(error))


def _refuse(error: OSError) -> None:
    raise PlmctlError(f"cannot look into {error.filename}: {error.strerror}") from None
