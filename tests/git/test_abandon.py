from collections.abc import Callable

import pytest

from plmctl.core.finding import PlmctlError
from plmctl.core.ports import PendingRelease
from plmctl.git.repository import Repository
from tests.git.builder import WHEN, Folder, Opener
from tests.git.test_transaction import ARTIFACT, LOCK, recorded, state


def published(repository: Repository) -> PendingRelease:
    """A release that was made, and whose record is there again."""
    release = recorded(repository)
    repository.publish(release)
    repository.keep(release, WHEN)
    return release


def test_an_abandoned_release_never_was(committed: Folder, opened: Opener) -> None:
    committed.write("other.yaml", "dirty")
    before = state(committed)
    repository = opened(committed)
    repository.abandon(published(repository), is_rewound=True)
    assert state(committed) == before
    assert not (committed.path / "plm.lock").exists()


def test_an_abandoned_release_leaves_the_file_that_was_there(committed: Folder, opened: Opener) -> None:
    committed.commit({"plm.lock": "old"})
    before = state(committed)
    repository = opened(committed)
    repository.abandon(published(repository), is_rewound=True)
    assert state(committed) == before


@pytest.mark.parametrize("done", range(5))
def test_a_release_can_be_abandoned_at_every_step(done: int, committed: Folder, opened: Opener) -> None:
    before = state(committed)
    repository = opened(committed)
    release = recorded(repository)
    committed.write("lock", LOCK)
    blob = committed.git("hash-object", "-w", "lock")
    (committed.path / "lock").unlink()
    steps: list[Callable[[], object]] = [
        lambda: committed.git("update-index", "--add", "--cacheinfo", f"100644,{blob},plm.lock"),
        lambda: committed.write("plm.lock", LOCK),
        lambda: committed.git("update-ref", f"refs/tags/{ARTIFACT.name}", release.tags[0].object_id),
        lambda: committed.git("update-ref", "refs/heads/main", release.commit),
    ]
    for step in steps[:done]:
        step()
    repository.abandon(repository.pending()[0], is_rewound=True)
    assert state(committed) == before


def test_a_branch_that_is_not_rewound_keeps_the_commit(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = published(repository)
    repository.abandon(release, is_rewound=False)
    assert committed.git("rev-parse", "HEAD") == release.commit
    assert (committed.path / "plm.lock").read_bytes() == LOCK
    assert (committed.git("tag"), committed.git("for-each-ref", "refs/plmctl")) == ("", "")


def test_a_branch_that_went_on_stays(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = published(repository)
    tip = committed.commit({"a.yaml": "a: 2\n"})
    repository.abandon(release, is_rewound=True)
    assert committed.git("rev-parse", "HEAD") == tip
    assert committed.git("tag") == ""


def test_tags_of_others_stay(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = recorded(repository)
    committed.git("tag", "v1.0.0")
    committed.git("tag", ARTIFACT.name)
    repository.abandon(release, is_rewound=True)
    assert committed.git("tag").split("\n") == [ARTIFACT.name, "v1.0.0"]


def test_a_lock_file_that_somebody_edits_keeps_the_release(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    release = published(repository)
    committed.write("plm.lock", "mine")
    before = state(committed)
    with pytest.raises(PlmctlError, match=r"plm\.lock was changed and not committed"):
        repository.abandon(release, is_rewound=True)
    assert state(committed) == before


def test_release_from_another_branch_is_abandoned(committed: Folder, opened: Opener) -> None:
    parent = committed.git("rev-parse", "HEAD")
    repository = opened(committed)
    release = published(repository)
    committed.git("switch", "-q", "-c", "side")
    repository.abandon(release, is_rewound=True)
    assert committed.git("rev-parse", "main") == parent
    assert (committed.path / "plm.lock").read_bytes() == LOCK
    assert committed.git("status", "--short") == ""


def test_a_remote_is_followed_as_its_refspec_says(committed: Folder, opened: Opener) -> None:
    repository = opened(committed)
    tip = committed.git("rev-parse", "HEAD")
    repository.track("origin", "refs/heads/main", tip, WHEN)
    assert committed.git("for-each-ref", "refs/remotes") == ""
    committed.git("remote", "add", "origin", "../nowhere")
    committed.git("config", "--add", "remote.origin.fetch", "refs/next:refs/remotes/origin/next")
    committed.git("config", "--add", "remote.origin.fetch", "refs/pull/1/head")
    for branch in ("refs/heads/main", "refs/heads/main", "refs/next", "refs/pull/1/head"):
        repository.track("origin", branch, tip, WHEN)
    repository.track("origin", "refs/odd", tip, WHEN)
    assert committed.git("for-each-ref", "--format=%(objectname) %(refname)", "refs/remotes") == (
        f"{tip} refs/remotes/origin/main\n{tip} refs/remotes/origin/next"
    )
