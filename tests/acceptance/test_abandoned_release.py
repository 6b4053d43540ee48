"""`release --abandon` undoes a release that its remote does not have, and nothing else (release.md)."""

from pathlib import Path

import pytest

from plmctl.commands.abandon import AbandonOptions, abandon, prepared_abandon
from plmctl.core.finding import PlmctlError
from plmctl.core.report import Report
from tests.acceptance.test_killed_release import begun
from tests.commands.builder import attempted_release, copied, footprint, make_release, opened, problems
from tests.commands.ground import WHEN
from tests.commands.remotes import HURRY, hook, pushed, refs, unhook, with_remote
from tests.git.builder import Folder


def planned(folder: Folder, name: str, *, is_pushed: bool = False) -> Report:
    """What `--abandon --dry-run` shows."""
    with opened(folder) as repo:
        return prepared_abandon(repo, AbandonOptions(name=name, is_pushed=is_pushed, when=WHEN)).report


def abandoned(folder: Folder, name: str, *, is_pushed: bool = False) -> Report:
    """What came of `--abandon`."""
    with opened(folder) as repo:
        return abandon(
            repo, prepared_abandon(repo, AbandonOptions(name=name, is_pushed=is_pushed, when=WHEN))
        )


def state(folder: Folder) -> tuple[dict[str, str], str, str, bytes]:
    """Refs, index, status and plm.lock."""
    lock = (folder.path / "plm.lock").read_bytes()
    return refs(folder), folder.git("ls-files", "-s"), folder.git("status", "--porcelain"), lock


@pytest.fixture
def folder(released: Folder, tmp_path: Path) -> Folder:
    """A released registry with one unreleased change."""
    made = copied(released, tmp_path / "registry")
    made.commit(HURRY, "hurry")
    return made


def test_abandoned_release_never_was_and_can_be_made_again(folder: Folder) -> None:
    before = state(folder)
    make_release(folder)
    made = state(folder)

    report = abandoned(folder, "v1.3.0")

    assert (report.done, report.next, problems(report)) == (("abandoned v1.3.0",), (), [])
    assert state(folder) == before
    make_release(folder)
    assert state(folder) == made


def test_plan_of_abandoning_changes_nothing(folder: Folder) -> None:
    parent = folder.git("rev-parse", "HEAD")
    make_release(folder)
    before = footprint(folder.path)

    report = planned(folder, "v1.3.0")

    assert report.notes == (
        f"v1.3.0 is undone: its tag and those of 2 artifacts go; main goes back to {parent[:10]}",
    )
    assert footprint(folder.path) == before


def test_release_that_was_begun_is_abandoned(folder: Folder) -> None:
    before = state(folder)
    begun(folder)

    assert abandoned(folder, "v1.3.0").done == ("abandoned v1.3.0",)
    assert state(folder) == before


def test_branch_that_went_on_is_left_with_the_line_that_takes_the_commit_out(folder: Folder) -> None:
    parent = folder.git("rev-parse", "HEAD")
    make_release(folder)
    commit = folder.git("rev-parse", "HEAD")
    folder.commit({"README.md": "notes\n"}, "went on")

    report = abandoned(folder, "v1.3.0")

    assert report.next == (f"git rebase --onto {parent} {commit} main",)
    folder.git(*report.next[0].split()[1:])
    assert make_release(folder) == ("application/desk 1.3.0", "prompt/greet 1.3.0")


def test_newest_release_goes_first(folder: Folder) -> None:
    make_release(folder)

    report = abandoned(folder, "v1.2.0")

    assert problems(report) == ["3: v1.3.0 was made after v1.2.0"]
    assert report.problems[0].hint == "run 'plmctl release --abandon v1.3.0' first"
    abandoned(folder, "v1.3.0")
    assert abandoned(folder, "v1.2.0").done == ("abandoned v1.2.0",)


def test_release_of_another_name_is_none(folder: Folder) -> None:
    with pytest.raises(PlmctlError, match=r"there is no release v9\.0\.0 here"):
        abandoned(folder, "v9.0.0")


def test_release_that_the_remote_has_stays(folder: Folder, tmp_path: Path) -> None:
    with_remote(folder, tmp_path / "bare.git")
    pushed(folder)
    before = state(folder)

    assert problems(abandoned(folder, "v1.3.0")) == ["3: origin may have v1.3.0, and was not asked"]
    assert problems(abandoned(folder, "v1.3.0", is_pushed=True)) == [
        "1: origin has v1.3.0: it is released, and others may use it"
    ]
    assert state(folder) == before


def test_release_that_is_only_here_is_abandoned_without_asking(folder: Folder, tmp_path: Path) -> None:
    with_remote(folder, tmp_path / "bare.git")
    before = state(folder)
    make_release(folder)

    assert planned(folder, "v1.3.0").notes[1:] == ("not checked: whether origin has v1.3.0; --push asks it",)
    abandoned(folder, "v1.3.0")
    assert state(folder) == before


def test_half_pushed_release_is_taken_back_at_the_remote_too(folder: Folder, tmp_path: Path) -> None:
    bare = with_remote(folder, tmp_path / "bare.git")
    before, tags = state(folder), refs(bare, "refs/tags")
    hook(bare, "update", '[ "$1" != refs/tags/v1.3.0 ] || exit 1')
    with pytest.raises(PlmctlError, match="origin has not all of"):
        pushed(folder)
    commit = bare.git("rev-parse", "main")
    unhook(bare, "update")

    report = abandoned(folder, "v1.3.0", is_pushed=True)

    assert report.done == ("abandoned v1.3.0",)
    assert report.next == ("git pull --rebase --autostash", f"git revert --no-edit {commit}", "git push")
    assert (state(folder), refs(bare, "refs/tags")) == (before, tags)
    for line in report.next:
        folder.git(*line.split()[1:])
    assert pushed(folder).done == ("released v1.3.0 and pushed it to origin",)


def test_release_on_a_commit_of_somebody_leaves_that_commit(folder: Folder) -> None:
    make_release(folder)
    lock = (folder.path / "plm.lock").read_bytes()
    abandoned(folder, "v1.3.0")
    merged = folder.commit({"plm.lock": lock, "README.md": "notes\n"}, "prepared")
    assert attempted_release(folder).done == ("released v1.3.0",)

    report = abandoned(folder, "v1.3.0")

    assert (folder.git("rev-parse", "HEAD"), report.next) == (merged, ())
    assert "refs/tags/v1.3.0" not in refs(folder)
