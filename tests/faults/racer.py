"""One who releases from a clone when told, and waits before the first push."""

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import asdict, fields, replace
from pathlib import Path

from plmctl.commands.release import prepared, release
from plmctl.core.ports import RefPush
from plmctl.core.report import Report
from plmctl.git.remote import Remote
from plmctl.git.repository import Repository
from tests.faults.commands import opened, options
from tests.faults.ground import outcome_of

# When the pushes of a run began and ended.
_TIMES: list[float] = []


class Waiting(Remote):
    """A remote whose first push waits for the others."""

    def push(self, updates: Sequence[RefPush]) -> Mapping[str, str]:
        if not _TIMES:
            _say({"is_ready": True})
            sys.stdin.readline()
        _TIMES.append(time.monotonic())
        try:
            return super().push(updates)
        finally:
            _TIMES.append(time.monotonic())


class Racing(Repository):
    """A repository whose remotes wait."""

    def remote(self, branch: str | None = None) -> Remote | None:
        """The remote, which waits."""
        remote = super().remote(branch)
        if remote is None:
            return None
        return Waiting(**{field.name: getattr(remote, field.name) for field in fields(remote)})


def _released(folder: Path, attempt: int) -> Report:
    with opened(folder, Racing) as repo:
        return release(repo, prepared(repo, replace(options(attempt), is_pushed=True)))


def _say(answer: object) -> None:
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    while line := sys.stdin.readline():
        job = json.loads(line)
        _TIMES.clear()
        _say({"is_ready": False, **asdict(outcome_of(_released, Path(job[0]), job[1])), "pushes": _TIMES})
