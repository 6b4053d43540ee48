"""A release that was killed while it was pushed is finished from what the remote has (hostile.md, K)."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands.publication import LostRace
from plmctl.commands.release import prepared, recorded, release
from plmctl.core.finding import PlmctlError
from plmctl.core.ports import PendingRelease
from plmctl.core.report import exit_code
from tests.commands.builder import (
    attempted_release,
    copied,
    failures,
    make_release,
    opened,
    options,
    problems,
    verified,
)
from tests.commands.remotes import HURRY, clone_of, hook, planned_push, pushed, refs, unhook, with_remote
from tests.git.builder import Folder

ARTIFACTS = ("application/desk@v1.3.0", "prompt/greet@v1.3.0")


@pytest.fixture
def folder(released: Folder, tmp_path: Path) -> Folder:
    """A registry that is whole at its remote, and has one unreleased change."""
    made = copied(released, tmp_path / "registry")
    with_remote(made, tmp_path / "bare.git")
    made.commit(HURRY, "hurry")
    return made


@pytest.fixture
def bare(folder: Folder, tmp_path: Path) -> Folder:
    """The remote of it."""
    return folder.at(tmp_path / "bare.git")


def begun(folder: Folder) -> PendingRelease:
    """A release of which only the record exists, as when `release --push` is killed before its push."""
    with opened(folder) as repo:
        made = recorded(repo, prepared(repo, replace(options(), is_pushed=True)))
    assert made is not None
    return made


def arrived(folder: Folder, release: PendingRelease, *names: str) -> None:
    """A push of some of it lived on when its client died; `main` stands for the branch."""
    by_name = {tag.name: tag.object_id for tag in release.all_tags}
    specs = [
        f"{release.commit}:refs/heads/main" if name == "main" else f"{by_name[name]}:refs/tags/{name}"
        for name in names
    ]
    folder.git("push", "-q", str(folder.path.parent / "bare.git"), *specs)


# Kills at any call, of either side, are for tests/faults.
@pytest.mark.parametrize(
    "names", [(), ("main", ARTIFACTS[0])], ids=lambda names: " ".join(names) or "nothing"
)
def test_what_arrived_is_kept_and_the_rest_follows_with_the_same_ids(
    names: tuple[str, ...], folder: Folder, bare: Folder
) -> None:
    made = begun(folder)
    arrived(folder, made, *names)
    assert planned_push(folder).report.next == ("plmctl release --push",)

    report = pushed(folder, run="f" * 32)

    assert report.done == ("released v1.3.0 and pushed it to origin",)
    assert refs(bare) == {r: oid for r, oid in refs(folder).items() if not r.startswith("refs/remotes/")}
    assert refs(bare)["refs/tags/v1.3.0"] == made.registry_tag.object_id
    assert folder.git("status", "--porcelain=v1", "--branch") == "## main...origin/main"
    assert failures(verified(folder)) == []
    assert pushed(folder).notes == ("nothing changed since the last release",)


def test_branch_that_went_on_at_the_remote_holds_the_release(
    folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    made = begun(folder)
    arrived(folder, made, "main")
    other = clone_of(bare, tmp_path / "other")
    other.commit({"README.md": "notes\n"}, "notes")
    other.git("push", "-q")

    assert pushed(folder).done == ("released v1.3.0 and pushed it to origin",)
    assert refs(bare, "refs/tags") == refs(folder, "refs/tags")
    assert folder.git("status", "--porcelain=v1", "--branch") == "## main...origin/main [behind 1]"


def test_release_that_somebody_else_made_meanwhile_is_lost_and_forgotten(
    folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    before = refs(folder)
    begun(folder)
    other = clone_of(bare, tmp_path / "other")
    other.commit({"prompts/greet.md": "Greet {{name}} at once.\n"}, "at once")
    pushed(other, run="1" * 32)

    with pytest.raises(LostRace, match=r"origin has v1\.3\.0 already: Carl Committer"):
        pushed(folder)
    assert refs(folder) == before


def test_foreign_release_is_finished_by_whoever_releases_next(
    folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    made = begun(folder)
    arrived(folder, made, "main", ARTIFACTS[0])
    other = clone_of(bare, tmp_path / "other")
    other.git("tag", "-d", ARTIFACTS[0])
    other.commit({"README.md": "notes\n"}, "notes")

    assert problems(attempted_release(other)) == [
        "3: plm.lock is the lock of v1.3.0, and that tag is not here"
    ]
    report = pushed(other, run="1" * 32)

    assert report.notes == (
        f"plm.lock is that of v1.3.0, which was not finished: it is finished first, on {made.commit[:10]}",
    )
    assert report.done == ("released v1.3.0 and pushed it to origin",)
    there = refs(bare)
    assert there[f"refs/tags/{ARTIFACTS[0]}"] == made.tags[0].object_id
    assert there["refs/heads/main"] == made.commit
    assert {bare.git("rev-parse", f"{name}^{{commit}}") for name in (*ARTIFACTS, "v1.3.0")} == {made.commit}
    assert failures(verified(other)) == []
    with pytest.raises(LostRace, match=r"origin has v1\.3\.0 already"):
        pushed(folder)
    folder.git("pull", "-q", "--tags")
    assert attempted_release(folder).notes == ("nothing changed since the last release",)


def test_plan_of_finishing_a_foreign_release_fetches_nothing(
    folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    arrived(folder, begun(folder), "main", ARTIFACTS[0])
    other = clone_of(bare, tmp_path / "other")
    other.git("tag", "-d", ARTIFACTS[0])
    before = refs(other)

    report = planned_push(other).report

    assert (exit_code(report), refs(other)) == (0, before)
    assert report.next == ("plmctl release --push",)
    assert report.plan is not None
    assert report.plan.tag == "v1.3.0"


def test_foreign_lock_that_is_untrue_is_to_be_prepared_again(folder: Folder, bare: Folder) -> None:
    made = begun(folder)
    lock = folder.git("show", f"{made.commit}:plm.lock") + "\n"
    commit = folder.commit({"plm.lock": lock, "prompts/greet.md": "Greet {{name}} otherwise.\n"}, "by hand")

    folder.git("update-ref", "-d", made.ref)
    report = pushed(folder)

    assert problems(report) == [f"1: plm.lock at {commit} is not what a release of v1.3.0 locks there"]
    assert report.problems[0].hint == (
        "prepare it again: run 'git checkout v1.2.0 -- plm.lock' and 'git commit', then release anew"
    )
    folder.git("checkout", "v1.2.0", "--", "plm.lock")
    folder.commit({}, "the lock of v1.2.0 again")
    assert pushed(folder).done == ("released v1.3.0 and pushed it to origin",)


def test_unfinished_tag_that_says_something_else_is_refused(
    folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    arrived(folder, begun(folder), "main")
    bare.git("tag", "-a", "-m", "mine", ARTIFACTS[0], "main")
    other = clone_of(bare, tmp_path / "other")
    other.git("tag", "-d", ARTIFACTS[0])

    with pytest.raises(PlmctlError) as caught:
        pushed(other)

    assert caught.value.exit_code == 4
    assert caught.value.message.startswith(f"the tag {ARTIFACTS[0]} is not of the release v1.3.0: it is ")


def test_published_release_that_cannot_be_made_here_is_a_success_with_a_warning(
    folder: Folder, bare: Folder
) -> None:
    lock = folder.path / ".git" / "refs" / "tags" / "v1.3.0.lock"
    lock.touch()

    report = pushed(folder)

    assert exit_code(report) == 0
    assert problems(report) == [
        f"0: v1.3.0 is published at origin, and could not be made here: locked by another git process: {lock}"
    ]
    lock.unlink()
    assert pushed(folder).done == ("released v1.3.0 and pushed it to origin",)
    assert refs(bare, "refs/tags") == refs(folder, "refs/tags")


def test_remote_that_dies_while_it_is_pushed_to_is_asked_again(folder: Folder, bare: Folder) -> None:
    hook(bare, "pre-receive", "kill -9 $PPID")
    before = refs(folder)

    with pytest.raises(PlmctlError) as caught:
        pushed(folder)

    assert caught.value.exit_code == 3
    assert refs(folder).keys() - before.keys() == {"refs/plmctl/pending/v1.3.0"}
    unhook(bare, "pre-receive")
    assert pushed(folder).done == ("released v1.3.0 and pushed it to origin",)


def test_names_from_a_remote_are_shown_escaped(folder: Folder, bare: Folder, tmp_path: Path) -> None:
    other = clone_of(bare, tmp_path / "other")
    other.commit({"README.md": "notes\n"}, "notes")
    with opened(folder) as repo:
        ready = prepared(repo, replace(options(), is_pushed=True))
        mallory = replace(other, environment={**os.environ, "GIT_COMMITTER_NAME": "M\x1b[31mal"})
        mallory.git("tag", "-a", "-m", "x", "v1.3.0")
        mallory.git("push", "-q", "origin", "v1.3.0")
        with pytest.raises(LostRace) as caught:
            release(repo, ready)
    assert "M\\x1b[31mal <carl@example.com>" in caught.value.message


def test_two_runs_in_one_clone_make_one_release(folder: Folder, bare: Folder) -> None:
    with opened(folder) as first, opened(folder) as second:
        one = prepared(first, replace(options(), is_pushed=True))
        two = prepared(second, replace(options(), is_pushed=True, run="1" * 32))
        assert release(first, one).done == ("released v1.3.0 and pushed it to origin",)
        with pytest.raises(PlmctlError, match="moved while the release was planned"):
            release(second, two)
    assert refs(bare, "refs/tags") == refs(folder, "refs/tags")


def test_second_run_finds_the_record_of_the_first(folder: Folder) -> None:
    with opened(folder) as repo:
        ready = prepared(repo, replace(options(), is_pushed=True))
        made = begun(folder)
        with pytest.raises(PlmctlError) as caught:
            release(repo, ready)
    assert caught.value.message == f"{made.ref} exists already"
    assert caught.value.hint == (
        "another run of plmctl is at work here: wait for it, then run the command again"
    )


def test_release_begun_without_push_is_finished_with_it(folder: Folder, bare: Folder) -> None:
    make_release(folder)
    kept = refs(folder)
    made = folder.git("rev-parse", "v1.3.0")

    assert pushed(folder).done == ("pushed v1.3.0 to origin",)
    assert refs(folder) | {"refs/remotes/origin/main": ""} == kept | {"refs/remotes/origin/main": ""}
    assert bare.git("rev-parse", "v1.3.0") == made


def half_made(folder: Folder) -> None:
    """A release killed before its last ref: its commit and artifact tags are here, and so is its record."""
    lock = folder.path / ".git" / "refs" / "tags" / "v1.3.0.lock"
    lock.parent.mkdir(parents=True, exist_ok=True)
    lock.touch()
    with pytest.raises(PlmctlError, match="locked by another git process"):
        make_release(folder)
    lock.unlink()
    assert {f"refs/tags/{name}" for name in ARTIFACTS} <= refs(folder).keys()


def noted(bare: Folder, path: Path) -> None:
    """A colleague pushes something else."""
    other = clone_of(bare, path)
    other.commit({"README.md": "notes\n"}, "notes")
    other.git("push", "-q")


def test_release_half_made_here_that_loses_is_undone_here(
    folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    before = refs(folder)
    half_made(folder)
    noted(bare, tmp_path / "other")

    with pytest.raises(LostRace) as caught:
        pushed(folder)

    assert caught.value.hint == (
        "run 'git pull --rebase --autostash --tags', then 'plmctl release --push' again"
    )
    assert refs(folder) == before
    assert folder.git("status", "--porcelain=v1", "--branch") == "## main...origin/main [ahead 1]"
    folder.git("pull", "-q", "--rebase", "--autostash", "--tags")
    assert pushed(folder).done == ("released v1.3.0 and pushed it to origin",)
    assert failures(verified(folder)) == []


def test_release_half_made_here_that_the_remote_refuses_is_undone_here(folder: Folder, bare: Folder) -> None:
    before = refs(folder)
    half_made(folder)
    hook(bare, "pre-receive", "echo not today >&2; exit 1")

    with pytest.raises(PlmctlError, match=r"origin took nothing of v1\.3\.0"):
        pushed(folder)

    assert refs(folder) == before
    assert folder.git("status", "--porcelain=v1", "--branch") == "## main...origin/main [ahead 1]"


@pytest.mark.parametrize("name", ["HEAD.lock", "index.lock"])
def test_lock_file_that_a_pull_would_meet_is_named_first(
    name: str, folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    begun(folder)
    noted(bare, tmp_path / "other")
    lock = folder.path / ".git" / name
    lock.touch()

    with pytest.raises(PlmctlError) as caught:
        pushed(folder)

    assert caught.value.message == f"locked by another git process: {lock}"
    assert caught.value.hint == "wait for it to end; if none runs any more, delete that file"
    lock.unlink()
    with pytest.raises(LostRace):
        pushed(folder)
