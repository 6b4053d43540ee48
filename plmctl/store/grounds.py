"""Where data of a repository may lie, and what its `.dvcignore` files say."""

import errno
import os
import stat

from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.store.ignore import FILE_NAME, LIMIT, Ignoring

_FLAGS = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Where data may lie: the repository's top, the top of DVC's in it, and the files of the local cache.

    All absolute, without links.
    """

    top: str
    dvc: str
    objects: tuple[str, ...] = ()

    def kind(self, path: str) -> int | None:
        """What stands at a path of the repository (a `stat` mode), None for nothing.

        Raises PlmctlError where a link is on the way to it.
        """
        place = self.top
        for name in path.split("/")[:-1]:
            place = os.path.join(place, name)
            if os.path.islink(place):
                shown = os.path.relpath(place, self.top)
                raise PlmctlError(
                    f"{path!r} leads through the symbolic link {shown!r}", hint="put the folder itself there"
                )
        try:
            return os.lstat(os.path.join(self.top, path)).st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None

    def file(self, path: str) -> str | None:
        """Where the bytes of a file of the repository are; None for a link to a folder.

        Raises PlmctlError for a link that leads out of the repository, or nowhere, and for what is no file.
        """
        place = os.path.join(self.top, path)
        try:
            mode = os.lstat(place).st_mode
            if stat.S_ISLNK(mode):
                place = os.path.realpath(place, strict=True)
                mode = os.lstat(place).st_mode
        except OSError as error:
            what = "a symbolic link that leads nowhere" if os.path.islink(place) else str(error.strerror)
            raise PlmctlError(f"{path!r} cannot be read: {what}", hint="mend it, or delete it") from None
        if stat.S_ISDIR(mode):
            return None
        if not stat.S_ISREG(mode):
            raise PlmctlError(
                f"{path!r} is a special file, not data", hint=f"delete it, or name it in a {FILE_NAME}"
            )
        if not self._holds(place):
            raise PlmctlError(
                f"{path!r} is a symbolic link that leaves the repository", hint="put the file itself there"
            )
        return place

    def _holds(self, place: str) -> bool:
        if place.startswith(self.top + os.sep):
            return True
        # DVC may link the work tree to its cache; what lies there is named by its md5.
        return any(_is_object(place, objects) for objects in self.objects)

    def leaves_out(self, path: str, *, is_folder: bool) -> bool:
        """Whether a `.dvcignore` above a path of the repository leaves it out."""
        below = os.path.relpath(os.path.join(self.top, path), self.dvc)
        ignoring = self.ignoring(path)
        above = os.path.dirname(below)
        return ignoring.leaves_out_folder(above) or ignoring.leaves_out(below, is_folder=is_folder)

    def ignoring(self, folder: str) -> Ignoring:
        """What holds in a folder of the repository: the files of all folders on the way, not its own."""
        below = os.path.relpath(os.path.join(self.top, folder), self.dvc)
        names = [] if below == os.curdir else below.split(os.sep)
        ignoring = self.extended(Ignoring(), "")
        for end in range(1, len(names)):
            ignoring = self.extended(ignoring, "/".join(names[:end]))
        return ignoring

    def extended(self, ignoring: Ignoring, folder: str) -> Ignoring:
        """What holds in a folder below DVC's top, after what holds above it."""
        path = f"{folder}/{FILE_NAME}" if folder else FILE_NAME
        if ignoring.leaves_out_folder(folder) or ignoring.leaves_out(path, is_folder=False):
            return ignoring
        lines = self._lines(path)
        return ignoring if lines is None else ignoring.having(folder, lines, path)

    def _lines(self, path: str) -> list[str] | None:
        try:
            opened = os.open(os.path.join(self.dvc, path), _FLAGS)
        except FileNotFoundError:
            return None
        except OSError as error:
            what = "a symbolic link" if error.errno == errno.ELOOP else str(error.strerror)
            raise PlmctlError(f"{path} cannot be read: {what}") from None
        with os.fdopen(opened, "rb") as file:
            if not stat.S_ISREG(os.fstat(opened).st_mode):
                raise PlmctlError(f"{path} is not a file")
            data = file.read(LIMIT + 1)
        if len(data) > LIMIT:
            raise PlmctlError(f"{path} is over {LIMIT} bytes", hint="leave out whole folders instead")
        try:
            return data.decode("utf-8").replace("\r\n", "\n").replace("\r", "\n").split("\n")
        except UnicodeDecodeError as error:
            raise PlmctlError(f"{path}: {error}", hint="save the file as UTF-8") from None


def dvc_top(top: str, path: str) -> str:
    """The DVC repository that data of a repository belongs to: the nearest folder above it with a `.dvc`."""
    names = path.split("/")[:-1]
    tops = (os.path.join(top, *names[:end]) for end in range(len(names), -1, -1))
    return next((each for each in tops if os.path.isdir(os.path.join(each, ".dvc"))), top)


def _is_object(place: str, objects: str) -> bool:
    folder, _, name = place.removeprefix(objects + os.sep).partition(os.sep)
    return place.startswith(objects + os.sep) and len(folder) == 2 and len(name) == 30 and _is_hex(name)


def _is_hex(text: str) -> bool:
    return all(character in "0123456789abcdef" for character in text)
