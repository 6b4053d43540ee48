"""release --prepare: its files go into a pull request, and its tags are made once it is merged."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.cli.releasing import refuse_halves
from plmctl.commands.release import prepared, release
from plmctl.core.finding import PlmctlError, UsageError
from plmctl.core.report import Report
from tests.commands.builder import (
    SETTINGS,
    attempted_release,
    failures,
    footprint,
    make_release,
    opened,
    options,
    plmctl,
    problems,
    shop,
    verified,
)
from tests.commands.remotes import HURRY, clone_of, copied_with_remote, hook, pushed, refs, with_remote
from tests.git.builder import Folder

KEEPS = f"{SETTINGS}spec:\n  git: https://github.com/acme/shop.git\n  release:\n    changelog: CHANGELOG.md\n"
NEW = {"application/desk@v1.1.0", "prompt/greet@v1.1.0", "v1.1.0"}


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """A registry that was released once and keeps a changelog, and its remote beside it. Copy both."""
    path = tmp_path_factory.mktemp("prepared")
    folder = shop(path / "shop")
    folder.commit({"plmctl.yaml": KEEPS}, "keep a changelog")
    make_release(folder)
    with_remote(folder, path / "bare.git")
    folder.commit(HURRY, "hurry")
    folder.git("push", "-q", "origin", "main")
    return folder


@pytest.fixture
def folder(published: Folder, tmp_path: Path) -> Folder:
    """A copy of it, with an unreleased change."""
    return copied_with_remote(published, tmp_path / "shop")


@pytest.fixture
def bare(folder: Folder) -> Folder:
    """The remote of it."""
    return folder.at(folder.path.parent / "bare.git")


def prepared_release(
    folder: Folder, branch: str | None = None, *, artifacts: tuple[str, ...] = (), pre: str | None = None
) -> Report:
    """What came of `release --prepare`, in the work tree or on a branch of the remote."""
    wanted = replace(options(*artifacts), pre=pre, is_preparing=True)
    wanted = replace(wanted, branch=branch, is_pushed=branch is not None)
    with opened(folder) as repo:
        return release(repo, prepared(repo, wanted))


def tags_of(folder: Folder) -> set[str]:
    """The tags that the first release did not make."""
    return set(folder.git("tag", "--list", "*v1.1.0*").split())


def test_files_of_the_release_are_staged_and_nothing_is_tagged(folder: Folder) -> None:
    before = refs(folder)

    report = prepared_release(folder)

    assert report.done == ("staged CHANGELOG.md", "staged plm.lock")
    assert report.next == ("git commit -m 'Prepare v1.1.0'",)
    assert report.notes[-1] == (
        "v1.1.0 is no release before it is merged and 'plmctl release --push' has tagged it"
    )
    assert folder.git("status", "--porcelain").splitlines() == ["M  CHANGELOG.md", "M  plm.lock"]
    assert '"release": "v1.1.0"' in (folder.path / "plm.lock").read_text()
    assert refs(folder) == before


def merge_commit(folder: Folder) -> None:
    """As a forge merges a pull request."""
    folder.git("merge", "-q", "--no-ff", "-m", "Merge pull request", "next")


def squash(folder: Folder) -> None:
    """As one commit."""
    folder.git("merge", "-q", "--squash", "next")
    folder.git("commit", "-q", "-m", "Prepare v1.1.0 (#1)")


def rebase(folder: Folder) -> None:
    """Commit by commit, upon what main became meanwhile."""
    folder.git("cherry-pick", "main..next")


@pytest.mark.parametrize("merge", [merge_commit, squash, rebase])
def test_prepared_release_is_tagged_where_it_was_merged(folder: Folder, bare: Folder, merge: object) -> None:
    folder.git("switch", "-q", "-c", "next")
    prepared_release(folder)
    folder.commit({}, "prepare")
    folder.git("switch", "-q", "main")
    folder.commit({"README.md": "Ours.\n"}, "meanwhile")
    assert callable(merge)
    merge(folder)
    merged = folder.git("rev-parse", "HEAD")
    folder.commit({"README.md": "Ours again.\n"}, "later")
    folder.git("push", "-q", "origin", "main")

    report = pushed(folder)

    assert (report.problems, report.done) == ((), ("released v1.1.0 and pushed it to origin",))
    assert tags_of(folder) == tags_of(bare) == NEW
    assert folder.git("rev-parse", "v1.1.0^{commit}") == merged
    assert folder.git("log", "-1", "--format=%s") == "later"
    assert failures(verified(folder, "plm.lock", "v1.1.0")) == []
    assert pushed(folder).plan is not None
    assert tags_of(folder) == NEW


def test_prepared_release_is_tagged_without_a_remote_too(folder: Folder) -> None:
    folder.git("remote", "remove", "origin")
    prepared_release(folder)
    head = folder.commit({}, "prepare")

    report = attempted_release(folder)

    assert (report.problems, report.done) == ((), ("released v1.1.0",))
    assert folder.git("rev-parse", "v1.1.0^{commit}", "HEAD").split() == [head, head]


def test_preparation_that_is_no_longer_true_is_refused(folder: Folder) -> None:
    folder.git("switch", "-q", "-c", "next")
    prepared_release(folder)
    folder.commit({}, "prepare")
    folder.git("switch", "-q", "main")
    folder.commit({"prompts/greet.md": "Greet {{name}} at once.\n"}, "meanwhile")
    merge_commit(folder)
    folder.git("push", "-q", "origin", "main")
    merged = folder.git("rev-parse", "HEAD")

    report = pushed(folder)

    assert problems(report) == [f"1: plm.lock at {merged} is not what a release of v1.1.0 locks there"]
    assert tags_of(folder) == set()


@pytest.mark.parametrize(
    ("artifacts", "pre", "tag"),
    [((), "rc", "v1.1.0-rc.1"), (("prompt/greet",), None, "v1.1.0")],
    ids=["pre-release", "selected"],
)
def test_what_was_asked_when_it_was_prepared_is_what_is_released(
    folder: Folder, artifacts: tuple[str, ...], pre: str | None, tag: str
) -> None:
    prepared_release(folder, artifacts=artifacts, pre=pre)
    folder.commit({}, "prepare")
    folder.git("push", "-q", "origin", "main")

    assert pushed(folder).done == (f"released {tag} and pushed it to origin",)
    assert ("application/desk@v1.1.0" in tags_of(folder)) is False


def test_preparing_again_after_a_change_plans_anew(folder: Folder) -> None:
    folder.git("remote", "remove", "origin")
    prepared_release(folder)
    folder.commit({}, "prepare")
    folder.commit({"prompts/bye.yaml": (folder.path / "prompts/bye.yaml").read_text() + "# later\n"}, "more")
    folder.commit({"prompts/greet.md": "Greet {{name}} at once.\n"}, "at once")

    assert prepared_release(folder).done == ("staged CHANGELOG.md", "staged plm.lock")
    folder.commit({}, "prepare again")
    assert attempted_release(folder).done == ("released v1.1.0",)


def test_branch_of_the_remote_gets_a_commit_and_nothing_here_moves(folder: Folder, bare: Folder) -> None:
    before, head = refs(folder), folder.git("rev-parse", "HEAD")

    report = prepared_release(folder, "release-next")

    assert report.done == ("prepared v1.1.0 on release-next of origin",)
    assert report.next == ("https://github.com/acme/shop/compare/release-next?expand=1",)
    assert (refs(folder), folder.git("status", "--porcelain")) == (before, "")
    assert bare.git("log", "--format=%P %s", "-1", "release-next") == f"{head} Prepare v1.1.0"
    assert bare.git("diff", "--name-only", "main", "release-next").split() == ["CHANGELOG.md", "plm.lock"]


def test_branch_that_was_prepared_is_merged_and_released_elsewhere(
    folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    prepared_release(folder, "release-next")
    other = clone_of(bare, tmp_path / "other")
    other.git("merge", "-q", "--no-ff", "-m", "Merge pull request", "origin/release-next")
    other.git("push", "-q", "origin", "main")

    assert pushed(other).done == ("released v1.1.0 and pushed it to origin",)


def test_same_preparation_again_changes_nothing(folder: Folder, bare: Folder) -> None:
    prepared_release(folder, "release-next")
    before = footprint(bare.path)

    report = prepared_release(folder, "release-next")

    assert report.done == ("v1.1.0 on release-next of origin is prepared already",)
    assert report.problems == ()
    assert footprint(bare.path) == before


def test_bot_that_comes_again_replaces_what_it_prepared(folder: Folder, bare: Folder, tmp_path: Path) -> None:
    prepared_release(clone_of(bare, tmp_path / "first"), "release/next")
    head = folder.commit({"prompts/greet.md": "Greet {{name}} at once.\n"}, "at once")
    folder.git("push", "-q", "origin", "main")
    bot = clone_of(bare, tmp_path / "second")
    before = footprint(bot.path)
    with opened(bot) as repo:
        wanted = replace(options(), is_preparing=True, branch="release/next", is_pushed=True)
        plan = prepared(repo, wanted).report
    assert footprint(bot.path) == before

    report = prepared_release(bot, "release/next")

    told = "0: release/next of origin is replaced: Prepare v1.1.0, by an earlier run"
    assert (problems(plan), problems(report)) == ([told], [told])
    assert report.done == ("prepared v1.1.0 on release/next of origin",)
    assert bare.git("log", "--format=%P %s", "main..release/next") == f"{head} Prepare v1.1.0"
    assert refs(bot, "refs/heads") == {"refs/heads/main": head}
    bot.git("fetch", "-q")
    bot.git("merge", "-q", "--ff-only", "origin/release/next")
    bot.git("push", "-q", "origin", "main")
    assert pushed(bot).done == ("released v1.1.0 and pushed it to origin",)


def added(folder: Folder) -> str:
    """A commit of somebody's upon what was prepared."""
    folder.commit({"README.md": "Mine.\n"}, "mine")
    return "2 commits of it are not here: only one that this command made is replaced"


def amended(folder: Folder) -> str:
    """Somebody's words in the changelog."""
    text = (folder.path / "CHANGELOG.md").read_text(encoding="utf-8")
    folder.write("CHANGELOG.md", f"{text}\nMine.\n")
    folder.git("commit", "-q", "-a", "--amend", "--no-edit")
    return f"its commit {folder.git('rev-parse', 'HEAD')[:10]} (Prepare v1.1.0) was changed after it was made"


def enlarged(folder: Folder) -> str:
    """Somebody's file beside those that were prepared."""
    folder.write("README.md", "Mine.\n")
    folder.git("add", "README.md")
    folder.git("commit", "-q", "--amend", "--no-edit")
    return f"its commit {folder.git('rev-parse', 'HEAD')[:10]} (Prepare v1.1.0) was changed after it was made"


def foreign(folder: Folder) -> str:
    """A branch of that name with something else."""
    folder.git("reset", "-q", "--hard", "HEAD^")
    commit = folder.commit({"README.md": "Mine.\n"}, "mine")
    return f"its commit {commit[:10]} (mine) was not made by this command"


@pytest.mark.parametrize("change", [added, amended, enlarged, foreign])
def test_branch_that_somebody_changed_is_not_replaced(
    change: Callable[[Folder], str], folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    prepared_release(folder, "release-next")
    other = clone_of(bare, tmp_path / "other")
    other.git("switch", "-q", "release-next")
    why = change(other)
    other.git("push", "-q", "--force", "origin", "release-next")
    before = footprint(folder.path), refs(bare)

    report = prepared_release(folder, "release-next")

    assert problems(report) == [f"1: origin has a branch release-next already, and {why}"]
    assert report.problems[0].hint == (
        "give another name, or delete it with 'git push origin --delete release-next'"
    )
    assert (footprint(folder.path), refs(bare)) == before


def test_branch_that_somebody_changes_after_the_plan_is_not_replaced(
    folder: Folder, bare: Folder, tmp_path: Path
) -> None:
    prepared_release(folder, "release-next")
    folder.commit({"prompts/greet.md": "Greet {{name}} at once.\n"}, "at once")
    folder.git("push", "-q", "origin", "main")
    with opened(folder) as repo:
        wanted = replace(options(), is_preparing=True, branch="release-next", is_pushed=True)
        ready = prepared(repo, wanted)
        other = clone_of(bare, tmp_path / "other")
        other.git("switch", "-q", "release-next")
        added(other)
        other.git("push", "-q", "origin", "release-next")
        before = refs(bare)
        with pytest.raises(PlmctlError, match="2 commits of it are not here"):
            release(repo, ready)
    assert refs(bare) == before


def test_branch_of_releases_is_no_branch_for_a_pull_request(folder: Folder) -> None:
    assert problems(prepared_release(folder, "main")) == [
        "2: main is a branch of releases: a pull request comes from another"
    ]


def test_branch_that_the_remote_refuses_is_said(folder: Folder, bare: Folder) -> None:
    hook(bare, "update", "echo no; exit 1")

    with pytest.raises(PlmctlError) as refused:
        prepared_release(folder, "release-next")

    assert refused.value.message.startswith("origin refused release-next: ")
    assert "refs/heads/release-next" not in refs(bare)


def test_release_that_was_begun_comes_first(folder: Folder) -> None:
    folder.git("remote", "remove", "origin")
    stop = folder.write(".git/refs/tags/v1.1.0.lock", "")
    with pytest.raises(PlmctlError):
        attempted_release(folder)
    stop.unlink()

    with pytest.raises(PlmctlError) as refused:
        prepared_release(folder)

    assert refused.value.message == "the release v1.1.0 was begun and not finished"


def test_tags_alone_have_nothing_to_prepare(folder: Folder) -> None:
    folder.commit({"plmctl.yaml": f"{SETTINGS}spec:\n  release:\n    commit: false\n"}, "tags alone")

    with pytest.raises(UsageError) as refused:
        prepared_release(folder)

    assert refused.value.message == "release.commit is false in plmctl.yaml: there is no lock to be merged"


@pytest.mark.parametrize(
    ("is_preparing", "is_pushed", "branch", "hint"),
    [
        (False, True, "next", "write 'plmctl release --prepare --branch next --push'"),
        (True, False, "next", "write 'plmctl release --prepare --branch next --push'"),
        (True, True, None, "write 'plmctl release --prepare --branch NAME --push'"),
    ],
)
def test_options_that_go_together_are_asked_for(
    *, is_preparing: bool, is_pushed: bool, branch: str | None, hint: str
) -> None:
    with pytest.raises(UsageError) as refused:
        refuse_halves(is_preparing=is_preparing, is_pushed=is_pushed, branch=branch)

    assert refused.value.hint == hint


@pytest.mark.slow
def test_preparing_asks_only_before_it_pushes(folder: Folder) -> None:
    assert "a release asks before it begins" in (
        plmctl(folder, "release", "--prepare", "--branch", "next", "--push", code=2).stderr
    )
    done = plmctl(folder, "release", "--prepare")
    assert "staged plm.lock" in done.stdout
    assert "next: git commit -m 'Prepare v1.1.0'" in done.stderr
