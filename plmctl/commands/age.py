"""Whether a lock is of an older release than one that was seen already (hostile.md L08)."""

from collections.abc import Iterator
from functools import cached_property

from plmctl.commands.archive import Archive
from plmctl.commands.provenance import Claim
from plmctl.core.canonical import sha256_of
from plmctl.core.dataclass import dataclass
from plmctl.core.finding import PlmctlError
from plmctl.core.lock import read_lock
from plmctl.core.report import Check, checked, unchecked
from plmctl.core.tag import RegistryTag
from plmctl.core.version import Version


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What was seen: a registry tag, a revision, or the name and bytes of a lock."""

    name: str
    data: bytes | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bound:
    """The commit that no release may be before, and the version of the release that it is, if it is one."""

    said: str
    commit: str
    version: Version | None


class Age:
    """Asks of each lock whether its release is the one that was seen, or descends from it."""

    def __init__(self, archive: Archive, seen: Seen):
        self._archive = archive
        self._seen = seen

    def checks(self, claim: Claim) -> Iterator[Check]:
        """Whether it is as new."""
        try:
            bound = self._bound
        except PlmctlError as error:
            yield unchecked(claim.subject, "age", error.message, is_asked=True)
            return
        good = f"not older than {bound.said}"
        bad = self._older(claim.release, bound)
        yield checked(claim.subject, "age", not bad, good, bad, "source.release")

    def _older(self, release: RegistryTag, bound: _Bound) -> str:
        """That a release is before the bound, or beside it; empty where it is not."""
        if release.commit == bound.commit:
            is_before = bound.version is not None and release.version < bound.version
            return f"{release.name} is older than {bound.said}" if is_before else ""
        # Of a registry that was fetched the tags are here, and of its history nothing else.
        if self._follows(release, bound.commit):
            return ""
        if self._precedes(release, bound.commit):
            return f"{release.name} is older than {bound.said}"
        return f"{release.name} does not descend from {bound.said}"

    def _follows(self, release: RegistryTag, commit: str) -> bool:
        is_link = any(link.commit == commit for link in self._archive.chain(release))
        return is_link or commit in self._archive.ancestors(release.commit)

    def _precedes(self, release: RegistryTag, commit: str) -> bool:
        later = (other for other in self._archive.past.releases if other.commit == commit)
        is_link = any(release in self._archive.chain(other) for other in later)
        return is_link or release.commit in self._archive.ancestors(commit)

    @cached_property
    def _bound(self) -> _Bound:
        seen = self._seen
        if seen.data is not None:
            release = self._of_lock(seen.name, seen.data)
            return _Bound(
                said=f"{release.name} of {seen.name}", commit=release.commit, version=release.version
            )
        found = self._archive.past.by_name.get(seen.name)
        if found is not None:
            return _Bound(said=found.name, commit=found.commit, version=found.version)
        return _Bound(said=seen.name, commit=self._archive.repo.resolve(seen.name), version=None)

    def _of_lock(self, name: str, data: bytes) -> RegistryTag:
        lock = read_lock(name, data)
        found = self._archive.past.by_name.get(lock.source.release)
        if found is None or lock.registry != self._archive.settings.name:
            raise PlmctlError(f"{lock.source.release} of {name} is not here")
        is_it = (
            sha256_of(data) == found.lock if lock.root is None else lock.source.tag_object == found.object_id
        )
        if not is_it:
            raise PlmctlError(f"{name} is not of the {found.name} that is here")
        return found
