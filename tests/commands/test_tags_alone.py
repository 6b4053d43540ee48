"""release.commit: false: a release is tags at a remote, upon a commit that its branch has."""

from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.abandon import AbandonOptions, abandon, prepared_abandon
from plmctl.commands.lock import LockOptions
from plmctl.commands.release import prepared, release
from plmctl.commands.unwritten import refuse_output, unwritten_lock
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.report import Report, State
from plmctl.core.trailer import trailers
from tests.commands.builder import (
    LOCK,
    SETTINGS,
    attempted_release,
    failures,
    footprint,
    made_locks,
    opened,
    options,
    planned_release,
    plmctl,
    problems,
    shop,
    verified,
)
from tests.commands.ground import WHEN
from tests.commands.remotes import (
    HURRY,
    copied_with_remote,
    hook,
    planned_push,
    pushed,
    refs,
    unhook,
    with_remote,
)
from tests.git.builder import Folder

ALONE = f"{SETTINGS}spec:\n  release:\n    commit: false\n"
PUSHED = "2: release.commit is false in plmctl.yaml: a release is tags at origin alone"


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry that was released by tags alone, and its remote beside it. Copy both."""
    path = tmp_path_factory.mktemp("alone")
    folder = shop(path / "shop")
    folder.commit({"plmctl.yaml": ALONE}, "tags alone")
    with_remote(folder, path / "bare.git")
    pushed(folder)
    return folder


@pytest.fixture
def folder(tagged: Folder, tmp_path: Path) -> Folder:
    """A copy of it."""
    return copied_with_remote(tagged, tmp_path / "shop")


def merged(folder: Folder) -> None:
    """A change that the remote's branch has."""
    folder.commit(HURRY, "hurry")
    folder.git("push", "-q", "origin", "main")


def test_release_tags_the_commit_that_is_there_and_makes_none(tagged: Folder) -> None:
    head = tagged.git("rev-parse", "HEAD")

    assert tagged.git("rev-parse", "v1.0.0^{commit}", "prompt/greet@v1.0.0^{commit}").split() == [head, head]
    assert tagged.git("log", "-1", "--format=%s") == "tags alone"
    assert tagged.git("ls-files", "plm.lock") == ""
    there = refs(tagged.at(tagged.path.parent / "bare.git"))
    assert there["refs/heads/main"] == head
    assert there["refs/tags/v1.0.0"] == tagged.git("rev-parse", "v1.0.0")


def test_release_without_push_is_refused_where_there_is_a_remote(folder: Folder) -> None:
    merged(folder)

    assert problems(attempted_release(folder)) == [PUSHED]
    assert problems(planned_release(folder).report) == [PUSHED]


def test_commit_that_the_remote_lacks_is_not_released(folder: Folder) -> None:
    folder.commit(HURRY, "hurry")

    report = pushed(folder)

    assert problems(report) == ["1: HEAD is not on main of origin, and a release here commits nothing"]
    assert report.problems[0].hint == (
        "merge it there first, then run 'git pull --rebase --autostash --tags origin main'"
    )


def test_release_needs_no_leave_to_move_the_branch(folder: Folder) -> None:
    merged(folder)
    hook(folder.at(folder.path.parent / "bare.git"), "update", "case $1 in refs/heads/*) exit 1;; esac")

    assert pushed(folder).done == ("released v1.1.0 and pushed it to origin",)


def test_without_a_remote_the_tags_are_made_here(folder: Folder) -> None:
    folder.git("remote", "remove", "origin")
    head = folder.commit(HURRY, "hurry")

    assert attempted_release(folder).done == ("released v1.1.0",)
    assert folder.git("rev-parse", "HEAD", "v1.1.0^{commit}").split() == [head, head]


def test_lock_that_the_tag_names_is_handed_out_and_verifies(folder: Folder) -> None:
    merged(folder)
    with opened(folder) as repo:
        ready = prepared(repo, replace(options(), is_pushed=True))
        release(repo, ready)
        lock = unwritten_lock(repo, ready)

    assert lock is not None
    assert trailers(folder.git("cat-file", "tag", "v1.1.0"))["Lock"] == sha256_of(lock)
    (folder.path / "plm.lock").write_bytes(lock)
    assert failures(verified(folder, "plm.lock")) == []
    assert verified(folder, "plm.lock").problems == ()


@pytest.mark.parametrize("name", ["v1.0.0", "v1.1.0", "prompt/greet@v1.1.0"])
def test_release_is_verified_without_a_committed_lock(folder: Folder, name: str) -> None:
    merged(folder)
    pushed(folder)

    report = verified(folder, name)

    assert (failures(report), report.problems) == ([], ())
    assert State.OK in {check.state for check in report.checks}


def test_a_lock_that_was_committed_before_is_not_that_of_a_release(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")
    with_remote(folder, tmp_path / "bare.git")
    attempted_release(folder)
    folder.commit({"plmctl.yaml": ALONE}, "tags alone from now on")
    merged(folder)
    assert pushed(folder).problems == ()
    folder.git("show", "v1.1.0:plm.lock")

    report = verified(folder, "v1.0.0", "v1.1.0")

    assert (failures(report), report.problems) == ([], ())


def test_lock_with_another_version_fails(folder: Folder) -> None:
    merged(folder)
    with opened(folder) as repo:
        ready = prepared(repo, replace(options(), is_pushed=True))
        release(repo, ready)
        lock = unwritten_lock(repo, ready) or b""
    (folder.path / "plm.lock").write_bytes(lock.replace(b'"version": "1.1.0"', b'"version": "1.0.0"', 1))

    assert failures(verified(folder, "plm.lock")) != []


def test_environments_are_locked_from_releases_that_committed_no_lock(folder: Folder) -> None:
    merged(folder)
    pushed(folder)

    assert made_locks(folder, LockOptions()).done == (f"wrote {LOCK}",)
    assert failures(verified(folder, LOCK)) == []


def test_release_that_was_begun_hands_its_lock_out_when_it_is_finished(folder: Folder) -> None:
    merged(folder)
    with opened(folder) as repo:
        wanted = prepared(repo, replace(options(), is_pushed=True)).report.plan
    stop = folder.write(".git/refs/tags/v1.1.0.lock", "")
    pushed(folder)
    stop.unlink()

    with opened(folder) as repo:
        ready = prepared(repo, replace(options(), is_pushed=True))
        assert ready.unfinished is not None
        release(repo, ready)
        lock = unwritten_lock(repo, ready)

    assert wanted is not None
    assert lock == wanted.lock_bytes


def test_file_for_the_lock_is_refused_where_the_lock_is_committed(tmp_path: Path) -> None:
    folder = shop(tmp_path / "shop")

    with opened(folder) as repo, pytest.raises(UsageError) as refused:
        refuse_output(repo, prepared(repo, options()))

    assert refused.value.hint == "leave it out, or set release.commit to false"


def test_nothing_to_release_hands_nothing_out(folder: Folder) -> None:
    with opened(folder) as repo:
        assert unwritten_lock(repo, planned_push(folder)) is None


@pytest.mark.slow
def test_lock_goes_to_stdout_or_to_a_file(folder: Folder, tmp_path: Path) -> None:
    merged(folder)

    done = plmctl(folder, "release", "--push", "--yes")
    assert sha256_of(done.stdout.encode()) in folder.git("cat-file", "tag", "v1.1.0")
    assert "released v1.1.0 and pushed it to origin" in done.stderr
    folder.commit({"prompts/greet.md": "Greet {{name}} again.\n"}, "again")
    folder.git("push", "-q", "origin", "main")
    wanted = ("release", "--push", "--yes", "-o", str(tmp_path / "out" / "plm.lock"))
    assert "there is no folder" in plmctl(folder, *wanted, code=2).stderr
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "plm.lock").write_text("a letter\n", encoding="utf-8")
    assert "that file is no lock" in plmctl(folder, *wanted, code=2).stderr
    (tmp_path / "out" / "plm.lock").write_text(done.stdout, encoding="utf-8")
    done = plmctl(folder, *wanted)
    assert sha256_of((tmp_path / "out" / "plm.lock").read_bytes()) in folder.git("cat-file", "tag", "v1.2.0")
    assert f"wrote {tmp_path}/out/plm.lock" in done.stdout


def test_release_that_the_remote_took_half_of_is_abandoned_there(folder: Folder) -> None:
    merged(folder)
    bare = folder.at(folder.path.parent / "bare.git")
    before, head = refs(bare), folder.git("rev-parse", "HEAD")
    hook(bare, "update", "case $1 in refs/tags/v*) exit 1;; esac")
    with pytest.raises(PlmctlError):
        pushed(folder)
    assert set(refs(bare)) - set(before) == {
        "refs/tags/application/desk@v1.1.0",
        "refs/tags/prompt/greet@v1.1.0",
    }

    assert abandoned(folder).done == ("abandoned v1.1.0",)
    assert refs(bare) == before
    assert folder.git("rev-parse", "HEAD") == head
    assert folder.git("tag", "--list", "*v1.1.0") == ""
    unhook(bare, "update")
    assert pushed(folder).done == ("released v1.1.0 and pushed it to origin",)


def abandoned(folder: Folder) -> Report:
    """What came of `release --abandon v1.1.0 --push`."""
    with opened(folder) as repo:
        return abandon(repo, prepared_abandon(repo, AbandonOptions(name="v1.1.0", is_pushed=True, when=WHEN)))


def test_release_that_the_remote_has_is_not_abandoned(folder: Folder) -> None:
    merged(folder)
    pushed(folder)
    bare = folder.at(folder.path.parent / "bare.git")
    before = refs(bare), footprint(folder.path)

    report = abandoned(folder)

    assert problems(report) == ["1: origin has v1.1.0: it is released, and others may use it"]
    assert (refs(bare), footprint(folder.path)) == before


def test_release_whose_tags_the_remote_does_not_give_up_stays_as_it_is(folder: Folder) -> None:
    merged(folder)
    bare = folder.at(folder.path.parent / "bare.git")
    hook(bare, "update", "case $1 in refs/tags/v*) exit 1;; esac")
    with pytest.raises(PlmctlError):
        pushed(folder)
    hook(bare, "update", "case $3 in 000000*) exit 1;; esac")
    before = refs(bare), refs(folder)

    with pytest.raises(PlmctlError) as refused:
        abandoned(folder)

    assert refused.value.message.startswith("origin keeps tags of the release: ")
    assert (refs(bare), refs(folder)) == before
    unhook(bare, "update")
    assert pushed(folder).done == ("released v1.1.0 and pushed it to origin",)
