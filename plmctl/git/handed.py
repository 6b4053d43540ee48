"""Files that Git hands to a driver: read and written as they are named, and merged line by line."""

import os
from collections.abc import Mapping

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import TooLarge, Unreadable
from plmctl.git.disk import file_bytes, replacing
from plmctl.git.process import Git

# Git's own exit code for files that it cannot merge; below it is the number of conflicts.
_FAILED = 128


def handed_bytes(named: str, *, limit: int) -> bytes:
    """The bytes of a file; nothing for /dev/null, which is no file. Raises Unreadable, or TooLarge."""
    if named == os.devnull:
        return b""
    return file_bytes(*_place(named), limit)


def replace_handed(named: str, data: bytes) -> None:
    """Write another content into a file that exists."""
    try:
        with replacing(*_place(named), data):
            pass
    except OSError as error:
        raise PlmctlError(f"cannot write {named}: {error.strerror}") from None


def _place(named: str) -> tuple[str, str]:
    folder, name = os.path.split(os.path.abspath(named))
    return os.path.realpath(folder), name


@dataclass(frozen=True, slots=True, kw_only=True)
class Handed:
    """The three files of a merge as Git names them: the ancestor, ours (which gets the result), theirs."""

    base: str
    ours: str
    theirs: str
    marker_size: int
    environment: Mapping[str, str]

    def read(self, limit: int) -> tuple[bytes, bytes, bytes] | None:
        """The bytes of all three; None where one is too large, or no file."""
        try:
            base, ours, theirs = (
                handed_bytes(named, limit=limit) for named in (self.base, self.ours, self.theirs)
            )
        except (TooLarge, Unreadable):
            return None
        return base, ours, theirs

    def merged_by_lines(self) -> tuple[bytes, bool]:
        """What `git merge-file` makes of them, and whether without a conflict. Raises PlmctlError."""
        git = Git.installed(os.getcwd(), self.environment).having("merge.conflictStyle=merge")
        labels = ("-L", "ours", "-L", "base", "-L", "theirs")
        files = map(os.path.abspath, (self.ours, self.base, self.theirs))
        size = f"--marker-size={self.marker_size}"
        done = git.run("merge-file", "-p", size, *labels, "--", *files, accept=range(_FAILED))
        return done.out, done.code == 0

    def write(self, data: bytes) -> None:
        """Make this the result."""
        replace_handed(self.ours, data)
