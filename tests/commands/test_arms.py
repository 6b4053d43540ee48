"""Arms of an experiment: other versions of an application, each with a lock of its own."""

import json
from pathlib import Path

import pytest

from plmctl.commands.lock import LockOptions
from plmctl.core.finding import PlmctlError
from tests.commands.builder import (
    ENVIRONMENT,
    LOCK,
    checked_locks,
    copied,
    failures,
    made_locks,
    problems,
    released_shop,
    told,
    verified,
)
from tests.git.builder import Folder

ARMS = """\
  arms:
    desk:
      - {name: control, version: "1.0.0", weight: 1}
      - {name: bold, version: ">=1.1", weight: 1}
"""
CONTROL = "environments/production/desk.control.lock"
BOLD = "environments/production/desk.bold.lock"


@pytest.fixture(scope="module")
def three(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three releases, a lock at the second, and two arms without locks."""
    folder = released_shop(tmp_path_factory.mktemp("released") / "registry")
    folder.commit({"environments/production.yaml": ENVIRONMENT + ARMS}, "experiment")
    return folder


@pytest.fixture(scope="module")
def locked(three: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """The same with the locks of the arms."""
    folder = copied(three, tmp_path_factory.mktemp("locked") / "registry")
    made_locks(folder)
    return folder


@pytest.fixture
def folder(locked: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be changed."""
    return copied(locked, tmp_path / "registry")


def said(folder: Folder, path: str) -> tuple[str, str, str, str]:
    """Environment, arm, range and version that a lock says."""
    lock = json.loads((folder.path / path).read_bytes())
    version = lock["artifacts"]["application/desk"]["version"]
    return lock["environment"], lock["arm"], lock["want"], version


def test_each_arm_without_a_lock_is_told_where_it_stands(three: Folder) -> None:
    report = checked_locks(three)

    assert told(report) == [
        "REG008 environments/production.yaml:8:34: there is no lock for application/desk.control",
        "REG008 environments/production.yaml:9:31: there is no lock for application/desk.bold",
    ]
    assert [f.help for f in report.findings] == [
        "run 'plmctl lock production desk.control'",
        "run 'plmctl lock production desk.bold'",
    ]


def test_an_arm_has_a_lock_of_its_own_version(locked: Folder) -> None:
    assert said(locked, CONTROL) == ("production", "control", "1.0.0", "1.0.0")
    assert said(locked, BOLD) == ("production", "bold", ">=1.1", "1.2.0")
    assert told(checked_locks(locked)) == []
    assert failures(verified(locked, CONTROL, BOLD)) == []


def test_an_application_names_its_arms_and_a_dot_names_one(folder: Folder) -> None:
    for path in (LOCK, CONTROL, BOLD):
        (folder.path / path).unlink()

    one = made_locks(folder, LockOptions(environment="production", application="application/desk.bold"))
    all_of_them = made_locks(folder, LockOptions(environment="production", application="desk"))

    assert one.done == (f"wrote {BOLD}",)
    assert all_of_them.done == (f"wrote {LOCK}", f"wrote {CONTROL}")


def test_update_takes_the_version_named_where_a_range_has_it(folder: Folder) -> None:
    report = made_locks(folder, LockOptions(update={"desk": "1.1.0"}))

    assert report.done == (f"wrote {BOLD}",)
    assert said(folder, BOLD)[3] == "1.1.0"
    with pytest.raises(PlmctlError) as caught:
        made_locks(folder, LockOptions(update={"desk.control": "1.1.0"}))
    assert caught.value.message == "1.1.0 is not in the pin '1.0.0'"


def test_update_of_one_arm_leaves_the_others(folder: Folder) -> None:
    made_locks(folder, LockOptions(update={"desk.bold": "1.1.0"}))

    assert made_locks(folder, LockOptions(update={"desk.bold": None})).done == (f"wrote {BOLD}",)
    assert said(folder, BOLD)[3] == "1.2.0"


def test_an_arm_that_is_no_more_leaves_an_orphan(folder: Folder) -> None:
    folder.write("environments/production.yaml", ENVIRONMENT)

    assert told(checked_locks(folder)) == [
        f"REG008 {BOLD}: no environment pins what this lock is of",
        f"REG008 {CONTROL}: no environment pins what this lock is of",
    ]


def test_a_hold_holds_the_arms_too(folder: Folder) -> None:
    made_locks(folder, LockOptions(update={"desk.bold": "1.1.0"}))
    held = ENVIRONMENT + ARMS + "  hold: {desk: {reason: wrong refunds}}\n"
    folder.write("environments/production.yaml", held)

    report = made_locks(folder, LockOptions(update={"desk.bold": None}))

    assert problems(report) == ["1: production application/desk.bold: it is on hold: wrong refunds"]


@pytest.mark.parametrize(("arm", "why"), [("bold", "'bold'"), (None, "None")])
def test_the_lock_of_one_arm_in_the_place_of_another_fails(arm: str | None, why: str, folder: Folder) -> None:
    value = json.loads((folder.path / CONTROL).read_bytes())
    if arm is None:
        del value["arm"]
    else:
        value["arm"] = arm
    folder.write(CONTROL, json.dumps(value, indent=2, ensure_ascii=False) + "\n")

    assert failures(verified(folder, CONTROL)) == [
        f"{CONTROL} pin arm: the lock says {why}, environments/production.yaml says 'control'"
    ]
    assert told(checked_locks(folder)) == [
        (
            f"REG008 environments/production.yaml:8:34: {CONTROL} is stale: "
            f"arm is {why}, the pin demands 'control'"
        )
    ]
