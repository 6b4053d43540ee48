import pytest

from plmctl.core.finding import PlmctlError
from plmctl.git.process import Git
from plmctl.git.update import RefUpdate, prepared_updates, update_refs
from tests.git.builder import PERSON, Folder


def move(folder: Folder, *updates: RefUpdate) -> None:
    git = Git.installed(str(folder.path), folder.environment)
    update_refs(git, updates, why="test", variables=PERSON)


def test_all_refs_move_or_none(committed: Folder) -> None:
    first = committed.git("rev-parse", "HEAD")
    second = committed.commit({"a.yaml": "a: 2\n"})
    new = RefUpdate(ref="refs/tags/new", old=None, new=second)
    with pytest.raises(PlmctlError) as caught:
        move(committed, new, RefUpdate(ref="refs/heads/main", old=first, new=second))
    assert caught.value.message == "refs/heads/main was moved meanwhile"
    assert committed.git("tag", "--list") == ""
    move(committed, new, RefUpdate(ref="refs/heads/main", old=second, new=first))
    assert committed.git("rev-parse", "main", "new") == f"{first}\n{second}"
    move(committed, RefUpdate(ref="refs/tags/new", old=second, new=None))
    assert committed.git("tag", "--list") == ""


@pytest.mark.parametrize("new", ["HEAD", None])
def test_a_ref_that_is_gone_was_moved(new: str | None, committed: Folder) -> None:
    commit = committed.git("rev-parse", "HEAD")
    with pytest.raises(PlmctlError, match="refs/tags/gone was moved meanwhile"):
        move(committed, RefUpdate(ref="refs/tags/gone", old=commit, new=new and commit))


def test_refs_are_held_while_the_body_runs_and_free_after_an_error(committed: Folder) -> None:
    commit = committed.git("rev-parse", "HEAD")
    git = Git.installed(str(committed.path), committed.environment)

    def fail() -> None:
        updates = [RefUpdate(ref="refs/tags/new", old=None, new=commit)]
        with prepared_updates(git, updates, why="test", variables=PERSON):
            committed.git("update-ref", "refs/tags/new", commit, code=128)
            raise ValueError("stop")

    with pytest.raises(ValueError, match="stop"):
        fail()
    committed.git("update-ref", "refs/tags/new", commit)
