from pathlib import Path

import pytest

from plmctl.commands.lock import LockOptions
from tests.commands.builder import (
    ENVIRONMENT,
    accept_all,
    attempted_release,
    checked_locks,
    copied,
    made_locks,
    make_release,
    problems,
    released_shop,
    told,
)
from tests.git.builder import Folder

HINT = "promote desk to a version without it first, or mark it as deprecated"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three releases, and a lock at the second; not to be changed."""
    return released_shop(tmp_path_factory.mktemp("retirement") / "registry")


@pytest.fixture
def folder(history: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be changed."""
    return copied(history, tmp_path / "registry")


def retire(folder: Folder, name: str, path: str) -> None:
    text = (folder.path / path).read_text()
    folder.commit({path: text.replace(f"name: {name}", f"name: {name}, stability: retired")}, "retire")


def test_what_a_lock_holds_cannot_be_retired(folder: Folder) -> None:
    retire(folder, "greet", "prompts/greet.yaml")
    told_of = [row for row in told(checked_locks(folder)) if row.startswith("REG023")]
    assert told_of == [
        "REG023 prompts/greet.yaml:3:36: prompt/greet is retired, and production runs 1.1.0 of it"
    ]
    report = attempted_release(folder)
    assert [finding.code for finding in report.findings] == ["LNT011"]


def test_an_application_that_runs_cannot_be_retired(folder: Folder) -> None:
    retire(folder, "desk", "applications/desk.yaml")
    report = attempted_release(folder)
    assert problems(report) == [
        "1: REG023 retired-and-locked: application/desk is retired, and production runs 1.1.0 of it"
    ]
    assert report.problems[0].hint == HINT
    assert folder.git("tag", "--list", "v*") == "v1.0.0\nv1.1.0\nv1.2.0"


def test_what_no_lock_holds_can_be_retired(folder: Folder) -> None:
    retire(folder, "bye", "prompts/bye.yaml")
    assert checked_locks(folder).findings == ()
    assert make_release(folder) == ("prompt/bye 1.0.1",)


def test_once_the_lock_holds_another_version_it_can_be_retired(folder: Folder) -> None:
    text = (folder.path / "applications/desk.yaml").read_text()
    folder.commit({"applications/desk.yaml": text.replace("prompt/greet", "prompt/bye")}, "another prompt")
    accept_all(folder)
    folder.commit({}, "accept")
    make_release(folder)
    folder.commit({"environments/production.yaml": ENVIRONMENT.replace("^1.0", "^2.0")}, "promote")
    made_locks(folder, LockOptions(update={}))
    folder.commit({}, "lock")
    retire(folder, "greet", "prompts/greet.yaml")
    assert checked_locks(folder).findings == ()
    assert make_release(folder) == ("prompt/greet 1.2.1",)
