"""The nights that a lock says of floating data, against the pointers that commits have."""

from collections.abc import Iterator

from plmctl.commands.archive import Archive
from plmctl.commands.nightly import pointer_at
from plmctl.commands.provenance import Claim
from plmctl.commands.releases import commit_with
from plmctl.core.finding import PlmctlError
from plmctl.core.floating import floating_in, is_night_of
from plmctl.core.lock import DataEntry, Lock, lock_path, serialised
from plmctl.core.pointer import BrokenPointer
from plmctl.core.report import Check, checked, failed, unchecked
from plmctl.core.tag import RegistryTag


def night_checks(archive: Archive, name: str, lock: Lock, release: RegistryTag) -> Iterator[Check]:
    """Whether the pointers that are named say what a lock does of its floating data."""
    for manifest in floating_in(lock, archive.now_at(release.commit).registry):
        for entry in lock.artifacts[manifest.id].data:
            commit = entry.commit or _commit_beside(archive, lock)
            yield _checked(archive, name, manifest.id, entry, commit)


def pointer_commit(archive: Archive, claim: Claim, artifact: str, entry: DataEntry) -> str:
    """The commit that the pointer of data stands in: of what does not float, that of the release."""
    manifest = archive.now_at(claim.release.commit).registry.manifests.get(artifact)
    if entry.commit is None and manifest is not None and manifest.is_floating:
        return _commit_beside(archive, claim.lock) or claim.release.commit
    return entry.commit or claim.release.commit


def _checked(archive: Archive, name: str, artifact: str, entry: DataEntry, commit: str | None) -> Check:
    if commit is None:
        return unchecked(name, "night", f"{artifact}: no commit has this lock, and its data beside it")
    try:
        pointer = pointer_at(archive.repo.commit_tree(archive.repo.resolve(commit)), entry.path, entry.out)
    except PlmctlError:
        return unchecked(name, "night", f"{artifact}: the commit {commit} of its pointer is not here")
    if pointer is None or isinstance(pointer, BrokenPointer):
        return failed(name, "night", f"{commit} has no such pointer", artifact=artifact, field="data")
    said, there = f"the lock says {entry.md5}", f"{entry.path} at {commit} has {pointer.md5}"
    is_same = is_night_of(entry, pointer)
    bad = f"{artifact}: {said}, {there}" if entry.md5 != pointer.md5 else f"{artifact}: size or nfiles differ"
    return checked(name, "night", is_same, f"{artifact}: {entry.path} at {commit[:10]}", bad, "data")


def _commit_beside(archive: Archive, lock: Lock) -> str | None:
    """The commit that has a lock in its environment, and so the pointers that it names no commit of."""
    head = archive.head
    if head is None or archive.is_fetched or lock.environment is None or lock.root is None:
        return None
    application = lock.root.removeprefix("application/")
    path = lock_path(archive.settings, lock.environment, application, lock.arm)
    return commit_with(archive.repo, head, path, serialised(lock))
