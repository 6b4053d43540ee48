"""The commands whose runs are killed, and the registries that they run in."""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from plmctl.commands.delivery import Delivery, Ready, delivered
from plmctl.commands.deployment import FileOptions, lock_file
from plmctl.commands.lock import LockOptions, lock
from plmctl.commands.promote import PromoteOptions
from plmctl.commands.promote import prepared as promotion
from plmctl.commands.release import ReleaseOptions, prepared, release
from plmctl.commands.rollback import RollbackOptions
from plmctl.commands.rollback import prepared as way_back
from plmctl.core.ports import Repo
from plmctl.core.report import Report
from plmctl.git.repository import Repository
from tests.commands.builder import made_locks, make_release, shop
from tests.commands.ground import folder_at
from tests.commands.remotes import with_remote
from tests.faults.ground import CLONE, REMOTE, Command, outcome_of
from tests.git.builder import Folder

WHEN = datetime(2026, 5, 6, 7, 8, 9, tzinfo=UTC)
TODAY = "2026-05-06"
# The repository that a linked work tree belongs to.
BASE = "base"
# Where a deployment's registry is, what its user has fetched of it, and its lock.
REGISTRY = "registry"
CACHE = "cache"
DEPLOYED = "desk.lock"


@contextmanager
def opened(path: Path, kind: type[Repository] = Repository) -> Iterator[Repository]:
    """A repository in which nothing but the command says what time it is; its user's cache is beside it."""
    kept = {key: value for key, value in os.environ.items() if not key.endswith("_DATE")}
    environment = {**kept, "XDG_CACHE_HOME": str(path.parent / CACHE)}
    with kind.discover(str(path), environment) as repository:
        yield repository


def options(attempt: int) -> ReleaseOptions:
    """All that changed; the time and the word of an attempt."""
    return ReleaseOptions(raised={}, when=WHEN + timedelta(hours=attempt), run=f"{attempt:032x}")


def released(run: Path, attempt: int) -> Report:
    """`plmctl release`."""
    with opened(run / CLONE) as repo:
        return release(repo, prepared(repo, options(attempt)))


def pushed(run: Path, attempt: int, kind: type[Repository] = Repository) -> Report:
    """`plmctl release --push`."""
    with opened(run / CLONE, kind) as repo:
        return release(repo, prepared(repo, replace(options(attempt), is_pushed=True)))


def locked(run: Path, attempt: int) -> Report:
    """`plmctl lock`."""
    with opened(run / CLONE) as repo:
        return lock(repo, LockOptions())


def locked_elsewhere(run: Path, attempt: int) -> Report:
    """`plmctl lock -o desk.lock desk@^1 --registry REGISTRY --update`."""
    return deployed(run, str(run / REGISTRY))


def deployed(run: Path, registry: str, kind: type[Repository] = Repository) -> Report:
    """The same from any address."""
    path = run / CLONE / DEPLOYED
    asked = FileOptions(
        name=DEPLOYED,
        path=DEPLOYED,
        data=path.read_bytes() if path.exists() else None,
        root="desk@^1",
        registry=registry,
        update="",
    )
    with opened(run / CLONE, kind) as repo:
        made = lock_file(repo, asked)
        if made.data is not None:
            repo.put(DEPLOYED, made.data)
    return made.report


def _delivered(run: Path, prepare: Callable[[Repo], Ready], kind: type[Repository] = Repository) -> Report:
    with opened(run / CLONE, kind) as repo:
        ready = prepare(repo)
        if ready.report.problems or ready.is_nothing:
            return ready.report
        return delivered(repo, ready)


def _promotion(attempt: int, *, is_pushed: bool) -> PromoteOptions:
    when = options(attempt).when
    return PromoteOptions(
        application="desk",
        version="1.1.0",
        environment="production",
        today=TODAY,
        delivery=Delivery(when=when, is_pushed=is_pushed),
    )


def _way_back(attempt: int, *, is_pushed: bool) -> RollbackOptions:
    delivery = Delivery(when=options(attempt).when, is_pushed=is_pushed)
    # To a version: what has gone back already does not go back further.
    return RollbackOptions(
        environment="production", application="desk", version="1.0.0", today=TODAY, delivery=delivery
    )


def promoted(run: Path, attempt: int) -> Report:
    """`plmctl promote desk@1.1.0 --to production`."""
    return _delivered(run, lambda repo: promotion(repo, _promotion(attempt, is_pushed=False)))


def promoted_there(run: Path, attempt: int, kind: type[Repository] = Repository) -> Report:
    """The same with `--push`."""
    return _delivered(run, lambda repo: promotion(repo, _promotion(attempt, is_pushed=True)), kind)


def rolled_back(run: Path, attempt: int) -> Report:
    """`plmctl rollback production desk --to 1.0.0`."""
    return _delivered(run, lambda repo: way_back(repo, _way_back(attempt, is_pushed=False)))


def rolled_back_there(run: Path, attempt: int) -> Report:
    """The same with `--push`."""
    return _delivered(run, lambda repo: way_back(repo, _way_back(attempt, is_pushed=True)))


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


def followed(build: Callable[[Path], None]) -> Callable[[Path], None]:
    """The same registry with a remote that lacks only what is not released."""

    def built(run: Path) -> None:
        build(run)
        folder = folder_at(run / CLONE)
        bare = with_remote(folder, run / REMOTE)
        shutil.rmtree(bare.path / "hooks", ignore_errors=True)

    return built


def promoted_in(build: Callable[[Path], None]) -> Callable[[Path], None]:
    """The same registry with an environment that runs the newer of two versions."""

    def built(run: Path) -> None:
        build(run)
        assert promoted(run, 0).problems == ()

    return built


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


def worktree(run: Path) -> None:
    """A linked work tree: its Git directory is elsewhere, and most refs are in another."""
    folder = changed_shop(run)
    folder.git("gc", "-q")
    base = folder.path.rename(run / BASE)
    folder_at(base).git("switch", "-q", "--detach")
    folder_at(base).git("worktree", "add", "-q", str(run / CLONE), "main")


def several(run: Path) -> None:
    """A change of several artifacts."""
    folder = changed_shop(run)
    folder.commit({"prompts/bye.md": "Bye {{name}}, and thanks.\n"}, "thanks")
    folder.git("gc", "-q")


def pinned_in(build: Callable[[Path], None]) -> Callable[[Path], None]:
    """The same registry with a pin that the lock does not fit any more."""

    def built(run: Path) -> None:
        build(run)
        folder = folder_at(run / CLONE)
        path = folder.path / "environments/production.yaml"
        path.write_text(path.read_text("utf-8").replace("^1.0", "^1.1"), "utf-8")
        folder.commit({}, "higher")

    return built


def served(build: Callable[[Path], None]) -> Callable[[Path], None]:
    """The same registry elsewhere, and a repository whose user has fetched nothing of it."""

    def built(run: Path) -> None:
        build(run)
        registry = (run / CLONE).rename(run / REGISTRY)
        folder_at(registry).git("config", "uploadpack.allowFilter", "true")
        (run / CACHE).mkdir()
        (run / CLONE).mkdir()
        folder = folder_at(run / CLONE)
        folder.git("init", "-q", "-b", "main")
        folder.commit({"README.md": "What runs here.\n"}, "begin")

    return built


def behind(run: Path) -> None:
    """A lock, and what was fetched for it, of a registry that has released since."""
    served(loose)(run)
    assert locked_elsewhere(run, 0).problems == ()
    folder_at(run / CLONE).commit({}, "lock")
    make_release(folder_at(run / REGISTRY))


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A command, in the registries that it is tried in; `repositories` are those that it may change."""

    command: Command
    registries: Mapping[str, Callable[[Path], None]]
    repositories: tuple[str, ...] = (CLONE,)


REGISTRIES = {"packed": packed, "loose": loose, "sha256": sha256, "worktree": worktree, "several": several}
FOLLOWED = {name: followed(build) for name, build in REGISTRIES.items()}
PROMOTED = {name: promoted_in(build) for name, build in REGISTRIES.items()}
SERVED = {"behind": behind, **{name: served(REGISTRIES[name]) for name in ("packed", "loose", "sha256")}}
BOTH = (REMOTE, CLONE)
CASES: Mapping[str, Case] = {
    "release": Case(command=released, registries=REGISTRIES),
    "push": Case(command=pushed, registries=FOLLOWED, repositories=BOTH),
    "promote": Case(command=promoted, registries=REGISTRIES),
    "promote --push": Case(command=promoted_there, registries=FOLLOWED, repositories=BOTH),
    "rollback": Case(command=rolled_back, registries=PROMOTED),
    "rollback --push": Case(
        command=rolled_back_there,
        registries={name: followed(build) for name, build in PROMOTED.items()},
        repositories=BOTH,
    ),
    "lock": Case(command=locked, registries={name: pinned_in(build) for name, build in REGISTRIES.items()}),
    "lock elsewhere": Case(command=locked_elsewhere, registries=SERVED),
}


def run_case(name: str, run: Path) -> object:
    """The first attempt of a case, for the warm process."""
    return asdict(outcome_of(CASES[name].command, run, 1))
