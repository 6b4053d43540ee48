"""What a lock pins, out of a repository's objects: never out of its work tree."""

from collections.abc import Iterator
from contextlib import contextmanager

from plmctl.core.bundle import Bundle, Release
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.lock import LOCK_LIMIT, Lock
from plmctl.core.pinned import Pinned, pinned
from plmctl.core.ports import TagRef
from plmctl.core.tree import Tree, bytes_at
from plmctl.git.repository import Repository

_FETCH = "run 'git fetch --tags' there; 'plmctl verify' says more"


def pinned_in(folder: str, lock: Lock) -> Pinned:
    """What a lock pins, from the repository that a folder belongs to, bare or not. Raises PlmctlError."""
    with _opened(folder, lock) as (_, _, tree):
        return pinned(tree, lock)


def bundle_in(folder: str, lock: Lock, lock_data: bytes) -> Bundle:
    """The same with the release of the lock, whose plm.lock is empty where none is committed."""
    with _opened(folder, lock) as (repo, tag, tree):
        found = pinned(tree, lock)
        state = bytes_at(tree, found.state, limit=LOCK_LIMIT) or b""
        return Bundle(
            lock=lock,
            lock_data=lock_data,
            release=Release(name=tag.name, tag=repo.tag_object(tag.name, tag.object_id).raw, lock=state),
            artifacts=found.texts,
            files=found.files,
        )


@contextmanager
def _opened(folder: str, lock: Lock) -> Iterator[tuple[Repository, TagRef, Tree]]:
    """The repository, the registry tag of a lock, and the tree of its commit."""
    with Repository.discover(folder) as repo:
        tag = _tag(repo, lock)
        if tag.commit is None or lock.source.commit not in (None, tag.commit):
            raise IntegrityError(f"{tag.name} is not of the commit that was locked", hint=_FETCH)
        yield repo, tag, repo.commit_tree(tag.commit)


def _tag(repo: Repository, lock: Lock) -> TagRef:
    """The registry tag of a lock: the object that it names, whatever the tag is now."""
    source = lock.source
    if source.tag_object is not None:
        return repo.tag_of(repo.tag_object(source.release, source.tag_object))
    for tag in repo.tags():
        if tag.name == source.release:
            return tag
    raise PlmctlError(f"the registry tag {source.release} is not in {repo.top}", hint=_FETCH)
