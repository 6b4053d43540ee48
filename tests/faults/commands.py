"""The commands whose runs are killed, and the registries that they run in."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from plmctl.commands import promote
from plmctl.commands.delivery import delivered
from plmctl.commands.lock import LockOptions, lock
from plmctl.commands.release import ReleaseOptions, prepared, release
from plmctl.core.report import Report
from plmctl.git.repository import Repository
from tests.commands.builder import made_locks, make_release, shop
from tests.commands.stages import promotion
from tests.faults.ground import CLONE, Command, outcome_of
from tests.git.builder import Folder

WHEN = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)


@contextmanager
def opened(path: Path, kind: type[Repository] = Repository) -> Iterator[Repository]:
    """A repository in which nothing but the command says what time it is."""
    environment = {key: value for key, value in os.environ.items() if not key.endswith("_DATE")}
    with kind.discover(str(path), environment) as repository:
        yield repository


def options(attempt: int) -> ReleaseOptions:
    """All that changed; the time and the word of an attempt."""
    return ReleaseOptions(raised={}, when=WHEN + timedelta(hours=attempt), run=f"{attempt:032x}")


def released(run: Path, attempt: int) -> Report:
    """`plmctl release`."""
    with opened(run / CLONE) as repo:
        return release(repo, prepared(repo, options(attempt)))


def locked(run: Path, attempt: int) -> Report:
    """`plmctl lock`."""
    with opened(run / CLONE) as repo:
        return lock(repo, LockOptions())


def promoted(run: Path, attempt: int) -> Report:
    """`plmctl promote`: pin and lock, at the same time in each attempt, so that it is the same commit."""
    with opened(run / CLONE) as repo:
        ready = promote.prepared(repo, promotion("desk@1.1.0", "production", reason="it is time"))
        return ready.report if ready.report.problems or ready.is_nothing else delivered(repo, ready)


def changed_shop(run: Path, object_format: str = "sha1") -> Folder:
    """A registry with two releases, a lock at the first, and a change that is not released."""
    folder = shop(run / CLONE, object_format=object_format)
    shutil.rmtree(folder.path / ".git" / "hooks", ignore_errors=True)
    make_release(folder)
    made_locks(folder)
    folder.commit({"prompts/greet.md": "Greet {{name}} warmly.\n"}, "lock, and warmer")
    make_release(folder)
    folder.commit({"prompts/greet.md": "Greet {{name}} very warmly.\n"}, "warmer still")
    return folder


def packed(run: Path) -> None:
    """The usual state of a repository that is used for long: objects and refs in packs."""
    folder = changed_shop(run)
    folder.git("gc", "-q")


def loose(run: Path) -> None:
    """Every object and ref is a file."""
    changed_shop(run)


def sha256(run: Path) -> None:
    """A repository with the other hash."""
    changed_shop(run, "sha256").git("gc", "-q")


def pinned_higher(run: Path) -> None:
    """A pin that the lock does not fit any more."""
    folder = changed_shop(run)
    path = folder.path / "environments/production.yaml"
    path.write_text(path.read_text("utf-8").replace("^1.0", "^1.1"), "utf-8")
    folder.commit({}, "higher")
    folder.git("gc", "-q")


def pinned_exactly(run: Path) -> None:
    """A pin and a lock of the first version, and folders that the commit has to make."""
    folder = changed_shop(run)
    path = folder.path / "environments/production.yaml"
    path.write_text(path.read_text("utf-8").replace('"^1.0"', "1.0.0"), "utf-8")
    folder.git("rm", "-q", "environments/production/desk.lock")
    folder.commit({}, "exactly")
    folder.git("gc", "-q")


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A command, in the registries that it is tried in; `repositories` are those that it may change."""

    command: Command
    registries: Mapping[str, Callable[[Path], None]]
    repositories: tuple[str, ...] = (CLONE,)
    is_reproducible: bool = True


REGISTRIES = {"packed": packed, "loose": loose, "sha256": sha256}
CASES: Mapping[str, Case] = {
    "release": Case(command=released, registries=REGISTRIES),
    "promote": Case(command=promoted, registries={"packed": pinned_exactly}),
    "lock": Case(command=locked, registries={"packed": pinned_higher}),
}


def run_case(name: str, run: Path) -> object:
    """The first attempt of a case, for the warm process."""
    return asdict(outcome_of(CASES[name].command, run, 1))
