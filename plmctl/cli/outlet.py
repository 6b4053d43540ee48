"""Report files: `--report FORMAT=FILE`, checked before any work and written after it, whole or not at all."""

import os
import stat
from collections.abc import Iterable
from contextlib import suppress
from typing import TYPE_CHECKING, get_args

from plmctl.cli.stream import Unwritable
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import UsageError

if TYPE_CHECKING:
    from plmctl.render.form import Form

HELP = "Write a report to a file too; give it as often as wanted."
METAVAR = "FORMAT=FILE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A report that goes to a file of the user's own choice: its format, the file as it was named."""

    form: "Form"
    name: str

    @property
    def path(self) -> str:
        """The file itself, whatever links lead to it."""
        return os.path.realpath(self.name)

    def write(self, text: str) -> None:
        """Puts the report there. Raises Unwritable."""
        try:
            if os.path.exists(self.path) and not os.path.isfile(self.path):
                _write(self.path, text, os.O_WRONLY)
            else:
                self._replace(text)
        except OSError as error:
            raise Unwritable(f"the report {self.name} cannot be written: {error.strerror}") from error

    def _replace(self, text: str) -> None:
        half = _beside(self.path)
        try:
            _write(half, text, os.O_WRONLY | os.O_CREAT | os.O_EXCL)
            with suppress(FileNotFoundError):
                os.chmod(half, stat.S_IMODE(os.stat(self.path).st_mode))
            os.replace(half, self.path)
        finally:
            with suppress(FileNotFoundError):
                os.unlink(half)


def outlets(written: Iterable[str] | None, forms: object) -> tuple[Outlet, ...]:
    """What `--report` asks for, of the formats in a Literal. Raises UsageError."""
    found: list[Outlet] = []
    for text in written or ():
        outlet = _outlet(text, get_args(forms))
        if any(outlet.path == other.path for other in found):
            raise UsageError(f"--report {text}: another report goes to that file", hint="name two files")
        require_writable(outlet.name, outlet.path, f"--report {text}")
        found.append(outlet)
    return tuple(found)


def _outlet(text: str, forms: tuple["Form", ...]) -> Outlet:
    from plmctl.core.slip import nearest

    word, equals, name = text.partition("=")
    if not equals or not name:
        raise UsageError(f"--report {text}: not FORMAT=FILE", hint="write '--report json=report.json'")
    form = next((form for form in forms if form == word), None)
    if form is None:
        near = nearest(word, forms)
        hint = f"did you mean '{near}'?" if near else f"the formats here are {', '.join(forms)}"
        raise UsageError(f"--report {text}: no format '{word}'", hint=hint)
    if name == "-":
        raise UsageError(f"--report {text}: stdout belongs to --format", hint=f"write '--format {form}'")
    return Outlet(form=form, name=name)


def require_writable(name: str, path: str, said: str) -> None:
    """Raises UsageError for a file that cannot be written, as it was named; `said` is the option."""
    folder = os.path.dirname(path)
    if _is_of_git(path):
        raise UsageError(f"{said}: {name} is in Git's own folder", hint="name a file outside of it")
    if not os.path.isdir(folder):
        named = os.path.dirname(name) or folder
        raise UsageError(f"{said}: there is no folder {named}", hint=f"run 'mkdir -p {named}'")
    if name.endswith("/") or os.path.isdir(path):
        raise UsageError(f"{said}: {name} is a folder", hint="name a file in it")
    if not _is_writable(path):
        raise UsageError(f"{said}: {name} cannot be written", hint="name another file")


def _is_of_git(path: str) -> bool:
    """Whether a file is Git's: `.git` itself, or in a folder that holds a repository, whatever its name."""
    above = [path]
    while (folder := os.path.dirname(above[-1])) != above[-1]:
        above.append(folder)
    return any(os.path.basename(at).lower() == ".git" or _is_git_folder(at) for at in above)


def _is_git_folder(path: str) -> bool:
    parts = (os.path.join(path, name) for name in ("objects", "refs"))
    return os.path.isfile(os.path.join(path, "HEAD")) and all(map(os.path.isdir, parts))


def _is_writable(path: str) -> bool:
    if os.path.exists(path) and not (os.access(path, os.W_OK) and os.path.isfile(path)):
        return os.access(path, os.W_OK)
    # Only trying tells, where permissions are not all that matters.
    probe = _beside(path)
    try:
        _write(probe, "", os.O_WRONLY | os.O_CREAT | os.O_EXCL)
        os.unlink(probe)
    except OSError:
        return False
    return True


def _beside(path: str) -> str:
    """A name in the folder of a file that nothing else has."""
    from secrets import token_hex

    return os.path.join(os.path.dirname(path), f".plmctl-{token_hex(8)}")


def _write(path: str, text: str, flags: int) -> None:
    data = text.encode("utf-8", "backslashreplace")
    with open(os.open(path, flags, 0o666), "wb") as file:
        file.write(data)
