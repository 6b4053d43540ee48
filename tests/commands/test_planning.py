"""What a plan of a release says, and that a dry run, which may know things, says what a release would."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.locked import locked_release
from plmctl.commands.planning import plan_notes
from plmctl.commands.release import prepared
from plmctl.core.lock import FILE_NAME
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


def locks(report: Report) -> bytes | None:
    """The lock that would be written."""
    return report.plan.lock_bytes if report.plan is not None else None


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


def lock_broken(folder: Folder) -> None:
    """A lock that says too much, committed."""
    text = (folder.path / FILE_NAME).read_text()
    folder.commit({FILE_NAME: text.replace('"root": null', '"root": null, "mine": 1')}, "mine")


def lock_of_another(folder: Folder) -> None:
    """A lock of a release that nobody finished here."""
    text = (folder.path / FILE_NAME).read_text()
    folder.commit({FILE_NAME: text.replace('"release": "v1.2.0"', '"release": "v9.0.0"')}, "another")


def lock_gone(folder: Folder) -> None:
    """No lock any more."""
    (folder.path / FILE_NAME).unlink()
    folder.commit({}, "no lock")


DIRTY = "1: files of the registry are not committed:"
EDITS: dict[Callable[[Folder], None], str | None] = {
    nothing: None,
    changed: None,
    text_written: f"{DIRTY} {TEXT}",
    text_staged: f"{DIRTY} {TEXT}",
    manifest_deleted: f"{DIRTY} prompts/bye.yaml",
    manifest_untracked: f"{DIRTY} prompts/new.yaml",
    lock_broken: "4: plm.lock: the whole file: Additional properties are not allowed ('mine' was unexpected)",
    lock_of_another: "1: plm.lock at {head} is not what a release of v9.0.0 locks there",
    lock_gone: None,
}


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_a_dry_run_says_what_the_release_would(edit: Callable[[Folder], None], folder: Folder) -> None:
    known = memo()
    dry(folder, known)
    edit(folder)
    report, problem = planned_release(folder).report, EDITS[edit]
    head = folder.git("rev-parse", "HEAD")
    assert problems(report) == ([problem.format(head=head)] if problem else [])
    for _ in range(3):
        known = again(known)
        found = dry(folder, known)
        assert found == report
        assert locks(found) == locks(report)


def test_a_lock_that_is_known_is_not_read_again(folder: Folder) -> None:
    known = memo()
    with opened(folder) as repo:
        tree = repo.commit_tree(repo.resolve("HEAD"))
        assert locked_release(tree, FILE_NAME, known) == "v1.2.0"
        assert known.cache.every("lock of") == {
            FILE_NAME: (tree.identity(FILE_NAME).encode(), b"v1.2.0"),
        }
        for stamp, release in ((tree.identity(FILE_NAME).encode(), "v7.0.0"), (b"another", "v1.2.0")):
            known.cache.keep("lock of", {FILE_NAME: (stamp, b"v7.0.0")})
            assert locked_release(tree, FILE_NAME, known) == release
        assert locked_release(tree, FILE_NAME, None) == "v1.2.0"
        assert locked_release(tree, "environments/plm.lock", known) is None
