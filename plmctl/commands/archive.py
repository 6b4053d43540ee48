"""What a registry's Git has of its releases: tags, commits, and what was there at each, read once."""

from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from functools import cache, cached_property

from plmctl.commands.loading import Around, Loading
from plmctl.commands.releases import Releases, lock_bytes
from plmctl.core.canonical import sha256_of
from plmctl.core.finding import IntegrityError
from plmctl.core.lock import FILE_NAME, Lock
from plmctl.core.locking import Now, Wanted
from plmctl.core.ports import Repo
from plmctl.core.ref import BRANCHES, REMOTES
from plmctl.core.registry import Registry
from plmctl.core.tag import ArtifactTag, History, RegistryTag, tag_name
from plmctl.core.version import Version


class Archive:
    """One registry with its history: many locks are of one release, whose history is walked once.

    `is_fetched` says that it is what was fetched of one elsewhere: releases, and no branch.
    """

    def __init__(
        self, repo: Repo, around: Around, loading: Loading | None = None, *, is_fetched: bool = False
    ):
        self.repo = repo
        self.is_fetched = is_fetched
        self._around = around
        self.settings = around.settings
        self.path = around.settings.at(FILE_NAME)
        self.ancestors = cache(repo.ancestors)
        self._releases = Releases(repo, around, loading=loading)
        self._chains: dict[str, tuple[RegistryTag, ...]] = {}
        self._last: dict[str, RegistryTag | None] = {}
        self._closures: dict[tuple[str, tuple[object, ...]], Lock] = {}

    @property
    def registry(self) -> Registry:
        """The registry as it is worked on, read where it is asked for."""
        return self._around.registry

    @property
    def past(self) -> History:
        """What the tags say."""
        return self._releases.past

    @cached_property
    def head(self) -> str | None:
        """The commit that is checked out, None before the first."""
        return self.repo.head().commit

    @cached_property
    def commits(self) -> frozenset[str] | None:
        """The commits that releases may be on; None where no branch of releases is here."""
        return _commits_on(self.settings.branches, self.repo.branch_tips(), self.ancestors)

    @cached_property
    def releases(self) -> Mapping[str, RegistryTag]:
        """The registry releases by the id of their tag object."""
        return {release.object_id: release for release in self.past.releases}

    @cached_property
    def cut_off(self) -> tuple[RegistryTag, ...]:
        """The releases that follow a tag object which no registry tag is."""
        return tuple(r for r in self.past.releases if r.previous and r.previous not in self.releases)

    def chain(self, release: RegistryTag) -> tuple[RegistryTag, ...]:
        """A release and all that it follows, back to the first; shorter where the chain is broken."""
        known = self._chains.get(release.object_id)
        if known is None:
            links = [release]
            while (earlier := self.releases.get(links[-1].previous or "")) is not None:
                links.append(earlier)
            known = self._chains[release.object_id] = tuple(links)
        return known

    def last_release(self, release: RegistryTag) -> RegistryTag | None:
        """The release that one is to follow, by the commits that it descends from."""
        if release.object_id not in self._last:
            self._last[release.object_id] = self.past.last_release(self.ancestors(release.commit), release)
        return self._last[release.object_id]

    @cached_property
    def _by_version(self) -> Mapping[tuple[str, Version], ArtifactTag]:
        return {(tag.artifact, tag.version): tag for tag in self.past.confirmed}

    def version(self, artifact: str, version: Version) -> ArtifactTag | None:
        """The tag of a version that a release confirms."""
        return self._by_version.get((artifact, version))

    def now_at(self, commit: str) -> Now:
        """The registry of a commit, with what is computed of it."""
        return self._releases.now_at(commit)

    def closure_lock(self, wanted: Wanted, release: RegistryTag) -> Lock:
        """The lock of a root at a release. Raises CannotLock, IntegrityError."""
        key = (wanted.root, wanted.want, wanted.environment, wanted.arm, frozenset(wanted.bind.items()))
        if (release.object_id, key) not in self._closures:
            self._closures[release.object_id, key] = self._releases.closure_lock(wanted, release)
        return self._closures[release.object_id, key]

    def state(self, release: RegistryTag) -> Lock:
        """The plm.lock that a release names. Raises IntegrityError."""
        return self._releases.state(release)

    def blob(self, release: RegistryTag) -> bytes:
        """The bytes of plm.lock at a release. Raises IntegrityError where it has none."""
        data = lock_bytes(self.repo.commit_tree(release.commit), self.path)
        is_named = data is not None and sha256_of(data) == release.lock
        if not is_named and not self._releases.commits_locks(release.commit):
            return self._releases.lock_of(release)
        if data is None:
            raise IntegrityError(f"{release.name} has no {self.path} at its commit {release.commit}")
        return data

    def committed(self, path: str) -> bytes | None:
        """A lock of the commit that is checked out; None where there is none."""
        return lock_bytes(self.repo.commit_tree(self.head), path) if self.head is not None else None

    def told(self, tag: str) -> str | None:
        """What is wrong with a tag; None for one that is not there, or is as it should be."""
        if tag in self.past.foreign:
            return f"the tag {tag} is not the annotated tag of a release of plmctl"
        found = (f for f in self.past.findings if f.location.path == f"refs/tags/{tag}")
        return next((f"{f.code} {f.rule.name}: {f.message}" for f in found), None)

    def told_of(self, artifact: str, version: Version) -> str | None:
        """What is wrong with the tag of a version."""
        return self.told(tag_name(artifact, version))


def _commits_on(
    branches: tuple[str, ...], tips: Mapping[str, str], ancestors: Callable[[str], frozenset[str]]
) -> frozenset[str] | None:
    """Every commit on the branches of these names, here and at the remotes; None where there are none."""
    found = {t for ref, t in tips.items() if any(fnmatchcase(_branch_of(ref), b) for b in branches)}
    return frozenset(commit for tip in found for commit in ancestors(tip)) if found else None


def _branch_of(ref: str) -> str:
    # Of `refs/remotes/origin/a/b` the branch is `a/b`: somebody's `x/main` is not main.
    if ref.startswith(BRANCHES):
        return ref.removeprefix(BRANCHES)
    return ref.removeprefix(REMOTES).partition("/")[2]
