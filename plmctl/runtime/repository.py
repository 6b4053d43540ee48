"""What a lock pins, out of a repository's objects: never out of its work tree."""

from dataclasses import dataclass

from plmctl.core.bundle import Release
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.lock import FILE_NAME, LOCK_LIMIT, Lock
from plmctl.core.pinned import Pinned, pinned
from plmctl.core.ports import TagRef
from plmctl.core.registry import read_settings_of
from plmctl.core.tree import Tree, bytes_at
from plmctl.git.repository import Repository

_FETCH = "run 'git fetch --tags' there; 'plmctl verify' says more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contents:
    """What a lock pins, and the release it was read at; its plm.lock is empty where none is committed."""

    pinned: Pinned
    release: Release


def contents_of(folder: str, lock: Lock) -> Contents:
    """What a lock pins, from the repository that a folder belongs to, bare or not. Raises PlmctlError."""
    with Repository.discover(folder) as repo:
        tag = _tag(repo, lock)
        if tag.commit is None or lock.source.commit not in (None, tag.commit):
            raise IntegrityError(f"{tag.name} is not of the commit that was locked", hint=_FETCH)
        tree = repo.commit_tree(tag.commit)
        raw = repo.tag_object(tag.name, tag.object_id).raw
        release = Release(name=tag.name, tag=raw, lock=_released_lock(tree))
        return Contents(pinned=pinned(tree, lock), release=release)


def _tag(repo: Repository, lock: Lock) -> TagRef:
    """The registry tag of a lock: the object that it names, whatever the tag is now."""
    source = lock.source
    if source.tag_object is not None:
        return repo.tag_of(repo.tag_object(source.release, source.tag_object))
    for tag in repo.tags():
        if tag.name == source.release:
            return tag
    raise PlmctlError(f"the registry tag {source.release} is not in {repo.top}", hint=_FETCH)


def _released_lock(tree: Tree) -> bytes:
    settings = read_settings_of(tree, tuple(tree.paths()))
    return bytes_at(tree, settings.at(FILE_NAME), limit=LOCK_LIMIT) or b""
