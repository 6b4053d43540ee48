"""What a plan of a release says, and that a dry run, which may know things, says what a release would."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.planning import plan_notes
from plmctl.commands.release import prepared
from plmctl.core.memo import Memo
from plmctl.core.report import Report
from tests.commands.builder import (
    BYE,
    copied,
    opened,
    options,
    planned_release,
    problems,
    released_shop,
)
from tests.commands.remembering import again, memo
from tests.commands.timeline import Timeline, registry_of
from tests.git.builder import Folder

TEXT, WRITTEN = "prompts/greet.md", "Greet {{name}} very warmly.\n"


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Three releases; not to be changed."""
    return released_shop(tmp_path_factory.mktemp("planning") / "registry")


@pytest.fixture
def folder(history: Folder, tmp_path: Path) -> Folder:
    """A copy of it, to be changed."""
    return copied(history, tmp_path / "registry")


def test_of_what_stays_unreleased_some_is_named() -> None:
    files = {f"prompts/p{n}.yaml": BYE.replace("name: bye", f"name: p{n}") for n in range(8)}
    made = Timeline().planned(files, selected=["prompt/p0"])
    assert made.left == tuple(f"prompt/p{n}" for n in range(1, 8))
    assert plan_notes(made, registry_of(files), ("prompt/p0",)) == (
        "these changes stay unreleased: prompt/p1, prompt/p2, prompt/p3, prompt/p4, prompt/p5 and 2 more",
    )


def dry(folder: Folder, known: Memo) -> Report:
    """What a dry run says that knows what the runs before it found out, and finds out more."""
    with opened(folder) as repo:
        report = prepared(repo, replace(options(), memo=known)).report
    known.keep()
    return report


def nothing(folder: Folder) -> None:
    """All is as it was released."""


def changed(folder: Folder) -> None:
    """Another text, committed."""
    folder.commit({TEXT: "Welcome {{name}}.\n"}, "welcome")


def text_written(folder: Folder) -> None:
    """Another text, not even staged."""
    folder.write(TEXT, "Welcome {{name}}.\n")


def text_staged(folder: Folder) -> None:
    """Another text, staged alone."""
    folder.write(TEXT, "Welcome {{name}}.\n")
    folder.git("add", TEXT)
    folder.write(TEXT, WRITTEN)


def manifest_deleted(folder: Folder) -> None:
    """A manifest that is gone from the work tree."""
    (folder.path / "prompts/bye.yaml").unlink()


def manifest_untracked(folder: Folder) -> None:
    """A manifest that nobody added, and a file that is none of ours."""
    folder.write("prompts/new.yaml", BYE.replace("name: bye", "name: new"))
    folder.write("notes.txt", "nothing\n")


EDITS: dict[Callable[[Folder], None], str | None] = {
    nothing: None,
    changed: None,
    text_written: TEXT,
    text_staged: TEXT,
    manifest_deleted: "prompts/bye.yaml",
    manifest_untracked: "prompts/new.yaml",
}


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_a_dry_run_says_what_the_release_would(edit: Callable[[Folder], None], folder: Folder) -> None:
    known = memo()
    dry(folder, known)
    edit(folder)
    report, path = planned_release(folder).report, EDITS[edit]
    assert problems(report) == ([f"1: files of the registry are not committed: {path}"] if path else [])
    for _ in range(3):
        known = again(known)
        found = dry(folder, known)
        assert found == report
        assert found.plan is not None
        assert report.plan is not None
        assert found.plan.lock_bytes == report.plan.lock_bytes
