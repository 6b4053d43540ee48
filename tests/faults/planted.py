"""Faults planted on purpose, through the port: each must make the harness fail."""

import subprocess
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from plmctl.commands.lock import LockOptions, lock
from plmctl.commands.release import prepared, release
from plmctl.core.ports import PendingRelease
from plmctl.core.report import Report
from plmctl.git.repository import Repository
from tests.faults.commands import REGISTRIES, Case, opened, options, packed, pinned_in
from tests.faults.ground import CLONE, outcome_of
from tests.faults.tracer import serve


class RegistryTagFirst(Repository):
    """Publishes the tag that makes a release exist before the tags that it names."""

    def publish(self, release: PendingRelease) -> None:
        git = self._plain
        for tag in (release.registry_tag, *release.tags):
            git("update-ref", f"refs/tags/{tag.name}", tag.object_id)
        git("checkout", release.commit, "--", *release.files)
        git("update-ref", release.branch, release.commit)
        self.discard(release)

    def _plain(self, *words: str) -> None:
        done = subprocess.run(["git", *words], cwd=self.top, capture_output=True, text=True, check=False)
        if done.returncode:
            raise self._git.failure(words[0], done.stderr)


class NoPendingRef(Repository):
    """Publishes without a record."""

    def publish(self, release: PendingRelease) -> None:
        self.discard(release)
        super().publish(release)


class WrittenInPlace(Repository):
    """Writes files where they stand."""

    def put(self, path: str, data: bytes) -> None:
        (Path(self.top) / path).write_bytes(data)


def _released(kind: type[Repository], run: Path, attempt: int) -> Report:
    with opened(run / CLONE, kind) as repo:
        return release(repo, prepared(repo, options(attempt)))


def registry_tag_first(run: Path, attempt: int) -> Report:
    """A release whose registry tag comes first."""
    return _released(RegistryTagFirst, run, attempt)


def no_pending_ref(run: Path, attempt: int) -> Report:
    """A release that is not recorded."""
    return _released(NoPendingRef, run, attempt)


def written_in_place(run: Path, attempt: int) -> Report:
    """A lock that is written over the one that is there."""
    with opened(run / CLONE, WrittenInPlace) as repo:
        return lock(repo, LockOptions())


PLANTED: Mapping[str, Case] = {
    "registry tag first": Case(command=registry_tag_first, registries=REGISTRIES),
    "no pending ref": Case(command=no_pending_ref, registries=REGISTRIES),
    "lock written in place": Case(command=written_in_place, registries={"packed": pinned_in(packed)}),
}


def run_planted(name: str, run: Path) -> object:
    """The first attempt of a planted fault, for the warm process."""
    return asdict(outcome_of(PLANTED[name].command, run, 1))


if __name__ == "__main__":
    serve(run_planted)
