import re
import shlex

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import PendingRelease
from plmctl.git.repository import Repository
from tests.git.builder import WHEN, Folder, Opener
from tests.git.test_transaction import ARTIFACT, LOCK, draft, recorded

ANEW = "run 'plmctl release' again to plan anew"


def hint(repository: Repository, release: PendingRelease) -> str:
    """What the refused release advises; its record is kept."""
    with pytest.raises(PlmctlError) as caught:
        repository.publish(release)
    assert repository.pending() == (release,)
    return str(caught.value.hint)


def follow(folder: Folder, advice: str, way: str) -> None:
    """Run the Git commands of one of the ways out, as they stand there."""
    part = next(part for part in advice.split("; ") if part.startswith(way))
    for line in re.findall(r"'(git .*?)'(?=,|$)", part):
        words = shlex.split(line)[1:]
        folder.git(*words, *(["-m", "undo"] if words == ["commit"] else []))


def artifact_tag_made(folder: Folder, release: PendingRelease) -> None:
    folder.git("update-ref", f"refs/tags/{ARTIFACT.name}", release.tags[0].object_id)


def put_by_a_killed_run(folder: Folder, files: dict[str, bytes]) -> None:
    for path, content in files.items():
        folder.write(path, content)
        folder.git("add", path)


def test_a_release_that_exists_is_done_whatever_its_branch_did(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    kept = committed.git("rev-parse", release.ref)
    repository.publish(release)
    committed.git("update-ref", release.ref, kept)
    committed.git("reset", "-q", "--hard", release.parent)
    tip = committed.commit({"a.yaml": "a: 2\n"})
    before = committed.git("for-each-ref", "refs/heads", "refs/tags")
    repository.publish(repository.pending()[0])
    assert repository.pending() == ()
    assert committed.git("for-each-ref", "refs/heads", "refs/tags") == before
    assert committed.git("rev-parse", "main") == tip


def test_a_branch_that_moved_is_merged_to_finish(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    artifact_tag_made(committed, release)
    committed.commit({"a.yaml": "a: 2\n"})
    advice = hint(repository, release)
    assert advice == (
        f"to finish it, run 'git merge {release.commit}', then 'plmctl release'; "
        f"to give it up, run 'git tag -d {ARTIFACT.name}', 'git update-ref -d {release.ref}'"
    )
    follow(committed, advice, "to finish it")
    repository.publish(release)
    assert committed.git("tag", "--list").split("\n") == [ARTIFACT.name, "v1.0.0"]
    assert (committed.path / "plm.lock").read_bytes() == LOCK
    assert committed.git("status", "--short") == ""


def test_a_branch_that_moved_is_left_to_give_up(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    artifact_tag_made(committed, release)
    committed.commit({"a.yaml": "a: 2\n"})
    follow(committed, hint(repository, release), "to give it up")
    assert (repository.pending(), repository.tags()) == ((), ())
    repository.publish(recorded(repository))
    assert [tag.name for tag in repository.tags()] == [ARTIFACT.name, "v1.0.0"]


def test_a_branch_that_is_not_checked_out_is_switched_to(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    artifact_tag_made(committed, release)
    committed.commit({"a.yaml": "a: 2\n"})
    committed.git("switch", "-q", "-c", "side")
    advice = hint(repository, release)
    assert advice.startswith(f"to finish it, run 'git switch main', 'git merge {release.commit}', then")
    follow(committed, advice, "to finish it")
    repository.publish(release)
    assert repository.pending() == ()


def test_a_branch_that_is_gone_is_made_again(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    artifact_tag_made(committed, release)
    committed.git("branch", "-m", "main", "trunk")
    advice = hint(repository, release)
    assert advice.startswith(f"to finish it, run 'git branch main {release.commit}', then 'plmctl release'")
    follow(committed, advice, "to finish it")
    repository.publish(release)
    assert committed.git("rev-parse", "main") == release.commit


def test_a_record_without_a_branch_and_without_a_commit_is_forgotten(
    committed: Folder, opened: Opener
) -> None:
    repository = opened(committed)
    release = recorded(repository)
    committed.git("switch", "-q", "--orphan", "new")
    committed.git("branch", "-q", "-D", "main")
    with pytest.raises(PlmctlError) as caught:
        repository.publish(release)
    assert (caught.value.hint, repository.pending()) == (ANEW, ())


@pytest.mark.parametrize("way", ["to finish it", "to give it up"])
def test_files_of_a_killed_release_that_were_committed_have_a_way_out(
    way: str, committed: Folder, opened: Opener
) -> None:
    parent = committed.commit({"plm.lock": "old"})
    repository = opened(committed)
    files = {"plm.lock": LOCK, "prompts/new.lock": LOCK}
    release = draft(repository.transaction(WHEN), files)
    put_by_a_killed_run(committed, files)
    committed.commit({"a.yaml": "a: 2\n"})
    advice = hint(repository, release)
    assert advice == (
        f"to finish it, run 'git merge {release.commit}', then 'plmctl release'; to give it up, "
        f"run 'git checkout {parent} -- plm.lock', 'git rm prompts/new.lock', 'git commit', "
        f"'git update-ref -d {release.ref}'"
    )
    follow(committed, advice, way)
    if way == "to finish it":
        repository.publish(release)
        assert [tag.name for tag in repository.tags()] == [ARTIFACT.name, "v1.0.0"]
        assert (committed.path / "plm.lock").read_bytes() == LOCK
    else:
        assert (committed.path / "plm.lock").read_bytes() == b"old"
        assert not (committed.path / "prompts" / "new.lock").exists()
    assert (repository.pending(), committed.git("status", "--short")) == ((), "")


def test_a_lock_taken_back_by_hand_lets_the_next_release_plan_anew(committed: Folder, opened: Opener) -> None:
    parent = committed.commit({"plm.lock": "old"})
    repository = opened(committed)
    release = recorded(repository)
    put_by_a_killed_run(committed, {"plm.lock": LOCK})
    committed.commit({})
    hint(repository, release)
    committed.git("checkout", parent, "--", "plm.lock")
    committed.commit({})
    with pytest.raises(PlmctlError) as caught:
        repository.publish(release)
    assert (caught.value.hint, repository.pending()) == (ANEW, ())


def test_a_tag_that_is_taken_after_another_was_made_is_given_up(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    artifact_tag_made(committed, release)
    committed.git("tag", "-a", "-m", "someone else", "v1.0.0")
    advice = hint(repository, release)
    assert advice == (f"to give it up, run 'git tag -d {ARTIFACT.name}', 'git update-ref -d {release.ref}'")
    follow(committed, advice, "to give it up")
    assert repository.pending() == ()
    assert [tag.name for tag in repository.tags()] == ["v1.0.0"]
