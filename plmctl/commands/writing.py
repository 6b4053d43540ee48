"""Files that are edited together: as they are on disk, and which were written when that fails."""

from collections.abc import Mapping

from plmctl.core.finding import PlmctlError
from plmctl.core.limits import UTMOST
from plmctl.core.ports import Repo, Unreadable


def on_disk(repo: Repo, path: str) -> bytes:
    """The bytes of a file that is to be edited. Raises PlmctlError where a sparse checkout has none."""
    try:
        return repo.on_disk(path, limit=UTMOST.file_bytes)
    except Unreadable as error:
        raise PlmctlError(f"{path} cannot be edited: {error}", hint="check it out first") from error


def put_all(repo: Repo, files: Mapping[str, bytes]) -> None:
    """Write files over those that are there. Raises PlmctlError with those that were written before."""
    written: list[str] = []
    for path, data in sorted(files.items()):
        try:
            repo.put(path, data)
        except PlmctlError as error:
            raise interrupted(error, written) from error
        written.append(path)


def interrupted(error: PlmctlError, written: list[str]) -> PlmctlError:
    """The error of a write, with what was written before it."""
    done = f"already written: {', '.join(written)}; 'git diff' shows it" if written else "nothing was written"
    return PlmctlError(error.message, hint=f"{done}; {error.hint}" if error.hint else done)
