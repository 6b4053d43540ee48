"""Where runs happen: a template that is copied for each, and commands that run in the copy."""

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from plmctl.core.finding import PlmctlError
from plmctl.core.report import Report

# The exit code of a run that somebody ended by Ctrl-C.
INTERRUPTED = 130
CLONE = "clone"
REMOTE = "remote.git"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended that was not killed: what it did, or why not."""

    code: int
    done: tuple[str, ...] = ()
    message: str = ""
    hint: str = ""


# A command, run in the folder of a run; two attempts differ in their time and in their random word.
Command = Callable[[Path, int], Report]


def outcome_of(command: Command, run: Path, attempt: int) -> Outcome:
    """What came of an attempt; anything but a report or a PlmctlError is a bug, and is raised."""
    try:
        report = command(run, attempt)
    except PlmctlError as error:
        return Outcome(code=error.exit_code, message=error.message, hint=error.hint or "")
    if report.problems:
        first = report.problems[0]
        hint = first.hint or ""
        return Outcome(code=first.exit_code, done=report.done, message=first.message, hint=hint)
    return Outcome(code=0, done=report.done)


@contextmanager
def workshop() -> Iterator[Path]:
    """A folder in memory where there is one: what is measured here is order, not the speed of a disk."""
    memory = Path("/dev/shm")
    above = memory if os.access(memory, os.W_OK) else None
    with tempfile.TemporaryDirectory(prefix="plmctl-faults-", dir=above, ignore_cleanup_errors=True) as made:
        yield Path(made).resolve()


def restored(template: Path, run: Path) -> None:
    """The folder of a run as it was at the beginning."""
    shutil.rmtree(run, ignore_errors=True)
    shutil.copytree(template, run, symlinks=True)


def surroundings(folder: Path) -> Mapping[str, str]:
    """The environment of a run: temporary files have a place of their own, no date is given."""
    unkept = ("COVERAGE_PROCESS", "GIT_AUTHOR_DATE", "GIT_COMMITTER_DATE")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(unkept)}
    temporary = folder / "tmp"
    temporary.mkdir(exist_ok=True)
    return {**kept, "TMPDIR": str(temporary)}
