"""What was fetched of registries elsewhere, where it proves that a lock is not what one released."""

from collections.abc import Iterator
from contextlib import suppress

from plmctl.core.configuration import read_settings_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import IntegrityError, PlmctlError
from plmctl.core.lock import MEND, Lock
from plmctl.core.ports import Repo, TagRef
from plmctl.core.trailer import trailers


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradiction:
    """The field of a lock that is wrong, and what proves it."""

    field: str
    detail: str


def contradiction(repo: Repo, lock: Lock) -> Contradiction | None:
    """What is wrong with the release that a lock names, by tags that were fetched before.

    None where nothing here can tell: a release that was never fetched is no proof of anything.
    """
    if lock.source.tag_object is None:
        return None
    fetched = tuple(_fetched(repo))
    # First the tag object, which is the same whatever else was written into the lock.
    for _, tags in fetched:
        for tag in tags:
            if tag.object_id == lock.source.tag_object and tag.name != lock.source.release:
                return _other_release(lock, tag)
    for there, tags in fetched:
        found = _of_registry(lock, tags)
        if found is not None and _is_same(there, tags, lock):
            return found
    return None


def refuse_contradicted(repo: Repo, lock: Lock, name: str) -> None:
    """Raises IntegrityError where something fetched proves that a lock is wrong."""
    wrong = contradiction(repo, lock)
    if wrong is not None:
        raise IntegrityError(f"{name}: {wrong.field}: {wrong.detail}", hint=MEND)


def _fetched(repo: Repo) -> Iterator[tuple[Repo, tuple[TagRef, ...]]]:
    for there in repo.all_fetched():
        # What is damaged there proves nothing here.
        with suppress(PlmctlError):
            yield there, there.tags()


def _other_release(lock: Lock, tag: TagRef) -> Contradiction:
    said = lock.source.release
    if "@" in tag.name:
        detail = f"the lock says {tag.object_id} for {said}, and that is the tag {tag.name}"
        return Contradiction(field="source.tagObject", detail=detail)
    return Contradiction(field="source.release", detail=f"this is the lock of {tag.name}, it says {said}")


def _of_registry(lock: Lock, tags: tuple[TagRef, ...]) -> Contradiction | None:
    """What tags that say the registry's name tell of the release, or of its commit."""
    source, name = lock.source, lock.registry
    known = [t for t in tags if "@" not in t.name and trailers(t.message).get("Registry") == name]
    named = next((tag for tag in known if tag.name == source.release), None)
    if named is not None:
        detail = f"the lock says {source.tag_object}, {named.name} of {name} is {named.object_id}"
        return Contradiction(field="source.tagObject", detail=detail)
    made = next((tag for tag in known if tag.commit == source.commit), None)
    if made is not None:
        detail = f"the lock says {source.release}, and its commit is that of {made.name} of {name}"
        return Contradiction(field="source.release", detail=detail)
    return None


def _is_same(there: Repo, tags: tuple[TagRef, ...], lock: Lock) -> bool:
    """Whether it is the registry of a lock, and no other with its name: it says where it is published."""
    # The tags of a release are on one commit, and the settings there are read once.
    commits = {tag.commit for tag in tags if tag.commit is not None}
    said = {git for commit in commits if (git := _published(there, commit)) is not None}
    return lock.git is None or not said or lock.git in said


def _published(there: Repo, commit: str) -> str | None:
    """Where a registry is published as of a release, None for one that does not say it, or was not read."""
    try:
        tree = there.commit_tree(commit)
        return read_settings_of(tree, tuple(tree.paths())).git
    except PlmctlError:
        return None
