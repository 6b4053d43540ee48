import subprocess
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.commands import promote
from plmctl.commands.delivery import Delivery, delivered
from plmctl.core.finding import PlmctlError
from plmctl.core.report import Report
from tests.commands.builder import checked_locks, copied, footprint, make_release, opened, problems
from tests.commands.remotes import clone_of
from tests.commands.stages import (
    STAGING,
    delivery,
    made,
    prepared,
    promoted,
    promotion,
    stages,
    version_in,
    way_back,
)
from tests.git.builder import Folder

KIOSK = """\
apiVersion: plmctl/v1
kind: Application
metadata: {name: kiosk}
spec:
  uses: [prompt/bye]
"""
PUSHED = delivery(is_pushed=True)


@pytest.fixture(scope="module")
def history(tmp_path_factory: pytest.TempPathFactory) -> Folder:
    """Two applications and two environments; not to be changed."""
    folder = stages(tmp_path_factory.mktemp("stages") / "shop")
    staging = STAGING + "    kiosk: 1.0.0\n"
    folder.commit({"applications/kiosk.yaml": KIOSK, "environments/staging.yaml": staging}, "kiosk")
    make_release(folder)
    text = (folder.path / "prompts/bye.yaml").read_text().replace("Say goodbye.", "Wave.")
    folder.commit({"prompts/bye.yaml": text}, "wave")
    make_release(folder)
    promoted(folder, "kiosk@1.0.0", "staging")
    return folder


@pytest.fixture
def remote(history: Folder, tmp_path: Path) -> Folder:
    """What both clones push to: a bare repository."""
    history.git("clone", "-q", "--bare", str(history.path), str(tmp_path / "remote.git"))
    return history.at(tmp_path / "remote.git")


@pytest.fixture
def ada(remote: Folder, tmp_path: Path) -> Folder:
    """One clone."""
    return clone_of(remote, tmp_path / "ada")


@pytest.fixture
def bob(remote: Folder, tmp_path: Path) -> Folder:
    """Another one."""
    return clone_of(remote, tmp_path / "bob")


def state(folder: Folder) -> tuple[str, str]:
    """Branches and tags, and what is not committed."""
    return folder.git("for-each-ref", "refs/heads", "refs/tags"), folder.git("status", "--short")


def raced(folder: Folder, written: str, other: Folder, first: promote.PromoteOptions) -> Report:
    """What comes of a promotion that was planned before somebody else pushed theirs."""
    with opened(folder) as repo:
        ready = promote.prepared(repo, promotion(written, "staging", PUSHED))
        assert ready.report.problems == ()
        assert made(other, first).problems == ()
        return delivered(repo, ready)


def hook(remote: Folder, name: str, text: str) -> None:
    path = remote.write(f"hooks/{name}", f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


def test_a_promotion_that_is_pushed_is_at_the_remote_and_here(ada: Folder, remote: Folder) -> None:
    report = made(ada, promotion("desk@1.1.0", "staging", PUSHED))
    head = ada.git("rev-parse", "HEAD")
    assert report.done == ("promoted desk 1.1.0 to staging", f"commit {head[:10]} on main, pushed to origin")
    assert (report.problems, report.next) == ((), ())
    assert remote.git("rev-parse", "main") == head
    assert ada.git("rev-parse", "origin/main") == head
    assert ada.git("status", "--short") == ""


def test_two_promotions_at_the_same_time_both_come_through(ada: Folder, bob: Folder, remote: Folder) -> None:
    before = state(bob)
    report = raced(bob, "desk@1.1.0", ada, promotion("kiosk@1.1.0", "staging", PUSHED))
    assert report.problems == ()
    assert report.notes == (
        "somebody else pushed first: it stands upon their commit, and main here is behind",
    )
    assert report.next == ("git pull --rebase --autostash --tags origin main",)
    assert state(bob) == before
    bob.git("pull", "-q", "--ff-only")
    assert bob.git("log", "-2", "--format=%s") == (
        "Promote desk 1.1.0 to staging\nPromote kiosk 1.1.0 to staging"
    )
    assert (version_in(bob, "staging"), version_in(bob, "staging", "kiosk")) == ("1.1.0", "1.1.0")
    assert bob.git("rev-parse", "HEAD") == remote.git("rev-parse", "main")
    assert checked_locks(bob).findings == ()


def test_the_same_promotion_by_somebody_else_leaves_nothing_to_do(ada: Folder, bob: Folder) -> None:
    report = raced(bob, "desk@1.1.0", ada, promotion("desk@1.1.0", "staging", PUSHED))
    assert (report.notes, report.done) == (("staging runs desk 1.1.0 already",), ())


def test_a_step_from_another_version_than_was_agreed_to_is_not_made(
    ada: Folder, bob: Folder, remote: Folder
) -> None:
    before = state(bob)
    with pytest.raises(PlmctlError) as caught:
        raced(bob, "desk@1.1.0", ada, promotion("desk@1.2.0", "staging", PUSHED))
    assert caught.value.message == "somebody else pushed first: staging of origin runs desk 1.2.0 now"
    assert (caught.value.exit_code, state(bob)) == (3, before)
    assert version_in(remote, "staging") == "1.2.0"


def test_a_hold_that_somebody_set_meanwhile_stops_it(ada: Folder, bob: Folder, remote: Folder) -> None:
    made(ada, promotion("desk@1.2.0", "staging", PUSHED))
    bob.git("pull", "-q")
    before = state(bob)
    with opened(bob) as repo:
        ready = promote.prepared(repo, promotion("desk@1.3.0", "staging", PUSHED))
        made(ada, way_back("staging", how=PUSHED))
        tip = remote.git("rev-parse", "main")
        report = delivered(repo, ready)
    assert problems(report) == ["1: staging holds application/desk: rolled back from 1.2.0 to 1.0.0"]
    assert (state(bob), remote.git("rev-parse", "main")) == (before, tip)


def test_with_commits_of_its_own_a_clone_is_told_to_rebase(ada: Folder, bob: Folder) -> None:
    bob.commit({"notes.txt": "mine"}, "mine")
    before = state(bob)
    with pytest.raises(PlmctlError) as caught:
        raced(bob, "desk@1.1.0", ada, promotion("kiosk@1.1.0", "staging", PUSHED))
    assert caught.value.message == "main of origin moved meanwhile, and nothing was pushed"
    assert (
        caught.value.hint == "run 'git pull --rebase --autostash --tags origin main', then the command again"
    )
    assert (caught.value.exit_code, state(bob)) == (3, before)


def test_a_clone_that_is_behind_is_told_before_anything_is_made(ada: Folder, bob: Folder) -> None:
    made(ada, promotion("kiosk@1.1.0", "staging", PUSHED))
    report = prepared(bob, promotion("desk@1.1.0", "staging", PUSHED)).report
    assert problems(report) == ["1: main is behind origin: it has commits that are not here"]


def test_own_commits_go_along_and_the_plan_says_so(ada: Folder, remote: Folder) -> None:
    ada.commit({"notes.txt": "mine"}, "mine")
    report = made(ada, promotion("desk@1.1.0", "staging", PUSHED))
    assert report.notes == ("origin lacks 1 commit of main: the push takes it along",)
    assert remote.git("log", "-2", "--format=%s", "main") == "Promote desk 1.1.0 to staging\nmine"


def test_a_release_that_the_remote_lacks_comes_first(ada: Folder) -> None:
    ada.commit({"prompts/greet.md": "Greet {{name}} tomorrow.\n"}, "tomorrow")
    make_release(ada)
    report = prepared(ada, promotion("desk", "staging", PUSHED)).report
    assert problems(report) == ["1: origin does not have the release v1.6.0, which the lock is of"]
    assert report.problems[0].hint == "run 'plmctl release --push' first"


def test_what_the_remote_refuses_leaves_the_clone_as_it_was(ada: Folder, remote: Folder) -> None:
    hook(remote, "pre-receive", "echo main takes pull requests only >&2; exit 1")
    before = state(ada)
    with pytest.raises(PlmctlError) as caught:
        made(ada, promotion("desk@1.1.0", "staging", PUSHED))
    assert caught.value.message == (
        "origin refused main: pre-receive hook declined: main takes pull requests only"
    )
    assert caught.value.hint == "if it takes pull requests only, push another branch: --branch NAME --push"
    assert (caught.value.exit_code, state(ada)) == (3, before)


def test_a_remote_that_is_gone_is_one_of_the_problems(ada: Folder, remote: Folder) -> None:
    remote.path.rename(remote.path.with_name("elsewhere.git"))
    report = made(ada, promotion("desk@1.1.0", "production", PUSHED))
    assert [problem.exit_code for problem in report.problems] == [1, 3]
    assert report.problems[1].message.startswith("cannot ask origin")


def test_without_a_remote_there_is_nothing_to_push_to(history: Folder, tmp_path: Path) -> None:
    alone = copied(history, tmp_path / "alone")
    report = made(alone, promotion("desk@1.1.0", "staging", PUSHED))
    assert problems(report) == ["3: there is no remote to push to"]


def test_a_push_whose_answer_is_lost_is_a_success_if_the_remote_has_it(ada: Folder, remote: Folder) -> None:
    hook(remote, "post-receive", "kill -9 $PPID")
    report = made(ada, promotion("desk@1.1.0", "staging", PUSHED))
    assert report.done[0] == "promoted desk 1.1.0 to staging"
    assert remote.git("rev-parse", "main") == ada.git("rev-parse", "main")


def test_what_cannot_be_put_here_after_the_push_is_a_warning(ada: Folder, remote: Folder) -> None:
    with opened(ada) as repo:
        ready = promote.prepared(repo, promotion("desk@1.1.0", "staging", PUSHED))
        ada.write("environments/staging/desk.lock", "mine")
        report = delivered(repo, ready)
    (problem,) = report.problems
    assert (problem.exit_code, problem.message) == (
        0,
        "main here is as it was: environments/staging/desk.lock was changed and not committed",
    )
    assert report.next == ("git pull --rebase --autostash --tags origin main",)
    assert remote.git("log", "-1", "--format=%s", "main") == "Promote desk 1.1.0 to staging"


@pytest.mark.parametrize("how", [delivery(), PUSHED], ids=["here", "pushed"])
def test_a_commit_that_git_cannot_note_whole_is_made_with_a_warning(how: Delivery, ada: Folder) -> None:
    log = ada.path / ".git" / "logs" / "HEAD"
    log.unlink()
    log.symlink_to("/dev/full")

    report = made(ada, promotion("desk@1.1.0", "staging", how))

    (problem,) = report.problems
    assert problem.message == (
        "main has the commit, and Git could not write all that it notes of it: git update-ref failed: "
        "commit: cannot update the ref 'HEAD': unable to append to '.git/logs/HEAD': No space left on device"
    )
    assert (problem.exit_code, problem.hint) == (0, "make room there, then run the command again")
    assert report.done[0] == "promoted desk 1.1.0 to staging"
    assert ada.git("status", "--porcelain") == ""
    assert version_in(ada, "staging") == "1.1.0"


def test_another_branch_is_pushed_for_a_pull_request(ada: Folder, remote: Folder) -> None:
    how = delivery(branch="promote/desk", is_pushed=True)
    before = ada.git("rev-parse", "main")
    report = made(ada, promotion("desk@1.1.0", "staging", how))
    assert report.next == ("open a pull request for promote/desk",)
    again = made(ada, promotion("desk@1.2.0", "staging", how))
    assert again.problems == ()
    assert remote.git("rev-list", "--count", "main..promote/desk") == "2"
    assert (ada.git("rev-parse", "main"), remote.git("rev-parse", "main")) == (before, before)
    assert ada.git("rev-parse", "promote/desk") == remote.git("rev-parse", "promote/desk")


def test_a_bot_that_comes_again_replaces_what_it_promoted_on_a_branch(
    ada: Folder, remote: Folder, tmp_path: Path
) -> None:
    """Each run is in a clone of its own, which has no such branch."""
    how = delivery(branch="bot/desk", is_pushed=True)
    made(ada, promotion("desk@1.1.0", "staging", how))
    again = made(clone_of(remote, tmp_path / "again"), promotion("desk@1.1.0", "staging", how))
    assert again.done == ("bot/desk of origin has it already, by an earlier run",)
    assert again.next == ("open a pull request for bot/desk",)
    ada.commit({"notes.txt": "later"}, "later")
    ada.git("push", "-q", "origin", "main")
    third = clone_of(remote, tmp_path / "third")
    before = footprint(third.path)
    plan = prepared(third, promotion("desk@1.2.0", "staging", how)).report
    assert footprint(third.path) == before

    report = made(third, promotion("desk@1.2.0", "staging", how))

    told = "bot/desk of origin is replaced: an earlier run made it, and nobody changed it"
    assert (plan.problems, report.problems, plan.notes, report.notes) == ((), (), (told,), (told,))
    assert remote.git("log", "--format=%P %s", "main..bot/desk") == (
        f"{remote.git('rev-parse', 'main')} Promote desk 1.2.0 to staging"
    )
    assert third.git("rev-parse", "bot/desk") == remote.git("rev-parse", "bot/desk")


def test_a_promotion_of_something_else_on_a_branch_is_not_replaced(
    ada: Folder, bob: Folder, remote: Folder
) -> None:
    how = delivery(branch="bot", is_pushed=True)
    made(ada, promotion("kiosk@1.1.0", "staging", how))
    tip = remote.git("rev-parse", "bot")

    report = made(bob, promotion("desk@1.1.0", "staging", how))

    told = f"its commit {tip[:10]} (Promote kiosk 1.1.0 to staging) was not made by this command"
    assert problems(report) == [f"1: origin has a branch bot already, and {told}"]
    assert remote.git("rev-parse", "bot") == tip


def test_a_branch_that_is_here_and_behind_is_brought_up_by_its_hint(
    ada: Folder, bob: Folder, remote: Folder
) -> None:
    how = delivery(branch="next", is_pushed=True)
    made(ada, promotion("kiosk@1.1.0", "staging", how))
    bob.git("fetch", "-q")
    bob.git("branch", "-q", "next", "origin/next")
    made(ada, promotion("desk@1.1.0", "staging", how))

    (problem,) = made(bob, promotion("desk@1.2.0", "staging", how)).problems

    hint = "run 'git switch next && git pull --rebase --autostash --tags origin next' first"
    assert (problem.message, problem.hint) == (
        "next is behind origin: it has commits that are not here",
        hint,
    )
    subprocess.run(hint.split("'")[1], shell=True, check=True, cwd=bob.path, env=bob.environment)
    assert made(bob, promotion("desk@1.2.0", "staging", how)).problems == ()
    assert remote.git("rev-list", "--count", "main..next") == "3"


def test_a_rollback_is_pushed_too(ada: Folder, remote: Folder) -> None:
    made(ada, promotion("desk@1.1.0", "staging", PUSHED))
    report = made(ada, way_back("staging", how=PUSHED))
    assert report.problems == ()
    assert remote.git("log", "-1", "--format=%s", "main") == "Roll desk in staging back to 1.0.0"


def test_without_a_push_the_next_step_is_one(ada: Folder) -> None:
    assert made(ada, promotion("desk@1.1.0", "staging")).next == ("git push origin main",)


def test_a_key_that_is_missing_is_told_before_anything_is_made(ada: Folder) -> None:
    ada.git("config", "commit.gpgSign", "true")
    home = {**ada.environment, "HOME": str(ada.path.parent), "GNUPGHOME": str(ada.path.parent / "gnupg")}
    report = made(replace(ada, environment=home), promotion("desk@1.1.0", "staging"))
    (problem,) = report.problems
    assert problem.message.startswith("commits are signed here (commit.gpgSign): ")
    assert ada.git("log", "-1", "--format=%s") == "Promote kiosk 1.0.0 to staging"


def test_a_plan_that_asks_the_remote_writes_nothing_at_all(ada: Folder, remote: Folder) -> None:
    before = footprint(ada.path), footprint(remote.path)
    assert prepared(ada, promotion("desk@1.1.0", "staging", PUSHED)).report.problems == ()
    assert (footprint(ada.path), footprint(remote.path)) == before
