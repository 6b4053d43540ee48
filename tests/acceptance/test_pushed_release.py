"""`release --push`: the remote has all of a release or none, and its refs say which (release.md, step 3)."""

from pathlib import Path

import pytest

from plmctl.commands.publication import LostRace
from plmctl.commands.release import prepared, release
from plmctl.core.finding import PlmctlError
from tests.commands.builder import (
    attempted_release,
    copied,
    failures,
    footprint,
    make_release,
    opened,
    problems,
    verified,
)
from tests.commands.remotes import (
    HURRY,
    clone_of,
    copied_with_remote,
    hook,
    planned_push,
    pushed,
    refs,
    unhook,
    with_remote,
)
from tests.git.builder import Folder

NEW = ("application/desk@v1.3.0", "prompt/greet@v1.3.0", "v1.3.0")


@pytest.fixture(scope="module")
def published(released: Folder, tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry that is whole at its remote, `bare.git` beside it. Copy both."""
    path = tmp_path_factory.mktemp("published")
    folder = copied(released, path / "registry")
    with_remote(folder, path / "bare.git")
    return folder


@pytest.fixture
def folder(published: Folder, tmp_path: Path) -> Folder:
    """A registry that is whole at its remote, and has one unreleased change."""
    made = copied_with_remote(published, tmp_path / "registry")
    made.commit(HURRY, "hurry")
    return made


@pytest.fixture
def bare(folder: Folder) -> Folder:
    """The remote of it."""
    return folder.at(folder.path.parent / "bare.git")


def test_release_is_here_and_there_with_the_same_ids(folder: Folder, bare: Folder) -> None:
    report = pushed(folder)

    assert report.done == ("released v1.3.0 and pushed it to origin",)
    assert (report.problems, report.next) == ((), ())
    here = refs(folder)
    assert refs(bare) == {ref: oid for ref, oid in here.items() if not ref.startswith("refs/remotes/")}
    assert set(NEW) <= {ref.removeprefix("refs/tags/") for ref in here}
    assert here["refs/remotes/origin/main"] == here["refs/heads/main"]
    assert folder.git("status", "--porcelain=v1", "--branch") == "## main...origin/main"
    assert failures(verified(folder)) == []


def test_its_tags_come_with_the_branch_and_the_registry_tag_alone(folder: Folder, bare: Folder) -> None:
    hook(bare, "pre-receive", 'while read old new ref; do echo "$ref"; done >> log; echo . >> log')

    pushed(folder)

    assert (bare.path / "log").read_text().splitlines() == [
        "refs/heads/main",
        "refs/tags/application/desk@v1.3.0",
        "refs/tags/prompt/greet@v1.3.0",
        ".",
        "refs/tags/v1.3.0",
        ".",
    ]


def test_dry_run_asks_the_remote_and_changes_nothing(folder: Folder, bare: Folder) -> None:
    before = footprint(folder.path), footprint(bare.path)

    ready = planned_push(folder)

    assert ready.report.notes == ("to origin: main and 2 artifact tags in one push, then v1.3.0",)
    assert (footprint(folder.path), footprint(bare.path)) == before
    made = ready.report.plan
    assert pushed(folder).plan == made
    assert made is not None
    assert (folder.path / "plm.lock").read_bytes() == made.lock_bytes


def test_without_push_the_remote_is_not_asked(folder: Folder, bare: Folder) -> None:
    (bare.path / "HEAD").unlink()

    report = attempted_release(folder)

    assert report.done == ("released v1.3.0",)
    assert report.notes == ("not checked: what origin has by now; --push asks it",)
    assert report.next == ("plmctl release --push",)


def test_release_that_is_only_here_is_published_with_nothing_to_plan(folder: Folder, bare: Folder) -> None:
    make_release(folder)
    folder.commit({"prompts/greet.md": "Greet {{name}} slowly.\n"}, "slowly")
    make_release(folder)
    tip = folder.git("rev-parse", "HEAD")
    folder.commit({"README.md": "notes\n"}, "not released")
    hook(bare, "pre-receive", 'while read old new ref; do echo "$ref"; done >> log; echo . >> log')

    report = pushed(folder)

    assert report.done == ("pushed v1.3.0 to origin", "pushed v1.4.0 to origin")
    assert (bare.path / "log").read_text().split() == [
        *("refs/heads/main", "refs/tags/application/desk@v1.3.0", "refs/tags/prompt/greet@v1.3.0", "."),
        *("refs/tags/v1.3.0", "."),
        *("refs/heads/main", "refs/tags/application/desk@v1.4.0", "refs/tags/prompt/greet@v1.4.0", "."),
        *("refs/tags/v1.4.0", "."),
    ]
    assert bare.git("rev-parse", "main") == tip
    assert folder.git("rev-parse", "origin/main") == tip
    assert pushed(folder).done == ()


def test_release_that_is_only_here_goes_before_a_new_one(folder: Folder, bare: Folder) -> None:
    make_release(folder)
    folder.commit({"prompts/greet.md": "Greet {{name}} slowly.\n"}, "slowly")

    ready = planned_push(folder)
    report = pushed(folder)

    assert ready.report.notes == (
        "made here and not yet at origin: v1.3.0; pushed first",
        "to origin: main and 2 artifact tags in one push, then v1.4.0",
    )
    assert report.done == ("pushed v1.3.0 to origin", "released v1.4.0 and pushed it to origin")
    assert refs(bare, "refs/tags") == refs(folder, "refs/tags")


def test_release_that_is_only_here_is_merged_with_what_somebody_pushed(
    folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    other = clone_of(bare, tmp_path / "other")
    other.commit({"notes.txt": "A note.\n"}, "note")
    other.git("push", "-q", "origin", "main")
    make_release(folder)
    commit = folder.git("rev-parse", "HEAD")
    command = "git pull --no-rebase --autostash --tags origin main"
    assert [problem.hint for problem in planned_push(folder).report.problems] == [f"run '{command}' first"]
    folder.git(*command.split()[1:])

    assert pushed(folder).done == ("pushed v1.3.0 to origin",)
    assert bare.git("rev-parse", "main") == folder.git("rev-parse", "HEAD")
    assert bare.git("rev-parse", "v1.3.0^{commit}", "main^1").split() == [commit, commit]


def test_what_is_only_here_and_no_release_is_rebased(folder: Folder, bare: Folder, tmp_path: Path) -> None:
    other = clone_of(bare, tmp_path / "other")
    other.commit({"notes.txt": "A note.\n"}, "note")
    other.git("push", "-q", "origin", "main")
    command = "git pull --rebase --autostash --tags origin main"
    assert [problem.hint for problem in planned_push(folder).report.problems] == [f"run '{command}' first"]
    # What a killed run left in the index is no obstacle.
    folder.write("notes2.txt", "staged")
    folder.git("add", "notes2.txt")
    folder.git(*command.split()[1:])

    assert pushed(folder).done == ("released v1.3.0 and pushed it to origin",)
    assert folder.git("status", "--porcelain") == "A  notes2.txt"


def test_first_release_makes_the_branch_at_an_empty_remote(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    bare = with_remote(folder, tmp_path / "bare.git", is_pushed=False)

    report = pushed(folder)

    assert report.done == tuple(f"pushed {name} to origin" for name in ("v1.0.0", "v1.1.0", "v1.2.0"))
    assert refs(bare, "refs/tags") == refs(folder, "refs/tags")


def test_loser_is_told_who_won_and_keeps_its_clone(folder: Folder, bare: Folder, tmp_path: Path) -> None:
    other = clone_of(bare, tmp_path / "other")
    other.commit({"prompts/greet.md": "Greet {{name}} at once.\n"}, "at once")
    before = (
        footprint(folder.path / "prompts"),
        refs(folder),
        folder.git("ls-files", "-s"),
        folder.git("status"),
    )
    with opened(folder) as repo:
        ready = prepared(repo, planned_push(folder).options)
        pushed(other, run="1" * 32)
        with pytest.raises(LostRace) as caught:
            release(repo, ready)

    tag, commit = bare.git("rev-parse", "v1.3.0", "v1.3.0^{commit}").split()
    assert caught.value.exit_code == 3
    assert caught.value.message == (
        "origin has v1.3.0 already: Carl Committer <carl@example.com> made it on commit "
        f"{commit}, as tag object {tag}"
    )
    assert (
        caught.value.hint == "run 'git pull --rebase --autostash --tags', then 'plmctl release --push' again"
    )
    after = (
        footprint(folder.path / "prompts"),
        refs(folder),
        folder.git("ls-files", "-s"),
        folder.git("status"),
    )
    assert after == before


def test_loser_of_a_race_against_an_ordinary_push_pulls_and_releases(
    folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    other = clone_of(bare, tmp_path / "other")
    tip = other.commit({"README.md": "notes\n"}, "notes")
    before = refs(folder)
    with opened(folder) as repo:
        ready = prepared(repo, planned_push(folder).options)
        other.git("push", "-q")
        with pytest.raises(LostRace) as caught:
            release(repo, ready)
    assert caught.value.message == f"main of origin moved meanwhile: it is {tip}"
    assert refs(folder) == before

    assert problems(pushed(folder)) == [f"1: main is behind main of origin, which is {tip}"]
    folder.git("pull", "-q", "--rebase", "--tags")
    assert pushed(folder).done == ("released v1.3.0 and pushed it to origin",)


@pytest.mark.parametrize("refused", ["refs/heads/main", "refs/tags/prompt/greet@v1.3.0"])
def test_what_the_remote_declines_moves_nothing(refused: str, folder: Folder, bare: Folder) -> None:
    hook(bare, "update", f'[ "$1" != {refused} ] || {{ echo not this one >&2; exit 1; }}')
    before = refs(folder), refs(bare), folder.git("status")

    with pytest.raises(PlmctlError) as caught:
        pushed(folder)

    assert caught.value.message == (
        f"origin took nothing of v1.3.0: {refused}: rejected: hook declined: not this one"
    )
    assert (refs(folder), refs(bare), folder.git("status")) == before


def test_declined_registry_tag_leaves_a_release_to_finish(folder: Folder, bare: Folder) -> None:
    hook(bare, "update", '[ "$1" != refs/tags/v1.3.0 ] || exit 1')
    before = refs(folder)

    with pytest.raises(PlmctlError) as caught:
        pushed(folder)

    assert caught.value.message == (
        "origin has not all of v1.3.0, which is no release before it has: v1.3.0 is missing: "
        "refs/tags/v1.3.0: rejected: hook declined"
    )
    kept = {ref: oid for ref, oid in refs(folder).items() if not ref.startswith("refs/plmctl/")}
    assert kept == before
    assert problems(attempted_release(folder)) == [
        "3: the release v1.3.0 was begun with --push, and origin may have some of it"
    ]
    unhook(bare, "update")
    assert pushed(folder).done == ("released v1.3.0 and pushed it to origin",)
    assert refs(bare, "refs/tags") == refs(folder, "refs/tags")


def test_remote_without_atomic_pushes_is_refused(folder: Folder, bare: Folder) -> None:
    bare.git("config", "receive.advertiseAtomic", "false")
    before = refs(folder), refs(bare)

    with pytest.raises(PlmctlError, match="it cannot take all refs or none"):
        pushed(folder)

    assert (refs(folder), refs(bare)) == before


def test_no_remote_is_told_with_every_other_problem(released: Folder, tmp_path: Path) -> None:
    folder = copied(released, tmp_path / "registry")
    folder.commit(HURRY, "hurry")
    folder.write("prompts/greet.md", "Greet nobody.\n")

    report = pushed(folder)

    assert problems(report) == [
        "3: there is no remote to push to",
        "1: files of the registry are not committed: prompts/greet.md",
    ]


def test_version_that_the_remote_has_is_no_free_one(folder: Folder, bare: Folder) -> None:
    bare.git("tag", "v1.3.0", "main")

    assert problems(pushed(folder)) == ["3: origin has the tag v1.3.0 already"]


def test_another_release_of_that_name_at_the_remote_is_told(
    folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    make_release(folder)
    other = clone_of(bare, tmp_path / "other")
    other.commit({"prompts/greet.md": "Greet {{name}} at once.\n"}, "at once")
    pushed(other, run="1" * 32)
    here, there = folder.git("rev-parse", "v1.3.0"), bare.git("rev-parse", "v1.3.0")

    assert problems(pushed(folder))[1:] == [f"4: origin has another v1.3.0: {there}; here it is {here}"]


@pytest.mark.parametrize("lock", ["refs/heads/main.lock", "HEAD.lock", "refs/tags/v1.3.0.lock"])
def test_a_lock_at_the_remote_is_named_and_the_next_run_finishes(
    lock: str, folder: Folder, bare: Folder
) -> None:
    path = bare.write(lock, "")

    with pytest.raises(PlmctlError, match=f"locked there by another git process: {path}(?m:$)") as caught:
        pushed(folder, run="1" * 32)

    assert "if none runs there any more, have that file deleted there" in (caught.value.hint or "")
    path.unlink()
    begun = refs(folder, "refs/plmctl/pending/")
    assert list(begun) == ["refs/plmctl/pending/v1.3.0"]
    assert pushed(folder, run="2" * 32).done == ("released v1.3.0 and pushed it to origin",)
    assert f"Run: {'1' * 32}" in bare.git("cat-file", "tag", "v1.3.0")
