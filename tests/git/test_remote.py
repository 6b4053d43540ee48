import stat
from dataclasses import replace
from pathlib import Path

import pytest

from plmctl.core.ports import RefPush
from plmctl.git.remote import Remote
from plmctl.git.repository import Repository
from tests.git.builder import Folder, Opener

MAIN = "refs/heads/main"
TAG = "refs/tags/v1.0.0"


@pytest.fixture
def bare(committed: Folder, tmp_path: Path) -> Folder:
    """An empty bare repository, which is the `origin` of the committed one."""
    path = tmp_path / "bare.git"
    committed.git("init", "-q", "--bare", "-b", "main", str(path))
    committed.git("remote", "add", "origin", str(path))
    return committed.at(path)


def origin(repository: Repository, patience: float = 60) -> Remote:
    remote = repository.remote("main")
    assert remote is not None
    return replace(remote, connection=replace(remote.connection, patience=patience))


def hook(bare: Folder, name: str, script: str) -> None:
    path = bare.write(f"hooks/{name}", f"#!/bin/sh\n{script}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)


def created(repository: Repository) -> list[RefPush]:
    commit = repository.resolve("HEAD")
    return [RefPush(ref=ref, old=None, new=commit) for ref in (MAIN, TAG)]


def test_a_push_creates_moves_and_deletes_refs(committed: Folder, bare: Folder, opened: Opener) -> None:
    repository = opened(committed)
    first = repository.resolve("HEAD")
    remote = origin(repository)
    assert (remote.name, remote.refs()) == ("origin", {})
    assert remote.push(created(repository)) == {MAIN: "created", TAG: "created"}
    assert remote.refs() == {MAIN: first, TAG: first}
    second = committed.commit({"a.yaml": "a: 2\n"})
    updates = [RefPush(ref=MAIN, old=first, new=second), RefPush(ref=TAG, old=first, new=None)]
    assert remote.push(updates) == {MAIN: "fast-forward", TAG: "deleted"}
    assert remote.push(updates[:1]) == {MAIN: "up to date"}
    assert remote.push([RefPush(ref=MAIN, old=second, new=first)]) == {MAIN: "forced"}
    assert remote.refs("refs/heads/*") == {MAIN: first}


def test_a_ref_that_is_not_what_was_expected_keeps_all_from_moving(
    committed: Folder, bare: Folder, opened: Opener
) -> None:
    repository = opened(committed)
    remote = origin(repository)
    remote.push(created(repository)[1:])
    second = committed.commit({"a.yaml": "a: 2\n"})
    updates = [RefPush(ref=MAIN, old=None, new=second), RefPush(ref=TAG, old=None, new=second)]
    assert remote.push(updates) == {MAIN: "rejected: atomic push failed", TAG: "rejected: stale info"}
    assert list(remote.refs()) == [TAG]
