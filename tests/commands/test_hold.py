"""An application that an environment holds keeps its version."""

from pathlib import Path

import pytest

from plmctl.commands.lock import LockOptions
from tests.commands.builder import ENVIRONMENT, LOCK, made_locks, problems, released_shop
from tests.git.builder import Folder


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Three releases, and a lock at the second."""
    return released_shop(tmp_path / "registry")


def held(folder: Folder, hold: str) -> None:
    """A hold in the environment."""
    folder.write("environments/production.yaml", f"{ENVIRONMENT}  hold: {{{hold}}}\n")


@pytest.mark.parametrize("name", ["desk", "application/desk"])
def test_a_held_application_is_not_updated(folder: Folder, name: str) -> None:
    held(folder, f"{name}: {{reason: wrong refunds}}")
    before = (folder.path / LOCK).read_bytes()
    report = made_locks(folder, LockOptions(update={}))
    assert problems(report) == ["1: production application/desk: it is on hold: wrong refunds"]
    lifts = "to lift the hold too, run 'plmctl promote desk --to production --lift-hold'"
    assert [problem.hint for problem in report.problems] == [lifts]
    assert (folder.path / LOCK).read_bytes() == before
    assert made_locks(folder).summary == {"written": 0, "unchanged": 1}


def test_a_hold_ends_after_its_day(folder: Folder) -> None:
    held(folder, 'desk: {reason: wrong refunds, until: "2026-10-01"}')
    on_the_day = made_locks(folder, LockOptions(update={}, today="2026-10-01"))
    assert problems(on_the_day) == ["1: production application/desk: it is on hold: wrong refunds"]
    assert made_locks(folder, LockOptions(update={}, today="2026-10-02")).done == (f"wrote {LOCK}",)


def test_a_hold_of_another_application_holds_nothing(folder: Folder) -> None:
    held(folder, "other: {reason: unsure}")
    assert made_locks(folder, LockOptions(update={})).done == (f"wrote {LOCK}",)
